#include <condition_variable>
#include <mutex>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include "supervision/detail/exit_signal.hpp"
#include "supervision/detail/refuse_refs.hpp"
#include "supervision/detail/supervisor_actor.hpp"
#include "supervision/detail/table_listing.hpp"

namespace scalesmall::supervision {

struct tree::shared {
  shared(caf::actor_system& sys, std::string name)
      : system(sys), id(std::move(name)), table(std::make_shared<child_table>()) {}

  caf::actor_system& system;
  std::string id;
  std::shared_ptr<child_table> table;
  caf::actor root;

  std::mutex mutex;
  std::condition_variable changed;
  bool started = false;
  bool ended = false;
  caf::error reason;

  void on_started() {
    {
      const std::lock_guard lock{mutex};
      started = true;
    }
    changed.notify_all();
  }

  void on_ended(const caf::error& why) {
    refuse_refs(*table);
    {
      const std::lock_guard lock{mutex};
      ended = true;
      reason = why;
    }
    changed.notify_all();
  }

  bool was_started() {
    const std::lock_guard lock{mutex};
    return started;
  }
};

tree tree::launch(caf::actor_system& system, std::string id, init_function init,
                  tree_options options) {
  auto state = std::make_shared<shared>(system, std::move(id));
  auto on_started = [state, on_start = options.on_start] {
    state->on_started();
    if (on_start) on_start({});
  };
  supervisor_setup setup{state->id, std::move(init), state->table, std::move(options.report),
                         std::move(on_started)};
  const auto root = system.spawn<supervisor_actor>(std::move(setup));
  state->root = root;
  caf::actor_cast<caf::abstract_actor*>(root)->attach_functor(
      [state, on_start = std::move(options.on_start),
       on_end = std::move(options.on_end)](const caf::error& reason) {
        const bool failed = !state->was_started();
        state->on_ended(reason);
        if (failed && on_start) on_start(reason);
        if (on_end) on_end(reason);
      });
  return tree{std::move(state)};
}

caf::expected<tree> tree::launch(caf::actor_system& system, std::string id, supervisor_spec spec,
                                 tree_options options) {
  if (auto error = check_tree(spec)) return error;
  return launch(
      system, std::move(id), [spec = std::move(spec)] { return spec; }, std::move(options));
}

caf::expected<tree> tree::start(caf::actor_system& system, std::string id, supervisor_spec spec,
                                tree_options options, std::chrono::milliseconds start_timeout) {
  auto launched = launch(system, std::move(id), std::move(spec), std::move(options));
  if (!launched) return launched;
  auto& state = *launched->shared_;
  std::unique_lock lock{state.mutex};
  const bool in_time =
      state.changed.wait_for(lock, start_timeout, [&] { return state.started || state.ended; });
  if (state.started) return launched;
  if (in_time) return state.reason;
  lock.unlock();
  signal_exit(caf::actor_cast<caf::strong_actor_ptr>(state.root),
              caf::make_error(caf::exit_reason::kill));
  return caf::make_error(supervisor_error::start_timeout);
}

const std::string& tree::id() const noexcept { return shared_->id; }

const caf::actor& tree::actor() const noexcept { return shared_->root; }

supervisor_handle tree::root() const { return {shared_->system, shared_->root}; }

supervisor_handle tree::supervisor(std::string_view path) const {
  return {shared_->system, caf::actor_cast<caf::actor>(find(path))};
}

std::vector<tree_entry> tree::list() const {
  const auto state = ended() ? child_state::stopped : child_state::running;
  std::vector<tree_entry> entries{{shared_->id, child_type::supervisor, state, 0}};
  for (auto& each : supervision::list(*shared_->table, shared_->id))
    entries.push_back(std::move(each));
  return entries;
}

std::string tree::text() const { return tree_text(list()); }

caf::strong_actor_ptr tree::find(std::string_view path) const {
  const auto& id = shared_->id;
  if (path == id) return caf::actor_cast<caf::strong_actor_ptr>(shared_->root);
  if (path.size() <= id.size() || path.substr(0, id.size()) != id || path[id.size()] != '/')
    return nullptr;
  return supervision::find(*shared_->table, path.substr(id.size() + 1));
}

std::shared_ptr<const child_table> tree::table_at(std::string_view path) const {
  const auto& id = shared_->id;
  if (path == id) return shared_->table;
  if (path.size() <= id.size() || !path.starts_with(id) || path[id.size()] != '/') return nullptr;
  return supervision::find_table(*shared_->table, path.substr(id.size() + 1));
}

bool tree::crash(std::string_view path) const {
  const auto target = find(path);
  if (!target) return false;
  caf::anon_send<caf::message_priority::high>(
      caf::actor_cast<caf::actor>(target),
      supervision::crash{"crash of " + std::string{path} + " requested"});
  return true;
}

void tree::request_stop() const {
  signal_exit(caf::actor_cast<caf::strong_actor_ptr>(shared_->root),
              caf::make_error(caf::exit_reason::user_shutdown));
}

bool tree::stop(std::chrono::milliseconds time_limit) const {
  request_stop();
  std::unique_lock lock{shared_->mutex};
  if (shared_->changed.wait_for(lock, time_limit, [this] { return shared_->ended; })) return true;
  lock.unlock();
  signal_exit(caf::actor_cast<caf::strong_actor_ptr>(shared_->root),
              caf::make_error(caf::exit_reason::kill));
  return false;
}

bool tree::ended() const {
  const std::lock_guard lock{shared_->mutex};
  return shared_->ended;
}

caf::error tree::end_reason() const {
  const std::lock_guard lock{shared_->mutex};
  return shared_->reason;
}

}  // namespace scalesmall::supervision
