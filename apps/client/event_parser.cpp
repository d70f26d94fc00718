#include "apps/client/event_parser.hpp"

#include <utility>

namespace scalesmall {

std::optional<std::vector<sent_event>> event_parser::take(std::string_view bytes) {
  rest_ += bytes;
  std::vector<sent_event> whole;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = rest_.find('\n', begin)) != rest_.npos; begin = end + 1)
    take_line(std::string_view{rest_}.substr(begin, end - begin), whole);
  rest_.erase(0, begin);
  if (rest_.size() + next_.data.size() > event_bytes_max) return {};
  return whole;
}

void event_parser::take_line(std::string_view line, std::vector<sent_event>& to) {
  if (line.empty()) {
    const auto id = next_.id;
    if (!next_.data.empty()) to.push_back(std::move(next_));
    next_ = {id, {}, {}};
    return;
  }
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  auto value = colon == line.npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "id") next_.id = value;
  if (name == "event") next_.type = value;
  if (name == "data") next_.data.append(next_.data.empty() ? "" : "\n").append(value);
}

}  // namespace scalesmall
