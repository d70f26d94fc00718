#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <scalesmall/application_message.hpp>
#include <scalesmall/call_error.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <vector>

#include "messages/application_batch.hpp"

namespace scalesmall {

/// Why a message cannot be accepted at all: invalid_argument for a group, a tag or peers that
/// cannot be, unknown_group, limit_exceeded for one that is too long or for too many peers.
[[nodiscard]] std::optional<call_error> refusal(const message_address& to, std::size_t size,
                                                std::size_t size_max, bool group_is_known);

/// A batch that leaves, and its recipients.
struct outgoing_batch {
  std::shared_ptr<const application_batch> batch;
  std::optional<std::vector<net_id>> peers;
};

/// The messages of one node's programs that were accepted and have not reached all recipients yet.
/// They outlive the actor that sends them. Messages to the same address that have to wait leave
/// together. What may wait and what may be on its way is bounded: this back-pressure holds a sender
/// to the pace of its recipients.
///
/// Any thread may put; take, done and rewind are for one owner at a time.
class outbox {
public:
  /// What may wait, in bytes. More evens out a receiver's pauses, less is less memory.
  static constexpr std::size_t waiting_bytes_max = 4 * 1024 * 1024;
  static constexpr std::size_t waiting_batches_max = 1'024;
  /// The batches that may be on their way, in bytes and in number.
  static constexpr std::size_t in_flight_bytes_max = 4 * 1024 * 1024;
  static constexpr std::size_t in_flight_batches_max = 16;
  /// From the number of the first batch that is on its way to that of the last.
  static constexpr std::uint64_t numbers_on_way_max = 1'024;
  /// A batch takes no more messages beyond either limit.
  static constexpr std::size_t batch_bytes_target = 64 * 1024;
  static constexpr std::size_t batch_messages_target = 1'000;

  explicit outbox(const net_id& self) : self_(self) {}

  /// `tell` is called by the thread that put, when there is something to take again. It must not
  /// block.
  void on_filled(std::function<void()> tell);

  /// Accepts a message if there is room.
  [[nodiscard]] bool try_put(const message_address& to, bytes_view message);

  /// Accepts a message, after waiting for room if need be. Errors: timeout, and unavailable if the
  /// outbox is closed; the message is not accepted then. Not for actors.
  [[nodiscard]] result<done, call_error> put(const message_address& to, bytes_view message,
                                             std::chrono::milliseconds limit);

  /// The next batch that may leave now.
  /// @param incarnation of the node, which its numbers begin with
  [[nodiscard]] std::optional<outgoing_batch> take(std::uint32_t incarnation);

  /// All recipients have the batch or are given up.
  void finish(std::uint64_t number);

  /// All batches on their way are to be taken again, because the owner that took them has ended.
  void rewind();

  /// Accepts no more messages; threads that wait get an error.
  void close();

private:
  [[nodiscard]] bool has_room(std::size_t size) const;
  void append(const message_address& to, bytes_view message);

  struct waiting_batch {
    message_address to;
    std::vector<std::uint32_t> sizes;
    bytes content;
  };

  const net_id self_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::function<void()> tell_;
  bool told_ = false;
  bool closed_ = false;
  std::deque<waiting_batch> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::map<std::uint64_t, outgoing_batch> in_flight_;  // by number
  std::size_t in_flight_bytes_ = 0;
  std::deque<outgoing_batch> again_;
  std::uint64_t last_number_ = 0;
};

}  // namespace scalesmall
