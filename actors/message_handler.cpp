#include <exception>
#include <scalesmall/message_handler.hpp>
#include <scalesmall/supervision/actor_shell.hpp>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <spdlog/logger.h>

namespace scalesmall {

class message_handler::actor {
public:
  using handle = message_handler_actor;
  static constexpr const char* name = "message_handler";

  actor(supervision::shell_pointer<handle>,
        std::shared_ptr<stoppable_callback<application_message>> to,
        std::shared_ptr<spdlog::logger> log, std::shared_ptr<counters> counts)
      : target_(std::move(to)), log_(std::move(log)), counts_(std::move(counts)) {}

  handle::behavior_type make_behavior() {
    return {[this](const received_messages& x) {
      for_each_message(*x.batch, [&](bytes_view content) { call(*x.batch, content); });
    }};
  }

private:
  void call(const application_batch& from, bytes_view content) {
    try {
      (*target_)({from.id.origin, from.group, from.tag, content});
    } catch (const std::exception& e) {
      failed(from, e.what());
    } catch (...) {
      failed(from, "something that is no std::exception");
    }
  }

  void failed(const application_batch& from, const char* why) {
    ++counts_->messages_failed;
    log_->warn("a handler of \"{}\" threw: {}", from.tag, why);
  }

  std::shared_ptr<stoppable_callback<application_message>> target_;
  std::shared_ptr<spdlog::logger> log_;
  std::shared_ptr<counters> counts_;
};

message_handler::message_handler(caf::actor_system& system, messages_actor source,
                                 std::shared_ptr<spdlog::logger> log,
                                 std::shared_ptr<counters> counts, callback on_message)
    : source_(std::move(source)),
      target_(std::make_shared<stoppable_callback<application_message>>(std::move(on_message))) {
  handler_ =
      system.spawn<supervision::actor_shell<actor>>(target_, std::move(log), std::move(counts));
}

message_handler& message_handler::operator=(message_handler&& x) noexcept {
  end();
  source_ = std::move(x.source_);
  handler_ = std::move(x.handler_);
  target_ = std::move(x.target_);
  return *this;
}

void message_handler::end() {
  if (!target_) return;
  target_->end();
  caf::anon_send(source_, ignore_messages{handler_});
  caf::anon_send_exit(handler_, caf::exit_reason::user_shutdown);
  target_ = nullptr;
}

}  // namespace scalesmall
