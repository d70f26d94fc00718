#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <scalesmall/registration.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/subscription.hpp>
#include <set>
#include <string>
#include <string_view>

#include "ops/events/event_json.hpp"
#include "ops/ring_streams.hpp"

namespace scalesmall {

class node;

/// What happens at a node, for those who look on: changes of groups, reports of supervisors, keys,
/// and what operators do. While nobody looks it listens to nothing. It goes on for a minute after
/// the last reader has left, so that readers may come back without having missed anything.
/// All functions are thread-safe.
class event_feed {
public:
  /// @param host    must outlive this object
  /// @param open, on_news as for ring_streams
  event_feed(node& host, std::shared_ptr<std::atomic<unsigned>> open,
             std::function<void()> on_news);

  /// All streams must be gone.
  ~event_feed();
  event_feed(const event_feed&) = delete;
  event_feed& operator=(const event_feed&) = delete;

  /// Listens to nothing from now on, and calls nobody.
  void close();

  using opened = ring_streams::opened;

  /// A stream of the events after `last`. Errors: unavailable if there are too many.
  /// @returns nothing if this has to wait for the node: then `open` does
  [[nodiscard]] std::optional<opened> open_at_once(const event_filter& wanted,
                                                   std::optional<std::uint64_t> last);
  [[nodiscard]] opened open(const event_filter& wanted, std::optional<std::uint64_t> last);

  /// An operator has changed something, or was refused.
  /// @param refused the reason; empty: it was done
  void tell_operation(const std::string& who, const std::string& line, const std::string& refused);

private:
  void take(const group_update& update);
  void add(std::string_view type, std::string_view group, const json& event);
  void add_keys_if_changed();
  [[nodiscard]] opened attach(const event_filter& wanted, std::optional<std::uint64_t> last);

  node& host_;
  ring_streams streams_;
  registration reports_;

  std::mutex opening_;  // held while the node is asked; before mutex_
  std::mutex mutex_;    // held for moments
  bool listening_ = false;
  bool closed_ = false;
  std::set<std::string> snapshots_due_;  // of groups that readers have read when they began
  std::set<std::string> snapshots_seen_;
  subscription groups_;
  std::shared_ptr<const key_ring> keys_;
};

}  // namespace scalesmall
