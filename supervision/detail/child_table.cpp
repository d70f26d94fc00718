#include "supervision/detail/child_table.hpp"

#include <utility>

namespace scalesmall::supervision {

child_ptr child_table::add(std::shared_ptr<const child_spec> spec) {
  auto c = std::make_shared<child>();
  c->id = spec->id;
  c->spec = std::move(spec);
  by_id_.emplace(c->id, c);
  return append(std::move(c));
}

child_ptr child_table::add_instance(std::shared_ptr<const child_spec> spec, std::any argument) {
  auto c = std::make_shared<child>();
  c->id = '#' + std::to_string(++instances_);
  c->spec = std::move(spec);
  c->argument = std::move(argument);
  return append(std::move(c));
}

// A reader that takes the lock at the new version sees the change, too, since it is made before the
// lock is released.
std::unique_lock<std::mutex> child_table::change() {
  std::unique_lock lock{mutex_};
  version_.fetch_add(1, std::memory_order_release);
  return lock;
}

child_ptr child_table::append(child_ptr c) {
  const auto lock = change();
  c->position = order_.insert(order_.end(), c);
  return c;
}

void child_table::remove(const child_ptr& c) {
  if (c->handle) by_actor_.erase(c->handle->id());
  by_id_.erase(c->id);
  c->removed = true;
  const auto lock = change();
  c->handle = nullptr;
  c->state = child_state::stopped;
  order_.erase(c->position);
}

child_ptr child_table::find(const std::string& id) const {
  const auto i = by_id_.find(id);
  return i == by_id_.end() ? nullptr : i->second;
}

child_ptr child_table::find(caf::actor_id actor) const {
  const auto i = by_actor_.find(actor);
  return i == by_actor_.end() ? nullptr : i->second;
}

std::vector<child_ptr> child_table::in_start_order() const {
  return {order_.begin(), order_.end()};
}

std::vector<child_ptr> child_table::in_stop_order() const {
  return {order_.rbegin(), order_.rend()};
}

void child_table::set_state(child& c, child_state state) {
  const auto lock = change();
  c.state = state;
}

void child_table::attach(const child_ptr& c, caf::strong_actor_ptr handle) {
  by_actor_.emplace(handle->id(), c);
  c->exit.reset();
  const auto lock = change();
  c->handle = std::move(handle);
  c->state = child_state::starting;
}

void child_table::detach(child& c, child_state state) {
  if (c.handle) by_actor_.erase(c.handle->id());
  c.exit.reset();
  const auto lock = change();
  c.handle = nullptr;
  c.state = state;
}

void child_table::set_nested(child& c, std::shared_ptr<child_table> nested) {
  const auto lock = change();
  c.previous = std::exchange(c.nested, std::move(nested));
}

void child_table::count_restart(child& c) {
  const auto lock = change();
  ++c.restarts;
}

void child_table::move_to_end(const child_ptr& c) {
  const auto lock = change();
  order_.splice(order_.end(), order_, c->position);
}

void child_table::visit(const std::function<void(const child&)>& f) const {
  const std::lock_guard lock{mutex_};
  for (const auto& c : order_) f(*c);
}

}  // namespace scalesmall::supervision
