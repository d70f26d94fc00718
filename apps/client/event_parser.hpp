#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// One server-sent event.
struct sent_event {
  std::string id;
  std::string type;
  std::string data;

  friend bool operator==(const sent_event&, const sent_event&) = default;
};

/// Reads a stream of server-sent events as /v1/events gives it: its lines end with a line feed.
/// Comments and fields that it does not know are passed over, and so are events without data.
class event_parser {
public:
  /// A stream with a longer event is none of a node.
  static constexpr std::size_t event_bytes_max = 4 * 1024 * 1024;

  /// The events that are whole now; nothing if the stream is none of a node.
  [[nodiscard]] std::optional<std::vector<sent_event>> take(std::string_view bytes);

private:
  void take_line(std::string_view line, std::vector<sent_event>& to);

  std::string rest_;
  sent_event next_;
};

}  // namespace scalesmall
