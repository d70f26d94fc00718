#include "ops/verbs/command_syntax.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <scalesmall/key_of.hpp>

#include "messages/group_name.hpp"
#include "messages/number.hpp"
#include "ops/verbs/log_levels.hpp"

namespace scalesmall {

namespace {

constexpr std::string_view blanks = " \t\r";

template <class Number>
bool read_number(Number& target, std::string_view word) {
  const auto number = parse_number<Number>(word);
  if (number) target = *number;
  return number.has_value();
}

bool set_group(arguments& a, std::string_view word) {
  a.group = word;
  return is_group_name(word);
}

bool set_to(arguments& a, std::string_view word) {
  return read_number(a.range.end_range, word) && a.range.start_range <= a.range.end_range;
}

bool set_both_ends(arguments& a, std::string_view word) {
  const auto dots = word.find("..");
  if (dots == word.npos) return false;
  const auto range = parse_key_range(word.substr(0, dots), word.substr(dots + 2));
  if (!range) return false;
  a.range = *range;
  a.ranges.push_back(*range);
  return true;
}

bool add_peer(arguments& a, std::string_view word) {
  const auto peer = parse_peer_address(word);
  if (peer) a.peers.push_back(*peer);
  return peer.has_value();
}

bool set_op(arguments& a, std::string_view word) {
  const auto op = parse_op(word);
  if (op) a.op = *op;
  return op.has_value();
}

std::optional<std::chrono::milliseconds> read_seconds(std::string_view word) {
  constexpr double day = 86'400;
  double value = 0;
  const auto* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || !(value >= 0 && value <= day)) return {};
  return std::chrono::milliseconds{static_cast<std::int64_t>(value * 1000)};
}

bool set_types(arguments& a, std::string_view word) {
  constexpr std::array<std::string_view, 4> known{"group", "tree", "operator", "keys"};
  for (;;) {
    const auto type = word.substr(0, word.find(','));
    if (std::ranges::find(known, type) == known.end()) return false;
    a.types.emplace_back(type);
    if (type.size() == word.size()) return true;
    word.remove_prefix(type.size() + 1);
  }
}

struct placeholder {
  std::string_view name;
  std::string_view allowed;
  bool (*set)(arguments&, std::string_view word);
};

constexpr std::array<placeholder, 26> placeholders{{
    {"GROUP", "1 to 255 bytes of UTF-8 without control characters", &set_group},
    {"INNER", "the name of a group",
     [](arguments& a, std::string_view w) {
       a.inner = w;
       return is_group_name(w);
     }},
    {"FROM", "a number 0..4294967295, decimal or 0x hexadecimal",
     [](arguments& a, std::string_view w) { return read_number(a.range.start_range, w); }},
    {"TO", "a number FROM..4294967295, decimal or 0x hexadecimal", &set_to},
    {"FROM..TO", "two numbers as in 0..99 or 0x0..0x63, the first not above the second",
     &set_both_ends},
    {"PORT", "a port number 1..65535",
     [](arguments& a, std::string_view w) { return read_number(a.port, w) && a.port != 0; }},
    {"KEY", "a number 0..4294967295, decimal or 0x hexadecimal, or a text in double quotes",
     [](arguments& a, std::string_view w) { return read_number(a.key, w); }},
    {"HOST:PORT", "host:port with a port 1..65535, IPv6 addresses in brackets", &add_peer},
    {"OP", "add, rmv or get", &set_op},
    {"N", "a number 0..4294967295",
     [](arguments& a, std::string_view w) {
       std::uint32_t count = 0;
       const bool fits = read_number(count, w);
       a.count = count;
       return fits;
     }},
    {"W", "a capacity 1..65535",
     [](arguments& a, std::string_view w) {
       auto& capacity = a.service.capacity;
       return read_number(capacity, w) && capacity >= 1 && capacity <= 65'535;
     }},
    {"R", "a number of replicas 1..255",
     [](arguments& a, std::string_view w) {
       auto& replicas = a.service.replicas;
       return read_number(replicas, w) && replicas >= 1 && replicas <= 255;
     }},
    {"S", "a number of slots, a power of two up to 4096",
     [](arguments& a, std::string_view w) {
       auto& slots = a.service.slots;
       return read_number(slots, w) && std::has_single_bit(slots) && slots <= 4'096;
     }},
    {"ZONE", "the name of a zone",
     [](arguments& a, std::string_view w) {
       a.service.zone = w;
       return !w.empty();
     }},
    {"SECONDS", "a number 0..86400, decimals allowed",
     [](arguments& a, std::string_view w) {
       a.seconds = read_seconds(w);
       return a.seconds.has_value();
     }},
    {"TTL", "a number of seconds 1..86400, decimals allowed",
     [](arguments& a, std::string_view w) {
       a.ttl = read_seconds(w);
       return a.ttl && *a.ttl >= std::chrono::seconds{1};
     }},
    {"PATH", "a path that tree lists",
     [](arguments& a, std::string_view w) {
       a.path = w;
       return !w.empty();
     }},
    {"FILE", "the path of a file",
     [](arguments& a, std::string_view w) {
       a.path = w;
       return !w.empty();
     }},
    {"FINGERPRINT", "one of those that keys list shows",
     [](arguments& a, std::string_view w) {
       a.fingerprint = w;
       return !w.empty();
     }},
    {"TYPES", "group, tree, operator or keys, or some of them with commas between", &set_types},
    {"ID", "the number of an event",
     [](arguments& a, std::string_view w) { return read_number(a.after.emplace(), w); }},
    {"TAG", "1 to 255 bytes of UTF-8 without control characters",
     [](arguments& a, std::string_view w) {
       a.tag = w;
       return is_group_name(w);
     }},
    {"TEXT", "a text",
     [](arguments& a, std::string_view w) {
       a.text = w;
       return true;
     }},
    {"LEVEL", "debug, info, warning, error or critical",
     [](arguments& a, std::string_view w) {
       a.level = parse_log_level(w);
       return a.level.has_value();
     }},
    {"CMD", "a command of the system's shell",
     [](arguments& a, std::string_view w) {
       a.shell_command = w;
       return !w.empty();
     }},
    {"COMMAND", "a command",
     [](arguments& a, std::string_view w) {
       a.command = w;
       return !w.empty();
     }},
}};

/// The options without a value.
struct switch_option {
  std::string_view name;
  bool arguments::*given;
};

constexpr std::array<switch_option, 5> switches{{
    {"--all", &arguments::all},
    {"--at-most", &arguments::at_most},
    {"--reachable", &arguments::reachable},
    {"--keep", &arguments::keep},
    {"--save", &arguments::save},
}};

/// Removes the first slot from a pattern. @pre the pattern is not empty
slot next_slot(std::string_view& pattern) {
  const auto end = pattern.find(' ', pattern.starts_with("[--") ? pattern.find(']') : 0);
  slot x{pattern.substr(0, end)};
  pattern.remove_prefix(end == pattern.npos ? pattern.size() : end + 1);
  if (x.name.starts_with('[')) {
    x.optional = true;
    x.name = x.name.substr(1, x.name.size() - 2);
  }
  if (x.name.ends_with("...")) {
    x.repeated = true;
    x.name.remove_suffix(3);
  }
  if (x.name.starts_with("--")) {
    x.option = x.name.substr(0, x.name.find(' '));
    x.name.remove_prefix(std::min(x.name.size(), x.option.size() + 1));
  }
  return x;
}

command_error invalid(std::string message) {
  return {command_fault::invalid_argument, std::move(message)};
}

}  // namespace

