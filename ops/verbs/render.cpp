#include "ops/verbs/render.hpp"

#include <algorithm>
#include <ctime>
#include <vector>

namespace scalesmall {

namespace {

std::string text_of(const json& x) {
  if (x.is_null() || (x.is_array() && x.empty())) return "-";
  if (x.is_array()) {
    std::string text;
    for (const auto& y : x) text += (text.empty() ? "" : ", ") + text_of(y);
    return text;
  }
  return x.is_string() ? x.get<std::string>() : x.dump();
}

std::string table(const json& objects) {
  using row = std::vector<std::string>;
  std::vector<row> rows(1);
  for (const auto& [key, value] : objects.front().items()) rows.front().push_back(key);
  for (const auto& object : objects) {
    auto& cells = rows.emplace_back();
    for (const auto& value : object) cells.push_back(text_of(value));
  }

  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }

  std::string text;
  for (auto& cells : rows) {
    for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
      cells[i].resize(widths[i] + 2, ' ');
      text += cells[i];
    }
    text += cells.back() + '\n';
  }
  return text;
}

std::string list(const json& array) {
  if (array.empty()) return "(none)\n";
  if (array.front().is_object()) return table(array);
  std::string text;
  for (const auto& x : array) text += text_of(x) + '\n';
  return text;
}

}  // namespace

std::string render_json(const result<json, command_error>& answer) {
  json line;
  if (answer) {
    line = {{"ok", true}, {"result", *answer}};
  } else {
    const auto& error = answer.error();
    line = {{"ok", false},
            {"error", {{"code", to_string(error.code)}, {"message", error.message}}}};
  }
  // A message may quote input of the user in an unknown encoding.
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string render_text(const result<json, command_error>& answer) {
  if (!answer) {
    return "error: " + std::string{to_string(answer.error().code)} + ": " + answer.error().message +
           '\n';
  }
  const auto& x = *answer;
  if (x.is_null()) return "";
  if (x.is_array()) return list(x);
  return x.is_object() ? table(json::array({x})) : text_of(x) + '\n';
}

std::string utc_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  char text[sizeof "-2147481748-12-31T23:59:59Z"];
  if (::gmtime_r(&time, &parts) == nullptr) return "-";
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace scalesmall
