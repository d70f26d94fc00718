#include "supervision/detail/child_starter.hpp"

#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/calls.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <string>
#include <utility>

#include <caf/make_message.hpp>

#include "supervision/detail/exit_signal.hpp"

namespace scalesmall::supervision {

namespace {

constexpr std::chrono::milliseconds worker_start_timeout{5000};

std::optional<std::chrono::milliseconds> time_limit(const child_spec& spec) {
  if (spec.start_timeout) return spec.start_timeout;
  if (spec.type == child_type::worker) return worker_start_timeout;
  return std::nullopt;
}

}  // namespace

child_starter::child_starter(caf::event_based_actor* self, child_table& table,
                             nested_start start_nested)
    : self_(self),
      table_(table),
      start_nested_(std::move(start_nested)),
      question_(caf::make_message(caf::sys_atom_v, caf::get_atom_v, std::string{"info"})) {}

void child_starter::start(const child_ptr& c, callback done) {
  auto actor = spawn(*c);
  if (!actor) {
    const bool ignored = actor.error() == supervisor_error::ignored;
    table_.detach(*c, child_state::stopped);
    return done(ignored ? caf::error{} : std::move(actor.error()));
  }
  table_.attach(c, *actor);
  self_->monitor<caf::message_priority::high>(*actor);
  c->when_started = std::move(done);
  if (c->spec->ready == readiness::spawned) return on_ready(*c);
  if (const auto time = time_limit(*c->spec))
    limits_.push_back({self_->clock().now() + *time, c, (*actor)->id()});
  ask_whether_ready(*c);
}

caf::expected<caf::strong_actor_ptr> child_starter::spawn(child& c) {
  try {
    const auto* function = std::get_if<start_function>(&c.spec->start);
    auto actor = function != nullptr
                     ? (*function)({*self_, c.id, c.argument, c.spec->ready != readiness::spawned})
                     : caf::expected<caf::strong_actor_ptr>{start_nested_(c)};
    if (!actor) return actor;
    if (*actor == nullptr) return caf::make_error(supervisor_error::no_actor);
    if (table_.find((*actor)->id()) != nullptr)
      return caf::make_error(supervisor_error::actor_in_use);
    return actor;
  } catch (...) {
    return detail::error_of(std::current_exception());
  }
}

void child_starter::ask_whether_ready(const child& c) {
  if (std::holds_alternative<start_function>(c.spec->start)) {
    if (!side_by_side_) return ask(c.handle);
    if (to_ask_.empty()) self_->send(self_, caf::flush_atom_v);
    to_ask_.push_back(c.handle);
  } else {
    self_->request(caf::actor_cast<caf::actor>(c.handle), caf::infinite, await_started{})
        .then([this, actor = c.handle](caf::ok_atom) { on_ready(actor); },
              [](const caf::error&) {});
  }
}

// Every scheduled actor answers this question once it is initialised. It is a plain message and not
// a request: the answer is cheaper to handle, and the down message already tells of a failure.
void child_starter::ask(const caf::strong_actor_ptr& actor) {
  actor->enqueue(caf::strong_actor_ptr{self_->ctrl()}, caf::make_message_id(), question_,
                 self_->context());
}

void child_starter::on_round_done() {
  for (const auto& actor : to_ask_) ask(actor);
  to_ask_.clear();
}

void child_starter::on_ready(const caf::strong_actor_ptr& actor) {
  const auto c = actor ? table_.find(actor->id()) : nullptr;
  if (c != nullptr && c->when_started) on_ready(*c);
}

void child_starter::on_ready(child& c) {
  table_.set_state(c, child_state::running);
  if (c.spec->ref) c.spec->ref.bind(c.handle);
  std::exchange(c.when_started, nullptr)({});
}

bool child_starter::on_down(const child_ptr& c) {
  if (!c->when_started) return false;
  on_failure(*c, std::move(*c->exit));
  return true;
}

std::optional<caf::actor_clock::time_point> child_starter::deadline() {
  while (!limits_.empty() && !limits_.front().pending()) limits_.pop_front();
  if (limits_.empty()) return std::nullopt;
  return limits_.front().until;
}

void child_starter::on_time(caf::actor_clock::time_point now) {
  while (const auto until = deadline()) {
    if (now < *until) return;
    const auto c = limits_.front().child;
    signal_kill(*self_, c->handle);
    self_->demonitor(c->handle->address());
    on_failure(*c, caf::make_error(supervisor_error::start_timeout));
  }
}

void child_starter::abandon() {
  limits_.clear();
  to_ask_.clear();
  for (const auto& c : table_.children()) c->when_started = nullptr;
}

void child_starter::on_failure(child& c, caf::error reason) {
  // An actor that ends before it was ready has failed to start, even if its reason is normal.
  if (!reason) reason = caf::make_error(supervisor_error::no_actor);
  table_.detach(c, child_state::stopped);
  std::exchange(c.when_started, nullptr)(reason);
}

}  // namespace scalesmall::supervision
