#include <exception>
#include <scalesmall/subscription.hpp>
#include <scalesmall/supervision/actor_shell.hpp>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <spdlog/logger.h>

namespace scalesmall {

class subscription::actor {
public:
  using handle = subscriber_actor;
  static constexpr const char* name = "subscription";

  actor(supervision::shell_pointer<handle>, std::shared_ptr<stoppable_callback<group_update>> to,
        std::shared_ptr<spdlog::logger> log)
      : target_(std::move(to)), log_(std::move(log)) {}

  handle::behavior_type make_behavior() {
    return {[this](const group_update& update) {
      try {
        (*target_)(update);
      } catch (const std::exception& e) {
        log_->warn("a subscriber of {} threw: {}", update.group, e.what());
      }
    }};
  }

private:
  std::shared_ptr<stoppable_callback<group_update>> target_;
  std::shared_ptr<spdlog::logger> log_;
};

subscription::subscription(caf::actor_system& system, subscriptions_actor source,
                           std::shared_ptr<spdlog::logger> log, callback on_update)
    : source_(std::move(source)),
      target_(std::make_shared<stoppable_callback<group_update>>(std::move(on_update))) {
  subscriber_ = system.spawn<supervision::actor_shell<actor>>(target_, std::move(log));
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
  target_->end();
  caf::anon_send(source_, unsubscribe{subscriber_});
  caf::anon_send_exit(subscriber_, caf::exit_reason::user_shutdown);
  target_ = nullptr;
}

}  // namespace scalesmall
