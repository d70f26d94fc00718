#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// Which events a reader wants.
struct event_filter {
  std::vector<std::string> types = {};    ///< empty: all
  std::optional<std::string> group = {};  ///< only what concerns this group

  [[nodiscard]] bool takes(std::string_view type, std::string_view of_group) const;
};

/// The newest events, each with a number, as the text of server-sent events. A reader has a cursor
/// and takes what came after it. A reader that comes too late is told so by an event "reset"; then
/// it reads the state of the node anew, and goes on with what comes after. So nothing is lost
/// without a word, and a slow reader costs nothing. Not thread-safe.
class event_ring {
public:
  static constexpr std::size_t events_max = 4'096;
  static constexpr std::size_t bytes_max = 1024 * 1024;

  /// @param first the number of the first event. Numbers of different lives of a node must differ:
  ///   then a reader that comes back after a restart is told to begin anew.
  explicit event_ring(std::uint64_t first) : next_(first), oldest_(first) {}

  /// @param data one line of JSON
  void add(std::string_view type, std::string_view group, std::string_view data);

  /// Forgets all events; whoever has read them must begin anew.
  void clear();

  /// Where a reader stands.
  struct cursor {
    std::uint64_t next = 0;
    /// Why the reader must begin anew; empty: it goes on.
    std::string reset = {};
  };

  /// A reader that has seen all up to `last`, or nothing.
  [[nodiscard]] cursor from(std::optional<std::uint64_t> last) const;

  /// The number of the oldest event that is kept, or of the next one.
  [[nodiscard]] std::uint64_t oldest() const { return oldest_; }

  /// The events from the cursor on, some `bytes` of them at most, and moves the cursor behind them.
  [[nodiscard]] std::string read(cursor& at, const event_filter& wanted, std::size_t bytes) const;

private:
  struct entry {
    std::string type;
    std::string group;
    std::string text;
  };

  std::uint64_t next_;
  std::uint64_t oldest_;  // next_ if there is none
  std::deque<entry> entries_;
  std::size_t bytes_ = 0;
};

/// One server-sent event (HTML Standard, section 9.2).
[[nodiscard]] std::string event_text(std::uint64_t id, std::string_view type,
                                     std::string_view data);

}  // namespace scalesmall
