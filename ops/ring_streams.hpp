#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <scalesmall/result.hpp>
#include <string_view>

#include "ops/events/event_ring.hpp"
#include "ops/http/answer.hpp"

namespace scalesmall {

/// A ring of events and the streams that read it. All functions are thread-safe.
class ring_streams {
public:
  /// @param open    the streams of all rings of a server, of which there is a bound
  /// @param on_news is called when a stream has something to read; it must not block nor call this
  ///   object
  ring_streams(std::shared_ptr<std::atomic<unsigned>> open, std::function<void()> on_news);

  /// As event_ring::add.
  void add(std::string_view type, std::string_view group, std::string_view data);

  /// As event_ring::clear.
  void clear();

  /// Calls nobody from now on.
  void close();

  /// Where a stream begins that names no event.
  enum class begin : bool {
    now,     ///< with a reset
    oldest,  ///< with all that is kept
  };

  using opened = result<std::shared_ptr<answer_stream>, command_error>;

  /// A stream of the events after `last`. Errors: unavailable if there are too many.
  /// @param before_read is called before each look at the ring, on the thread of the server
  [[nodiscard]] opened attach(const event_filter& wanted, std::optional<std::uint64_t> last,
                              begin where = begin::now, std::function<void()> before_read = {});

  [[nodiscard]] bool has_readers() const;

  /// Whether nobody has read for so long.
  [[nodiscard]] bool is_left_for(std::chrono::seconds time) const;

private:
  class reader;
  struct content;

  std::shared_ptr<content> content_;
};

}  // namespace scalesmall
