#include "tests/simulation/case_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <functional>
#include <utility>

#include "tests/simulation/liveness_cases.hpp"

namespace scalesmall::simulation {

namespace {

constexpr std::array<std::pair<const char*, multicast_mode>, 4> modes{{
    {"off", multicast_mode::off},
    {"on", multicast_mode::on},
    {"one-way", multicast_mode::one_way},
    {"two-subnets", multicast_mode::two_subnets},
}};

constexpr std::array kinds{"mixed", "update", "start",    "late_seed", "halves",
                           "idle",  "ranges", "restarts", "messages"};

template <class Number>
bool read_number(const std::string& text, Number min, Number max, Number& into) {
  Number x{};
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, x);
  if (error != std::errc{} || stopped != end || !(x >= min && x <= max)) return false;
  into = x;
  return true;
}

bool read_kind(const std::string& text, case_options& into) {
  into.kind = text;
  return std::ranges::find(kinds, text) != kinds.end() ||
         std::ranges::find(liveness_kinds(), text) != liveness_kinds().end();
}

bool read_mode(const std::string& text, case_options& into) {
  const auto found = std::ranges::find(modes, text, [](const auto& x) { return x.first; });
  if (found == modes.end()) return false;
  into.multicast = found->second;
  return true;
}

std::string mode_name(const case_options& x) {
  return std::ranges::find(modes, x.multicast, &decltype(modes)::value_type::second)->first;
}

std::string text_of(double x) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", x);
  return text.data();
}

struct option {
  const char* name;
  const char* help;
  bool takes_value;
  std::function<bool(const std::string&, case_options&)> read;
  std::function<std::string(const case_options&)> write;  // "" of a flag that is not set
};

template <class Number>
option number(const char* name, const char* help, Number case_options::*field, Number min,
              Number max) {
  return {name, help, true,
          [=](const std::string& text, case_options& into) {
            return read_number(text, min, max, into.*field);
          },
          [=](const case_options& x) {
            if constexpr (std::is_floating_point_v<Number>) return text_of(x.*field);
            return std::to_string(x.*field);
          }};
}

option flag(const char* name, const char* help, bool case_options::*field) {
  return {name, help, false,
          [=](const std::string&, case_options& into) { return into.*field = true; },
          [=](const case_options& x) { return x.*field ? std::string{name} : std::string{}; }};
}

const std::vector<option>& table() {
  static const std::vector<option> all{
      {"--case",
       "mixed, update, start, late_seed, halves, idle, ranges, restarts, messages or live-... "
       "(mixed)",
       true, read_kind, [](const case_options& x) { return x.kind; }},
      number<std::size_t>("--nodes", "1..20000 (30)", &case_options::nodes, 1, 20'000),
      number<std::uint64_t>("--seed", "one seed gives one run (1)", &case_options::seed, 0,
                            UINT64_MAX),
      number("--loss", "probability that a message is lost, 0..1 (0)", &case_options::loss, 0.0,
             1.0),
      number("--duplication", "probability that a message comes twice, 0..1 (0)",
             &case_options::duplication, 0.0, 1.0),
      {"--multicast", "off, on, one-way or two-subnets (off)", true, read_mode, mode_name},
      number<std::size_t>("--changes", "changes, ranges, restarts or messages, 1..1000000 (20)",
                          &case_options::changes, 1, 1'000'000),
      number<std::size_t>("--members", "of the group, at most, 1..20000 (100)",
                          &case_options::members, 1, 20'000),
      number("--seconds", "of being cut, idle or sending, 0..100000 (60)", &case_options::seconds,
             0.0, 1e5),
      flag("--bytes", "count the bytes that travel", &case_options::bytes),
      flag("--apart", "hosts have clocks of their own, so their ticks do not coincide",
           &case_options::apart),
      flag("--wire", "encode and decode each message", &case_options::wire),
  };
  return all;
}

}  // namespace

result<case_options, std::string> parse_options(const std::vector<std::string>& words) {
  case_options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto found = std::ranges::find(table(), words[i], &option::name);
    if (found == table().end()) return "there is no option " + words[i];
    if (found->takes_value && i + 1 == words.size()) return words[i] + " needs a value";
    const auto value = found->takes_value ? words[++i] : std::string{};
    if (!found->read(value, options))
      return std::string{found->name} + " cannot be " + value + ": " + found->help;
  }
  return options;
}

std::string command_of(const case_options& options) {
  std::string command = "simulate";
  for (const auto& x : table()) {
    const auto value = x.write(options);
    if (value == x.write({})) continue;
    command += x.takes_value ? std::string{" "} + x.name + " " + value : " " + value;
  }
  return command;
}

std::string options_help() {
  std::string text;
  for (const auto& x : table()) {
    auto line = std::string{"  "} + x.name + (x.takes_value ? " VALUE" : "");
    line.resize(std::max<std::size_t>(line.size() + 1, 24), ' ');
    text += line + x.help + "\n";
  }
  return text;
}

}  // namespace scalesmall::simulation
