#include "actors/inbound/memory_budget.hpp"

#include <utility>

namespace scalesmall {

memory_budget::reservation::reservation(std::shared_ptr<queue> room, std::size_t bytes,
                                        std::function<void()> on_granted)
    : room_(std::move(room)), bytes_(bytes), on_granted_(std::move(on_granted)) {
  const std::scoped_lock lock{room_->mutex};
  granted_ = bytes_ <= room_->free;
  if (granted_) {
    room_->free -= bytes_;
  } else {
    waiter_ = room_->waiting.emplace(bytes_, this);
  }
}

memory_budget::reservation::~reservation() {
  std::vector<std::function<void()>> served;
  {
    const std::scoped_lock lock{room_->mutex};
    if (granted_) {
      room_->free += bytes_;
      served = room_->serve();
    } else {
      room_->waiting.erase(waiter_);
    }
  }
  for (const auto& tell : served) tell();
}

bool memory_budget::reservation::granted() const {
  const std::scoped_lock lock{room_->mutex};
  return granted_;
}

bool memory_budget::reservation::is_in_demand() const {
  const std::scoped_lock lock{room_->mutex};
  return !room_->waiting.empty();
}

memory_budget::reservation_ptr memory_budget::ask(std::size_t bytes,
                                                  std::function<void()> on_granted) {
  return reservation_ptr{new reservation{queue_, bytes, std::move(on_granted)}};
}

memory_budget::reservation_ptr memory_budget::take(std::size_t bytes) {
  auto asked = ask(bytes, [] {});
  if (!asked->granted()) asked.reset();
  return asked;
}

std::vector<std::function<void()>> memory_budget::queue::serve() {
  std::vector<std::function<void()>> served;
  while (!waiting.empty() && waiting.begin()->first <= free) {
    auto& next = *waiting.begin()->second;
    waiting.erase(waiting.begin());
    free -= next.bytes_;
    next.granted_ = true;
    served.push_back(next.on_granted_);
  }
  return served;
}

}  // namespace scalesmall
