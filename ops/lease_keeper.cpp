#include "ops/lease_keeper.hpp"

namespace scalesmall {

lease_keeper::~lease_keeper() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

lease_keeper::outcome lease_keeper::lease(const leased_claim& claim, std::chrono::milliseconds ttl,
                                          const std::function<outcome()>& make) {
  {
    const std::lock_guard lock{mutex_};
    if (!leases_.has_room_for(claim)) return call_error::limit_exceeded;
    leases_.make(claim);
  }
  auto made = make();
  const std::lock_guard lock{mutex_};
  if (!stands(made)) {
    leases_.not_made(claim);
    return made;
  }
  leases_.made(claim, std::chrono::steady_clock::now() + ttl);
  if (!thread_.joinable() && !stopping_) thread_ = std::thread{[this] { run(); }};
  changed_.notify_all();
  return made;
}

void lease_keeper::begin(const std::vector<leased_claim>& claims) {
  const std::lock_guard lock{mutex_};
  for (const auto& x : claims) leases_.make(x);
}

void lease_keeper::end(const std::vector<leased_claim>& claims, bool made) {
  const std::lock_guard lock{mutex_};
  for (const auto& x : claims) made ? leases_.made_for_good(x) : leases_.not_made(x);
}

void lease_keeper::forget(const leased_claim& claim) {
  const std::lock_guard lock{mutex_};
  leases_.forget(claim);
}

void lease_keeper::forget(const std::string& group) {
  const std::lock_guard lock{mutex_};
  leases_.forget(group);
}

void lease_keeper::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    if (const auto next = leases_.next_end()) {
      changed_.wait_until(lock, *next);
    } else {
      changed_.wait(lock);
    }
    for (const auto& claim : leases_.take_ended(std::chrono::steady_clock::now())) {
      lock.unlock();
      node_.take_back(claim);
      lock.lock();
      if (!leases_.is_remade(claim)) continue;
      lock.unlock();
      node_.make(claim);
      lock.lock();
    }
  }
}

}  // namespace scalesmall
