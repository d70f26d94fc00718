#include "supervision/detail/child_stopper.hpp"

#include <algorithm>
#include <scalesmall/supervision/exit_reason.hpp>
#include <utility>

#include <caf/exit_reason.hpp>

#include "supervision/detail/exit_signal.hpp"

namespace scalesmall::supervision {

namespace {

// As in OTP, a child that is not permanent may have ended regularly just before the request.
bool as_asked(const child& c, const caf::error& reason) {
  if (effective_shutdown(*c.spec).how == shutdown_policy::kind::brutal_kill) {
    if (reason == caf::exit_reason::kill) return true;
  } else if (reason == caf::exit_reason::user_shutdown || reason == supervisor_error::parent_died) {
    return true;
  }
  return c.spec->restart != restart_type::permanent && classify(reason) != exit_kind::abnormal;
}

}  // namespace

void child_stopper::stop(std::vector<child_ptr> children, callback done) {
  children_ = std::move(children);
  done_ = std::move(done);
  waiting_ = 0;
  killed_ = false;
  const auto now = self_->clock().now();
  for (const auto& c : children_) {
    c->since = now;
    if (!c->handle) {
      // The child has no actor: it is not running, or it is between two attempts to restart it.
      if (c->state != child_state::stopped) table_.set_state(*c, child_state::stopped);
      continue;
    }
    if (c->exit) {
      gone(c);
      continue;
    }
    ++waiting_;
    table_.set_state(*c, child_state::stopping);
    const auto policy = effective_shutdown(*c->spec);
    if (policy.how == shutdown_policy::kind::brutal_kill) {
      kill(*c);
      killed_ = true;
      deadline_ = now + kill_timeout_;
    } else {
      signal_exit(*self_, c->handle, caf::make_error(caf::exit_reason::user_shutdown));
      if (policy.how == shutdown_policy::kind::timed) deadline_ = now + policy.time;
    }
  }
  finish_if_all_gone();
}

void child_stopper::reap(callback done) {
  children_ = table_.in_stop_order();
  done_ = std::move(done);
  const auto now = self_->clock().now();
  bool bounded = true;
  auto longest = std::chrono::milliseconds{0};
  for (const auto& c : children_) {
    if (!c->handle) continue;
    c->exit.reset();
    c->since = now;
    self_->monitor<caf::message_priority::high>(c->handle);
    ++waiting_;
    table_.set_state(*c, child_state::stopping);
    const auto policy = effective_shutdown(*c->spec);
    bounded = bounded && policy.how != shutdown_policy::kind::infinity;
    if (policy.how == shutdown_policy::kind::timed) longest = std::max(longest, policy.time);
  }
  if (bounded) deadline_ = now + longest;
  finish_if_all_gone();
}

bool child_stopper::on_down(const child_ptr& c) {
  if (c->state != child_state::stopping) return false;
  gone(c);
  --waiting_;
  finish_if_all_gone();
  return true;
}

void child_stopper::on_time(caf::actor_clock::time_point now) {
  if (!deadline_ || now < *deadline_) return;
  if (!killed_) {
    killed_ = true;
    deadline_ = now + kill_timeout_;
    for (const auto& c : children_) {
      if (c->state == child_state::stopping) kill(*c);
    }
    return;
  }
  for (const auto& c : children_) {
    if (c->state != child_state::stopping) continue;
    self_->demonitor(c->handle->address());
    observe_(*c, report::kind::stuck, caf::make_error(supervisor_error::stuck));
    table_.detach(*c, child_state::stopped);
  }
  waiting_ = 0;
  finish_if_all_gone();
}

void child_stopper::kill(const child& c) { signal_kill(*self_, c.handle); }

void child_stopper::gone(const child_ptr& c) {
  const auto reason = std::move(*c->exit);
  const bool good = as_asked(*c, reason);
  table_.detach(*c, child_state::stopped);
  observe_(*c, good ? report::kind::stopped : report::kind::stop_failed, reason);
}

void child_stopper::finish_if_all_gone() {
  if (waiting_ > 0 || !done_) return;
  deadline_.reset();
  children_.clear();
  std::exchange(done_, nullptr)();
}

}  // namespace scalesmall::supervision
