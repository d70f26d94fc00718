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
  current_ = c;
  done_ = std::move(done);
  table_.set_state(*c, child_state::starting);
  auto actor = spawn(*c);
  if (!actor) {
    const bool ignored = actor.error() == fault::ignored;
    table_.detach(*c, child_state::stopped);
    return finish(ignored ? caf::error{} : std::move(actor.error()));
  }
  table_.attach(c, *actor);
  self_->monitor<caf::message_priority::high>(*actor);
  if (c->spec->ready == readiness::spawned) return on_ready((*actor)->id());
  if (const auto limit = time_limit(*c->spec)) deadline_ = self_->clock().now() + *limit;
  probe(c);
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

void child_starter::probe(const child_ptr& c) {
  const auto id = c->handle->id();
  const auto actor = caf::actor_cast<caf::actor>(c->handle);
  // A probe that fails says less than the down message that follows.
  if (std::holds_alternative<start_function>(c->spec->start)) {
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
  if (current_ == nullptr || !current_->handle || current_->handle->id() != actor || current_->exit)
    return;
  const auto c = current_;
  table_.set_state(*c, child_state::running);
  if (c->spec->ref) c->spec->ref.bind(c->handle);
  finish({});
}

bool child_starter::on_down(const child_ptr& c) {
  if (c != current_) return false;
  on_failure(std::move(*c->exit));
  return true;
}

void child_starter::on_time(caf::actor_clock::time_point now) {
  if (!deadline_ || now < *deadline_) return;
  signal_kill(*self_, current_->handle);
  self_->demonitor(current_->handle->address());
  on_failure(caf::make_error(fault::start_timeout));
}

void child_starter::on_failure(caf::error reason) {
  // An actor that ends for no bad reason before it was ready has failed to start all the same.
  if (!reason) reason = caf::make_error(fault::no_actor);
  table_.detach(*current_, child_state::stopped);
  finish(reason);
}

void child_starter::finish(const caf::error& error) {
  deadline_.reset();
  current_ = nullptr;
  std::exchange(done_, nullptr)(error);
}

}  // namespace scalesmall::supervision
