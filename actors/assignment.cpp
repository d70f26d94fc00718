#include <chrono>
#include <exception>
#include <functional>
#include <scalesmall/assignment.hpp>
#include <scalesmall/node.hpp>
#include <scalesmall/supervision/actor_shell.hpp>
#include <utility>
#include <variant>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include "actors/ask.hpp"
#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/stoppable_callback.hpp"

namespace scalesmall {

namespace {

using told = std::variant<range_assigned, range_revoked, range_lost>;
using callback_ptr = std::shared_ptr<stoppable_callback<told>>;

/// The end of a service waits for the node so long at most.
constexpr std::chrono::seconds end_limit{1};

/// Calls a function with all that comes.
class range_caller {
public:
  using handle = range_handler_actor;
  static constexpr const char* name = "range_caller";

  range_caller(supervision::shell_pointer<handle>, std::function<void(const told&)> f)
      : f_(std::move(f)) {}

  handle::behavior_type make_behavior() {
    return {[this](const range_assigned& x) { f_(x); }, [this](const range_revoked& x) { f_(x); },
            [this](const range_lost& x) { f_(x); }};
  }

private:
  std::function<void(const told&)> f_;
};

/// What was promised to the program if its function throws.
void answer_instead(const told& x, const range_answers& answers) {
  if (const auto* load = std::get_if<range_assigned>(&x)) answers.failed(load->range);
  if (const auto* release = std::get_if<range_revoked>(&x)) answers.released(release->range);
}

callback_ptr callback_of(range_handler handler, const range_answers& answers) {
  return std::make_shared<stoppable_callback<told>>(
      [handler = std::move(handler), answers](const told& x) {
        if (const auto* load = std::get_if<range_assigned>(&x)) handler.assigned(*load, answers);
        if (const auto* release = std::get_if<range_revoked>(&x))
          handler.revoked(*release, answers);
        if (const auto* gone = std::get_if<range_lost>(&x)) handler.lost(*gone);
      });
}

}  // namespace

range_answers::range_answers(assignments_actor whom, std::string group,
                             std::shared_ptr<const service_fence> fence)
    : whom_(std::make_shared<const assignments_actor>(std::move(whom))),
      group_(std::move(group)),
      fence_(std::move(fence)) {}

void range_answers::ready(key_range range) const { say(range, range_answer::kind::ready); }

void range_answers::failed(key_range range) const { say(range, range_answer::kind::failed); }

void range_answers::released(key_range range) const { say(range, range_answer::kind::released); }

void range_answers::say(key_range range, range_answer::kind what) const {
  caf::anon_send(*whom_, range_answer{group_, range, what});
}

struct range_assignment::inside {
  caf::actor_system& system;
  assignments_actor whom;
  std::string group;
  node_view view;
  range_answers answers;
};

const range_answers& range_assignment::answers() const noexcept { return inside_->answers; }

result<done, call_error> range_assignment::capacity(std::uint32_t to,
                                                    std::chrono::milliseconds limit) {
  return ask<done>(inside_->system, inside_->whom, set_capacity{inside_->group, to}, limit);
}

result<done, call_error> range_assignment::drain(std::chrono::milliseconds limit) {
  return ask<done>(inside_->system, inside_->whom, drain_group{inside_->group}, limit);
}

result<done, call_error> range_assignment::take_over(std::chrono::milliseconds limit) {
  return ask<done>(inside_->system, inside_->whom, take_over_group{inside_->group}, limit);
}

std::optional<group_plan> range_assignment::plan() const {
  return inside_->view.plan(inside_->group);
}

result<range_assignment, call_error> node::serve(const std::string& group, const serve_options& how,
                                                 range_handler handler,
                                                 std::chrono::milliseconds limit) {
  if (!handler.assigned || !handler.revoked || !handler.lost) return call_error::invalid_argument;
  auto& system = node_access::system(*this);
  const auto& context = node_access::context(*this);
  const auto fence = std::make_shared<service_fence>();
  const range_answers answers{assignments(), group, fence};
  const auto f = callback_of(std::move(handler), answers);
  const auto call = [f, answers, log = context.log](const told& x) {
    const auto threw = [&](const char* why) {
      log->warn("a function that serves ranges threw: {}", why);
      answer_instead(x, answers);
    };
    try {
      (*f)(x);
    } catch (const std::exception& e) {
      threw(e.what());
    } catch (...) {
      threw("something that is no std::exception");
    }
  };
  // On a thread of its own, because to load a range may take minutes.
  const range_handler_actor actor =
      system.spawn<supervision::actor_shell<range_caller>, caf::detached>(call);
  const auto end = [f, actor, group, &system, whom = assignments(), log = context.log] {
    f->end();
    // The claims are being taken back when this is answered, so a stop of the node that follows
    // tells the others of that, too. A node that has stopped answers that it is unavailable.
    const auto ended = ask<done>(system, whom, end_service{group, actor}, end_limit);
    if (!ended && ended.error() == call_error::timeout)
      log->warn(
          "{}: the service has ended, and its claims are taken back later, since the node is busy",
          group);
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  };
  const auto begun = ask<done>(system, assignments(), serve_group{group, how, actor, fence}, limit);
  if (!begun) {
    end();
    return begun.error();
  }
  return range_assignment{std::make_shared<const range_assignment::inside>(range_assignment::inside{
                              system, assignments(), group, view(), answers}),
                          end};
}

}  // namespace scalesmall
