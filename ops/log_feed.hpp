#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <scalesmall/log.hpp>
#include <scalesmall/registration.hpp>
#include <string_view>

#include "ops/ring_streams.hpp"

namespace scalesmall {

class node;

/// The log of a node for those who look on. It keeps the newest lines, from log_level::info on;
/// finer ones come while somebody looks. All functions are thread-safe.
class log_feed {
public:
  /// @param open, on_news as for ring_streams
  log_feed(node& host, std::shared_ptr<std::atomic<unsigned>> open, std::function<void()> on_news);

  /// Takes no more lines, and calls nobody.
  void close();

  /// A line of the log that the node does not know of.
  void take(log_level level, std::string_view text);

  /// A stream of the lines of this level and above: after `last`, or all that are kept.
  [[nodiscard]] ring_streams::opened open(log_level level, std::optional<std::uint64_t> last);

private:
  ring_streams streams_;
  registration lines_;
};

}  // namespace scalesmall
