#include "actors/messaging/outbox.hpp"

#include <algorithm>
#include <utility>

#include "messages/group_name.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// What a message costs beside its content, so that empty ones are bounded, too.
constexpr std::size_t overhead = sizeof(std::uint32_t);

}  // namespace

std::optional<call_error> refusal(const message_address& to, std::size_t size, std::size_t size_max,
                                  bool group_is_known) {
  if (!is_group_name(to.group) || is_reserved(to.group) || !is_group_name(to.tag))
    return call_error::invalid_argument;
  if (to.peers) {
    const auto is_none = [](const net_id& x) { return x.port == 0; };
    if (to.peers->empty() || std::any_of(to.peers->begin(), to.peers->end(), is_none))
      return call_error::invalid_argument;
    if (to.peers->size() > limits::peers_max) return call_error::limit_exceeded;
  }
  if (size > size_max) return call_error::limit_exceeded;
  if (!group_is_known) return call_error::unknown_group;
  return std::nullopt;
}

void outbox::on_filled(std::function<void()> tell) {
  const std::lock_guard lock{mutex_};
  tell_ = std::move(tell);
  told_ = false;
}

bool outbox::has_room(std::size_t size) const {
  return waiting_.empty() || (waiting_bytes_ + size + overhead <= waiting_bytes_max &&
                              waiting_.size() < waiting_batches_max);
}

void outbox::append(const message_address& to, bytes_view message) {
  const bool fits = !waiting_.empty() && waiting_.back().to == to &&
                    waiting_.back().content.size() + message.size() <= batch_bytes_target &&
                    waiting_.back().sizes.size() < batch_messages_target;
  if (!fits) waiting_.push_back({to, {}, {}});
  auto& x = waiting_.back();
  x.sizes.push_back(static_cast<std::uint32_t>(message.size()));
  x.content.insert(x.content.end(), message.begin(), message.end());
  waiting_bytes_ += message.size() + overhead;
  // Under the lock, so that close() ends all such calls.
  if (tell_ && !std::exchange(told_, true)) tell_();
}

bool outbox::try_put(const message_address& to, bytes_view message) {
  const std::lock_guard lock{mutex_};
  if (closed_ || !has_room(message.size())) return false;
  append(to, message);
  return true;
}

result<done, call_error> outbox::put(const message_address& to, bytes_view message,
                                     std::chrono::milliseconds limit) {
  std::unique_lock lock{mutex_};
  if (!room_.wait_for(lock, limit, [&] { return closed_ || has_room(message.size()); }))
    return call_error::timeout;
  if (closed_) return call_error::unavailable;
  append(to, message);
  return done{};
}

std::optional<outgoing_batch> outbox::take(std::uint32_t incarnation) {
  const std::lock_guard lock{mutex_};
  std::optional<outgoing_batch> next;
  if (!again_.empty()) {
    next = std::move(again_.front());
    again_.pop_front();
  } else if (waiting_.empty()) {
    told_ = false;
    return std::nullopt;
  } else if (!in_flight_.empty()) {
    const bool full = in_flight_.size() >= in_flight_batches_max ||
                      in_flight_bytes_ + waiting_.front().content.size() > in_flight_bytes_max ||
                      // Or a receiver could forget meanwhile that it has handled it.
                      last_number_ + 1 - in_flight_.begin()->first >= numbers_on_way_max;
    if (full) return std::nullopt;
  }
  if (!next) {
    auto x = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= x.content.size() + x.sizes.size() * overhead;
    last_number_ = std::max(last_number_, std::uint64_t{incarnation} << 32) + 1;
    next = {std::make_shared<const application_batch>(application_batch{{self_, last_number_},
                                                                        std::move(x.to.group),
                                                                        std::move(x.to.tag),
                                                                        std::move(x.sizes),
                                                                        std::move(x.content)}),
            std::move(x.to.peers)};
    room_.notify_all();
  }
  in_flight_bytes_ += next->batch->content.size();
  in_flight_.emplace(next->batch->id.seqno, *next);
  return next;
}

void outbox::finish(std::uint64_t number) {
  const std::lock_guard lock{mutex_};
  const auto found = in_flight_.find(number);
  if (found == in_flight_.end()) return;
  in_flight_bytes_ -= found->second.batch->content.size();
  in_flight_.erase(found);
}

void outbox::rewind() {
  const std::lock_guard lock{mutex_};
  std::deque<outgoing_batch> all;
  for (auto& [number, x] : in_flight_) all.push_back(std::move(x));
  all.insert(all.end(), again_.begin(), again_.end());
  again_ = std::move(all);
  in_flight_.clear();
  in_flight_bytes_ = 0;
}

void outbox::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  tell_ = nullptr;
  room_.notify_all();
}

}  // namespace scalesmall
