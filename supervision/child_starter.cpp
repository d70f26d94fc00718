#include "supervision/child_starter.hpp"

#include <string>
#include <utility>

#include "supervision/actor_shell.hpp"
#include "supervision/calls.hpp"
#include "supervision/exit_reason.hpp"
#include "supervision/exit_signal.hpp"

namespace scalesmall::supervision {

namespace {

constexpr std::chrono::milliseconds worker_start_timeout{5000};

std::optional<std::chrono::milliseconds> time_limit(const child_spec& spec) {
  if (spec.start_timeout) return spec.start_timeout;
  if (spec.type == child_type::worker) return worker_start_timeout;
  return std::nullopt;
}

}  // namespace

void child_starter::start(const child_ptr& c, callback done) {
  table_.set_state(*c, child_state::starting);
  auto actor = spawn(*c);
  if (!actor) {
    const bool ignored = actor.error() == fault::ignored;
    table_.detach(*c, child_state::stopped);
    return done(ignored ? caf::error{} : std::move(actor.error()));
  }
  const auto id = (*actor)->id();
  table_.attach(c, *actor);
  self_->monitor<caf::message_priority::high>(*actor);
  pending_.emplace(id, pending{c, std::move(done)});
  if (c->spec->ready == readiness::spawned) return on_ready(id);
  if (const auto time = time_limit(*c->spec)) limits_.push_back({self_->clock().now() + *time, id});
  probe(*c);
}

caf::expected<caf::strong_actor_ptr> child_starter::spawn(child& c) {
  try {
    const auto* function = std::get_if<start_function>(&c.spec->start);
    auto actor = function != nullptr ? (*function)({*self_, c.id, c.argument})
                                     : caf::expected<caf::strong_actor_ptr>{start_nested_(c)};
    if (!actor) return actor;
    if (*actor == nullptr) return caf::make_error(fault::no_actor);
    if (table_.find((*actor)->id()) != nullptr) return caf::make_error(fault::actor_in_use);
    return actor;
  } catch (...) {
    return detail::error_of(std::current_exception());
  }
}

void child_starter::probe(const child& c) {
  const auto id = c.handle->id();
  const auto actor = caf::actor_cast<caf::actor>(c.handle);
  // A probe that fails says less than the down message that follows.
  if (std::holds_alternative<start_function>(c.spec->start)) {
    self_->request(actor, caf::infinite, caf::sys_atom_v, caf::get_atom_v, std::string{"info"})
        .then([this, id](caf::ok_atom, const std::string&, const caf::strong_actor_ptr&,
                         const std::string&) { on_ready(id); },
              [](const caf::error&) {});
  } else {
    self_->request(actor, caf::infinite, await_started{})
        .then([this, id](caf::ok_atom) { on_ready(id); }, [](const caf::error&) {});
  }
}

void child_starter::on_ready(caf::actor_id actor) {
  auto entry = pending_.extract(actor);
  if (entry.empty()) return;
  const auto& c = entry.mapped().child;
  table_.set_state(*c, child_state::running);
  if (c->spec->ref) c->spec->ref.bind(c->handle);
  entry.mapped().done({});
}

bool child_starter::on_down(const child_ptr& c) {
  const auto actor = c->handle->id();
  if (!pending_.contains(actor)) return false;
  on_failure(actor, std::move(*c->exit));
  return true;
}

std::optional<caf::actor_clock::time_point> child_starter::deadline() {
  while (!limits_.empty() && !pending_.contains(limits_.front().actor)) limits_.pop_front();
  if (limits_.empty()) return std::nullopt;
  return limits_.front().until;
}

void child_starter::on_time(caf::actor_clock::time_point now) {
  while (const auto until = deadline()) {
    if (now < *until) return;
    const auto actor = limits_.front().actor;
    const auto& handle = pending_.at(actor).child->handle;
    signal_kill(*self_, handle);
    self_->demonitor(handle->address());
    on_failure(actor, caf::make_error(fault::start_timeout));
  }
}

void child_starter::on_failure(caf::actor_id actor, caf::error reason) {
  // An actor that ends for no bad reason before it was ready has failed to start all the same.
  if (!reason) reason = caf::make_error(fault::no_actor);
  const auto entry = pending_.extract(actor);
  table_.detach(*entry.mapped().child, child_state::stopped);
  entry.mapped().done(reason);
}

}  // namespace scalesmall::supervision
