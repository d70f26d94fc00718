#include "ops/verbs/key_commands.hpp"

#include "ops/events/event_json.hpp"
#include "ops/files/key_file.hpp"

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

result<json, command_error> to_answer(const result<done, key_error>& outcome,
                                      const std::string& fingerprint) {
  if (!outcome) return describe(outcome.error(), fingerprint);
  return json("ok");
}

}  // namespace

result<json, command_error> list_keys(command_context& c, const arguments&) {
  return to_json(*c.node.keys().read());
}

result<json, command_error> add_keys(command_context& c, const arguments& a) {
  const auto keys = read_key_file(a.path);
  if (!keys)
    return command_error{command_fault::invalid_argument, "FILE: " + keys.error().sentence};
  const auto added = c.node.keys().add(*keys);
  if (!added) return describe(added.error(), {});
  auto list = json::array();
  for (const auto& key : *keys) list.push_back(key->fingerprint());
  return list;
}

result<json, command_error> use_key(command_context& c, const arguments& a) {
  return to_answer(c.node.keys().use(a.fingerprint), a.fingerprint);
}

result<json, command_error> remove_key(command_context& c, const arguments& a) {
  return to_answer(c.node.keys().remove(a.fingerprint), a.fingerprint);
}

}  // namespace scalesmall
