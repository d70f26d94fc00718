#include "apps/client/client_command.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "messages/number.hpp"
#include "ops/files/key_file.hpp"

namespace scalesmall {

namespace {

/// What only a node that runs elsewhere is asked.
struct plain_request {
  std::string_view name;
  std::string_view option;  ///< that the other target, or a field of the body, stands for
  std::string_view method;
  std::string_view target;
  std::string_view other_target;
  std::string_view help;
};

constexpr plain_request plain_requests[]{
    {"metrics", "", "GET", "/metrics", "", "the metrics, in Prometheus's text format"},
    {"health", "--ready", "GET", "/health/live", "/health/ready",
     "whether the node is alive, or ready; status 4 if not"},
    {"stop", "--leave", "POST", "/v1/stop", "/v1/stop",
     "end the node; with --leave it leaves all groups first"},
};

std::string verb_name(std::string_view text) {
  std::string name{text};
  std::ranges::replace(name, '-', '_');
  return name;
}

bool is_checked(const command& x) {
  return x.name == "status" || x.name == "ping" || x.name == "doctor";
}

const plain_request* find_plain(std::string_view name) {
  const auto* found = std::ranges::find(plain_requests, name, &plain_request::name);
  return found == std::end(plain_requests) ? nullptr : found;
}

std::string quoted_word(std::string_view text) { return '"' + std::string{text} + '"'; }

/// Takes the options of every verb off the words.
std::optional<std::string> take_options(std::vector<std::string_view>& words, client_command& to) {
  for (auto word = words.begin(); word != words.end();) {
    if (*word == "--") return {};
    if (*word == "--json") {
      to.json = true;
    } else if (*word == "--check") {
      to.check = true;
    } else if (*word == "--socket") {
      word = words.erase(word);
      if (word == words.end()) return "--socket: the value is missing, it must be a path";
      to.socket = *word;
    } else if (word->starts_with("--socket=")) {
      to.socket = word->substr(word->find('=') + 1);
    } else {
      ++word;
      continue;
    }
    word = words.erase(word);
  }
  return {};
}

result<client_command, std::string> parse_plain(const plain_request& kind,
                                                std::span<const std::string_view> words,
                                                client_command command) {
  bool other = false;
  for (const auto& word : words) {
    if (kind.option.empty() || word != kind.option)
      return quoted_word(word) + " is not allowed after " + std::string{kind.name};
    other = true;
  }
  command.request = {std::string{kind.method}, std::string{other ? kind.other_target : kind.target},
                     ""};
  if (kind.method == "POST") command.request.body = other ? R"({"leave":true})" : "{}";
  command.is_health = kind.name == "health";
  return command;
}

/// The file is read here: the node may not be allowed to, and paths are those of this process.
result<std::string, bad_key_file> read_keys(const std::string& path) {
  if (const auto keys = read_key_file(path); !keys) return keys.error();
  std::ifstream file{path};
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

/// The words as the shell would have them: in a command line there are no quotes.
std::vector<word> words_for(const command& verb, std::span<const std::string_view> arguments) {
  std::vector<word> words;
  const bool has_key = verb.pattern.find("KEY") != verb.pattern.npos;
  bool verbatim = false;  // after --
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto text = arguments[i];
    if (!verbatim && text == "--") {
      verbatim = true;
      continue;
    }
    bool quoted = verbatim;
    if (has_key && !verbatim && text == "--text" && i + 1 < arguments.size()) {
      text = arguments[++i];
      quoted = true;
    } else if (has_key && !text.starts_with("--") && !parse_number<std::uint32_t>(text)) {
      quoted = true;  // a group's name is the same in quotes
    }
    words.push_back({std::string{text}, quoted});
  }
  return words;
}

}  // namespace

bool is_client_verb(const command& x) {
  return !x.method.empty() || x.how == command::kind::follows;
}

bool is_client_command(std::span<const std::string_view> arguments) {
  if (arguments.empty()) return false;
  const auto first = verb_name(arguments[0]);
  return find_plain(first) != nullptr || std::ranges::any_of(all_commands(), [&](const command& x) {
           return is_client_verb(x) && (x.name == first || x.name.starts_with(first + ' '));
         });
}

result<client_command, std::string> parse_client_command(
    std::span<const std::string_view> arguments) {
  std::vector<std::string_view> words{arguments.begin() + 1, arguments.end()};
  client_command command;
  if (auto wrong = take_options(words, command)) return std::move(*wrong);
  const auto first = verb_name(arguments[0]);
  if (const auto* plain = find_plain(first)) return parse_plain(*plain, words, std::move(command));

  std::vector<word> name{{first}};
  if (!words.empty()) name.push_back({verb_name(words[0])});
  const auto found = find_command(name);
  if (!found) return found.error().message;
  const auto& verb = *found->which;
  if (!is_client_verb(verb)) return quoted_word(verb.name) + " is a command of the shell alone";
  if (command.check && !is_checked(verb))
    return "--check is not allowed after " + std::string{verb.name};
  command.verb = &verb;
  auto given = words_for(verb, std::span{words}.subspan(found->words - 1));
  if (verb.how == command::kind::follows) {
    auto parsed = parse_arguments(verb.pattern, given);
    if (!parsed) return parsed.error().message;
    command.given = std::move(*parsed);
    return command;
  }
  if (verb.pattern.starts_with("FILE") && !given.empty()) {
    auto content = read_keys(given[0].text);
    if (!content) return "FILE: " + content.error().sentence;
    given[0].text = std::move(*content);
  }
  auto request = request_of(verb, given);
  if (!request) return request.error().message;
  command.request = std::move(*request);
  return command;
}

std::vector<client_verb> client_verbs() {
  std::vector<client_verb> all;
  for (const auto& x : all_commands()) {
    if (!is_client_verb(x)) continue;
    std::string synopsis{x.name};
    if (!x.pattern.empty()) synopsis += ' ' + std::string{x.pattern};
    if (is_checked(x)) synopsis += " [--check]";
    all.push_back({std::move(synopsis), std::string{x.help}});
  }
  for (const auto& x : plain_requests) {
    std::string synopsis{x.name};
    if (!x.option.empty()) synopsis += " [" + std::string{x.option} + ']';
    all.push_back({std::move(synopsis), std::string{x.help}});
  }
  return all;
}

std::string client_usage() {
  std::string text =
      "verbs for a node that runs (--socket PATH chooses one, --json shows the "
      "HTTP body):\n";
  for (auto& [left, help] : client_verbs()) {
    left.resize(std::max<std::size_t>(left.size(), 44), ' ');
    text.append("  ").append(left).append("  ").append(help).append("\n");
  }
  return text;
}

}  // namespace scalesmall
