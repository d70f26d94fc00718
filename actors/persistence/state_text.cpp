#include "actors/persistence/state_text.hpp"

#include <algorithm>
#include <optional>

#include "actors/persistence/checksum.hpp"
#include "messages/group_name.hpp"
#include "messages/number.hpp"

namespace scalesmall {

namespace {

constexpr std::string_view own_heading = "scalesmall state 1";
constexpr std::string_view peers_heading = "scalesmall peers 1";
constexpr std::string_view own_note = "# what this node goes on with when it starts again";
constexpr std::string_view peers_note = "# nodes that this one may ask when it starts again";
constexpr std::string_view checksum_word = "checksum ";
constexpr std::string_view purpose = "scalesmall state";
constexpr std::size_t last_line_bytes = checksum_word.size() + checksum_characters + 1;

void add_line(std::string& text, std::string_view word, std::string_view value) {
  text.append(word).append(1, ' ').append(value).append(1, '\n');
}

std::string beginning(std::string_view heading, std::string_view note) {
  return std::string{heading} + '\n' + std::string{note} + '\n';
}

std::string with_checksum(std::string text) {
  const auto sum = checksum(text, purpose);
  text.append(checksum_word).append(sum).append(1, '\n');
  return text;
}

std::string text_of(key_range x) {
  return std::to_string(x.start_range) + ".." + std::to_string(x.end_range);
}

bool read_range(std::string_view text, key_range& target) {
  const auto dots = text.find("..");
  if (dots == text.npos) return false;
  const auto range = parse_key_range(text.substr(0, dots), text.substr(dots + 2));
  if (range) target = *range;
  return range.has_value();
}

bool read_served(std::string_view text, served_range& target) {
  const auto blank = text.find(' ');
  if (blank == text.npos || !read_range(text.substr(0, blank), target.range)) return false;
  const auto port = parse_digits<std::uint16_t>(text.substr(blank + 1));
  if (port) target.port = *port;
  return port && *port != 0;
}

bool read_name(std::string_view text, std::string& target) {
  target = text;
  return is_group_name(text);
}

bool read_word(std::string_view text, std::string& target) {
  target = text;
  return !text.empty() && text.size() <= checksum_characters &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool read_time(std::string_view text, std::chrono::seconds& target) {
  const auto number = parse_digits<std::int64_t>(text);
  if (number) target = std::chrono::seconds{*number};
  return number.has_value();
}

bool add_peer(std::string_view text, std::vector<net_id>& target) {
  const auto id = parse_net_id(text);
  if (id) target.push_back(*id);
  return id.has_value();
}

/// The text without its last line, if that is the right checksum of it.
result<std::string_view, bad_state> without_checksum(std::string_view text,
                                                     std::string_view heading) {
  if (text.empty()) return bad_state{"is empty"};
  const auto rest = text.substr(0, text.size() - std::min(text.size(), last_line_bytes));
  const auto last = text.substr(rest.size());
  if (!last.starts_with(checksum_word) || !last.ends_with('\n') || !rest.ends_with('\n'))
    return bad_state{"does not end with its checksum"};
  const auto sum = last.substr(checksum_word.size(), checksum_characters);
  if (sum != checksum(rest, purpose)) return bad_state{"has another checksum than it says"};
  if (!rest.starts_with(std::string{heading} + '\n'))
    return bad_state{"is of a format that this version does not know"};
  return rest;
}

/// Calls a function with the two parts of each line after the note, until it says that a line is
/// wrong.
template <class F>
std::optional<bad_state> each_line(std::string_view text, F take) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (number <= 2) continue;
    const auto word = line.substr(0, line.find(' '));
    const auto value = line.substr(std::min(line.size(), word.size() + 1));
    if (!take(word, value))
      return bad_state{"has a line " + std::to_string(number) + " that is not understood"};
  }
  return std::nullopt;
}

bool is_in_order(const kept_group& x) {
  const auto ascends = [](const auto& list, auto projection) {
    return std::ranges::adjacent_find(list, std::ranges::greater_equal{}, projection) == list.end();
  };
  return ascends(x.joined, std::identity{}) && ascends(x.served, &served_range::range);
}

}  // namespace

std::string to_text(const own_state& x) {
  auto text = beginning(own_heading, own_note);
  add_line(text, "node", to_string(x.node));
  if (!x.machine.empty()) add_line(text, "machine", x.machine);
  if (!x.cluster.empty()) add_line(text, "cluster", x.cluster);
  add_line(text, "incarnation", std::to_string(x.incarnation));
  add_line(text, "written", std::to_string(x.written.count()));
  for (const auto& key : x.keys) add_line(text, "key", key);
  for (const auto& [name, group] : x.kept) {
    add_line(text, "group", name);
    for (const auto& range : group.joined) add_line(text, "join", text_of(range));
    for (const auto& served : group.served)
      add_line(text, "serve", text_of(served.range) + ' ' + std::to_string(served.port));
  }
  return with_checksum(std::move(text));
}

std::string to_text(const peers_state& x) {
  auto text = beginning(peers_heading, peers_note);
  if (!x.cluster.empty()) add_line(text, "cluster", x.cluster);
  add_line(text, "written", std::to_string(x.written.count()));
  for (const auto& id : x.reached) add_line(text, "reached", to_string(id));
  for (const auto& id : x.heard) add_line(text, "heard", to_string(id));
  return with_checksum(std::move(text));
}

result<own_state, bad_state> parse_own_state(std::string_view text) {
  const auto rest = without_checksum(text, own_heading);
  if (!rest) return rest.error();
  own_state x;
  kept_group* group = nullptr;
  const auto take = [&](std::string_view word, std::string_view value) {
    if (word == "node") {
      const auto id = parse_net_id(value);
      if (id) x.node = *id;
      return id.has_value();
    }
    if (word == "machine") return read_word(value, x.machine);
    if (word == "cluster") return read_name(value, x.cluster);
    if (word == "incarnation") {
      const auto number = parse_digits<std::uint32_t>(value);
      if (number) x.incarnation = *number;
      return number.has_value();
    }
    if (word == "written") return read_time(value, x.written);
    if (word == "key") return read_word(value, x.keys.emplace_back());
    if (word == "group") {
      const auto [added, is_new] = x.kept.try_emplace(std::string{value});
      group = &added->second;
      return is_new && is_group_name(value) && !is_reserved(value);
    }
    if (group == nullptr) return false;
    if (word == "join") return read_range(value, group->joined.emplace_back());
    return word == "serve" && read_served(value, group->served.emplace_back());
  };
  if (auto wrong = each_line(*rest, take)) return std::move(*wrong);
  const auto is_ordered = [](const auto& each) { return is_in_order(each.second); };
  if (!std::ranges::all_of(x.kept, is_ordered) || to_text(x) != text)
    return bad_state{"has lines in another order than a node writes them"};
  return x;
}

result<peers_state, bad_state> parse_peers_state(std::string_view text) {
  const auto rest = without_checksum(text, peers_heading);
  if (!rest) return rest.error();
  peers_state x;
  const auto take = [&](std::string_view word, std::string_view value) {
    if (word == "cluster") return read_name(value, x.cluster);
    if (word == "written") return read_time(value, x.written);
    if (word == "reached") return add_peer(value, x.reached);
    return word == "heard" && add_peer(value, x.heard);
  };
  if (auto wrong = each_line(*rest, take)) return std::move(*wrong);
  if (to_text(x) != text) return bad_state{"has lines in another order than a node writes them"};
  return x;
}

}  // namespace scalesmall
