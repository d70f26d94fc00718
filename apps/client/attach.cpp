#include "apps/client/attach.hpp"

#include <algorithm>
#include <chrono>

#include "apps/client/client_command.hpp"
#include "apps/client/http_client.hpp"
#include "apps/terminal/line_reader.hpp"
#include "messages/number.hpp"
#include "ops/verbs/completion.hpp"
#include "ops/verbs/printable.hpp"

namespace scalesmall {

namespace {

/// Completion that takes longer is none.
constexpr std::chrono::milliseconds completion_patience{200};

/// The texts in the answer to a request: its elements, or a field of each of them.
std::vector<std::string> texts_from(const std::string& socket, const char* target,
                                    const char* field = nullptr) {
  std::vector<std::string> all;
  const auto reply = ask(socket, {"GET", target, ""}, completion_patience);
  if (!reply || reply->status != 200) return all;
  const auto content = json::parse(reply->body, nullptr, false);
  if (!content.is_array()) return all;
  for (const auto& x : content) {
    const auto& text = field == nullptr ? x : x.value(field, json());
    if (text.is_string()) all.push_back(text.get<std::string>());
  }
  return all;
}

std::vector<std::string> complete_by(const std::string& socket, std::string_view line) {
  completion_source source;
  source.has = [](const command& x) { return is_client_verb(x); };
  source.groups = [&] { return texts_from(socket, "/v1/groups"); };
  source.paths = [&] { return texts_from(socket, "/v1/tree", "path"); };
  source.fingerprints = [&] { return texts_from(socket, "/v1/keys", "fingerprint"); };
  return complete(source, line);
}

}  // namespace

std::vector<std::string> command_line_of(std::span<const word> words) {
  std::vector<std::string> all;
  const bool has_key = !words.empty() && words[0].text == "owners";
  for (const auto& x : words) {
    if (has_key && x.quoted && parse_number<std::uint32_t>(x.text)) all.emplace_back("--text");
    all.push_back(x.text);
  }
  return all;
}

follow_outcome attach(const std::string& socket, std::ostream& out,
                      const std::function<void(std::span<const std::string_view>)>& run) {
  stop_signal stop;
  const auto lines =
      make_line_reader(stop, [&](std::string_view line) { return complete_by(socket, line); });
  while (const auto line = lines->next()) {
    const auto words = split_words(*line);
    if (!words) {
      out << "error: " << printable(words.error().message) << std::endl;
      continue;
    }
    if (words->empty() || words->front().text.starts_with('#')) continue;
    if (words->front().text == "quit") break;
    const auto texts = command_line_of(*words);
    const std::vector<std::string_view> arguments{texts.begin(), texts.end()};
    if (arguments[0] == "help") {
      out << client_usage();
    } else if (is_client_command(arguments)) {
      run(arguments);
    } else {
      out << '"' << printable(arguments[0])
          << "\" is not a verb for a running node; help lists them\n";
    }
    out.flush();
    if (!out) break;
  }
  return client_status::done;
}

}  // namespace scalesmall
