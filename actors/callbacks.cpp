#include "actors/callbacks.hpp"

#include <exception>
#include <functional>
#include <scalesmall/supervision/actor_shell.hpp>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include "actors/stoppable_callback.hpp"

namespace scalesmall {

namespace {

/// Calls a function with each message that comes.
template <class Handle, class Message>
class calling_actor {
public:
  using handle = Handle;
  static constexpr const char* name = "callback";

  calling_actor(supervision::shell_pointer<Handle>, std::function<void(const Message&)> f)
      : f_(std::move(f)) {}

  typename Handle::behavior_type make_behavior() {
    return {[this](const Message& x) { f_(x); }};
  }

private:
  std::function<void(const Message&)> f_;
};

/// Calls a function of the program. @returns what it threw
template <class Argument>
std::optional<std::string> thrown_by(stoppable_callback<Argument>& f, const Argument& x) {
  try {
    f(x);
    return std::nullopt;
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

template <class Registration, class TakeBack, class Argument, class Source, class Actor>
Registration registration_of(std::shared_ptr<stoppable_callback<Argument>> f, const Source& source,
                             const Actor& actor) {
  return Registration{[=] {
    f->end();
    caf::anon_send(source, TakeBack{actor});
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  }};
}

}  // namespace

callback<subscriber_actor, subscription> spawn_subscriber(caf::actor_system& system,
                                                          const subscriptions_actor& source,
                                                          std::shared_ptr<const logger> log,
                                                          subscription::callback on_update) {
  const auto f = std::make_shared<stoppable_callback<group_update>>(std::move(on_update));
  const auto tell = [f, log = std::move(log)](const group_update& update) {
    if (const auto thrown = thrown_by(*f, update))
      log->warn("a subscriber of {} threw: {}", update.group, *thrown);
  };
  using actor = calling_actor<subscriber_actor, group_update>;
  const auto spawned = system.spawn<supervision::actor_shell<actor>>(tell);
  return {spawned, registration_of<subscription, unsubscribe>(f, source, spawned)};
}

callback<message_handler_actor, message_handler> spawn_message_handler(
    caf::actor_system& system, const messages_actor& source, std::shared_ptr<const logger> log,
    std::shared_ptr<counters> counts, message_handler::callback on_message) {
  const auto f = std::make_shared<stoppable_callback<application_message>>(std::move(on_message));
  const auto handle = [f, log = std::move(log),
                       counts = std::move(counts)](const application_message& x) {
    if (const auto thrown = thrown_by(*f, x)) {
      ++counts->messages_failed;
      log->warn("a handler of \"{}\" threw: {}", x.tag, *thrown);
    }
  };
  using actor = calling_actor<message_handler_actor, received_messages>;
  const auto spawned = system.spawn<supervision::actor_shell<actor>>(
      [handle](const received_messages& all) { for_each_message(all, handle); });
  return {spawned, registration_of<message_handler, ignore_messages>(f, source, spawned)};
}

}  // namespace scalesmall
