#include "ops/verbs/key_commands.hpp"

#include <optional>

#include "ops/events/event_json.hpp"
#include "ops/files/key_file.hpp"
#include "ops/verbs/printable.hpp"

namespace scalesmall {

namespace {

command_error describe(key_error why, const std::string& fingerprint) {
  switch (why) {
    case key_error::unknown:
      return {command_fault::not_found, "no key has the fingerprint \"" + fingerprint + '"'};
    case key_error::primary:
      return {command_fault::invalid_argument,
              "FINGERPRINT: \"" + fingerprint +
                  "\" is the primary key; keys use another one before it is removed"};
    case key_error::last:
      return {command_fault::invalid_argument,
              "FINGERPRINT: \"" + fingerprint + "\" is the last key and cannot be removed"};
    case key_error::too_many:
      break;
  }
  return {command_fault::unavailable,
          "the node may hold " + std::to_string(key_ring::keys_max) + " keys and no more"};
}

/// Carries out a change of the keys, and saves the keys first if that is asked for.
template <class Change>
std::optional<command_error> change_keys(command_context& c, const arguments& a, Change how) {
  if (a.save) {
    auto next = *c.node.keys().read();
    if (const auto changed = how(next); !changed) return describe(changed.error(), a.fingerprint);
    if (const auto saved = c.node.save_keys(next); !saved) {
      return command_error{command_fault::unavailable,
                           "--save: " + saved.error() + "; no key is changed"};
    }
  }
  const auto changed = how(c.node.keys());
  if (!changed) return describe(changed.error(), a.fingerprint);
  return {};
}

}  // namespace

result<json, command_error> list_keys(command_context& c, const arguments&) {
  return to_json(*c.node.keys().read());
}

result<json, command_error> add_keys(command_context& c, const arguments& a) {
  const auto keys = c.from_outside ? parse_key_file(a.path, "keys") : read_key_file(a.path);
  if (!keys)
    return command_error{command_fault::invalid_argument, "FILE: " + keys.error().sentence};
  if (auto wrong = change_keys(c, a, [&](auto& to) { return to.add(*keys); })) return *wrong;
  auto list = json::array();
  for (const auto& key : *keys) list.push_back(key->fingerprint());
  return list;
}

result<json, command_error> use_key(command_context& c, const arguments& a) {
  const auto use = [&](auto& keys) { return keys.use(a.fingerprint); };
  if (auto wrong = change_keys(c, a, use)) return *wrong;
  return json("ok");
}

result<json, command_error> remove_key(command_context& c, const arguments& a) {
  const auto remove = [&](auto& keys) { return keys.remove(a.fingerprint); };
  if (auto wrong = change_keys(c, a, remove)) return *wrong;
  return json("ok");
}

result<json, command_error> reload_settings(command_context& c, const arguments&) {
  const auto changes = c.node.reload();
  if (!changes) return command_error{command_fault::unavailable, changes.error()};
  return json(*changes);
}

std::string reload_text(const json& changes) {
  std::string text;
  for (const auto& line : changes) text += printable(line.get<std::string>()) + '\n';
  return text.empty() ? "nothing has changed\n" : text;
}

}  // namespace scalesmall
