#include "actors/subscription.hpp"

#include <exception>
#include <mutex>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <spdlog/logger.h>

#include "supervision/actor_shell.hpp"

namespace scalesmall {

/// What the subscription and its actor share.
struct subscription::target {
  std::recursive_mutex mutex;  // held while the function runs, which may end the subscription
  callback on_update;
  std::shared_ptr<spdlog::logger> log;
  bool ended = false;
};

class subscription::actor {
public:
  using handle = subscriber_actor;
  static constexpr const char* name = "subscription";

  actor(supervision::shell_pointer<handle>, std::shared_ptr<target> to) : target_(std::move(to)) {}

  handle::behavior_type make_behavior() {
    return {[this](const group_update& update) {
      const std::lock_guard lock{target_->mutex};
      if (target_->ended) return;
      try {
        target_->on_update(update);
      } catch (const std::exception& e) {
        target_->log->warn("a subscriber of {} threw: {}", update.group, e.what());
      }
    }};
  }

private:
  std::shared_ptr<target> target_;
};

subscription::subscription(caf::actor_system& system, subscriptions_actor source,
                           std::shared_ptr<spdlog::logger> log, callback on_update)
    : source_(std::move(source)), target_(std::make_shared<target>()) {
  target_->on_update = std::move(on_update);
  target_->log = std::move(log);
  subscriber_ = system.spawn<supervision::actor_shell<actor>>(target_);
}

subscription& subscription::operator=(subscription&& x) noexcept {
  end();
  source_ = std::move(x.source_);
  subscriber_ = std::move(x.subscriber_);
  target_ = std::move(x.target_);
  return *this;
}

void subscription::end() {
  if (!target_) return;
  {
    const std::lock_guard lock{target_->mutex};
    target_->ended = true;
  }
  caf::anon_send(source_, unsubscribe{subscriber_});
  caf::anon_send_exit(subscriber_, caf::exit_reason::user_shutdown);
  target_ = nullptr;
}

}  // namespace scalesmall