result<std::vector<word>, command_error> split_words(std::string_view line) {
  if (line.size() > line_bytes_max) {
    return invalid("the line is longer than " + std::to_string(line_bytes_max) + " bytes");
  }
  std::vector<word> words;
  for (std::size_t i = 0; (i = line.find_first_not_of(blanks, i)) != line.npos;) {
    if (line[i] != '"') {
      const auto end = std::min(line.find_first_of(blanks, i), line.size());
      words.push_back({std::string{line.substr(i, end - i)}});
      i = end;
      continue;
    }
    auto& word = words.emplace_back(scalesmall::word{"", true}).text;
    for (++i; i < line.size() && line[i] != '"'; ++i) {
      if (line[i] == '\\' && i + 1 < line.size()) ++i;
      word += line[i];
    }
    if (i++ == line.size()) return invalid("a double quote is not closed");
  }
  return words;
}

namespace {

/// The same words with the options of the pattern in its order. They stand behind all others.
std::vector<word> in_order(std::string_view pattern, std::span<const word> words) {
  const auto options = slots_of(pattern);
  const auto is_option = [&](const word& x) {
    return !x.quoted && !x.text.empty() &&
           std::ranges::find(options, x.text, &slot::option) != options.end();
  };
  const auto first = std::ranges::find_if(words, is_option);
  std::vector<word> sorted{words.begin(), first};
  std::vector<word> rest{first, words.end()};
  for (const auto& x : options) {
    const auto found = std::ranges::find(rest, word{std::string{x.option}});
    if (x.option.empty() || found == rest.end()) continue;
    const auto end = std::next(found, x.name.empty() || std::next(found) == rest.end() ? 1 : 2);
    sorted.insert(sorted.end(), found, end);
    rest.erase(found, end);
  }
  sorted.insert(sorted.end(), rest.begin(), rest.end());
  return sorted;
}

/// Sets the arguments, and shows each word to `visit`.
template <class Visit>
result<arguments, command_error> walk(std::string_view pattern, std::span<const word> given,
                                      Visit visit) {
  const auto words = in_order(pattern, given);
  arguments parsed;
  auto rest = pattern;
  auto word = words.begin();
  while (!rest.empty()) {
    const auto slot = next_slot(rest);
    const auto* kind = std::ranges::find(placeholders, slot.name, &placeholder::name);
    const auto is_option = [&] { return !word->quoted && word->text.starts_with("--"); };
    bool required = !slot.optional;
    if (!slot.option.empty() && word != words.end() && is_option() && word->text == slot.option) {
      ++word;
      required = true;
    } else if (!slot.option.empty()) {
      continue;
    }
    if (slot.name.empty()) {
      parsed.*std::ranges::find(switches, slot.option, &switch_option::name)->given = true;
      visit(slot, scalesmall::word{std::string{slot.option}});
      continue;
    }
    if (word == words.end() && required) {
      return invalid(std::string{slot.name} + " is missing, it must be " +
                     std::string{kind->allowed});
    }
    do {
      if (word == words.end() || ((slot.repeated || slot.optional) && is_option())) break;
      if (slot.name == "KEY" && word->quoted) {
        parsed.key = key_of(word->text);
      } else if (!kind->set(parsed, word->text)) {
        return invalid(std::string{slot.name} + ": \"" + word->text +
                       "\" is not allowed, it must be " + std::string{kind->allowed});
      }
      visit(slot, *word);
      ++word;
    } while (slot.repeated);
  }
  if (word != words.end()) return invalid("\"" + word->text + "\" is one argument too many");
  return parsed;
}

}  // namespace

result<arguments, command_error> parse_arguments(std::string_view pattern,
                                                 std::span<const word> words) {
  return walk(pattern, words, [](const slot&, const word&) {});
}

result<std::vector<matched_word>, command_error> match_words(std::string_view pattern,
                                                             std::span<const word> words) {
  std::vector<matched_word> matched;
  const auto parsed = walk(pattern, words, [&](const slot& kind, const word& value) {
    matched.push_back({kind.name, kind.option, value});
  });
  if (!parsed) return parsed.error();
  return matched;
}

std::vector<slot> slots_of(std::string_view pattern) {
  std::vector<slot> slots;
  while (!pattern.empty()) slots.push_back(next_slot(pattern));
  return slots;
}

std::string_view placeholder_at(std::string_view pattern, std::size_t position) {
  while (!pattern.empty()) {
    const auto slot = next_slot(pattern);
    if (position == 0 || slot.repeated) return slot.name.empty() ? slot.option : slot.name;
    --position;
  }
  return {};
}

}  // namespace scalesmall
