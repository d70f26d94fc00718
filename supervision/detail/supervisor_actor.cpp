#include "supervision/detail/supervisor_actor.hpp"

#include <algorithm>
#include <iterator>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <utility>

#include <caf/exit_reason.hpp>
#include <caf/system_messages.hpp>

#include "supervision/detail/exit_signal.hpp"
#include "supervision/detail/refuse_refs.hpp"

namespace scalesmall::supervision {

supervisor_actor::supervisor_actor(caf::actor_config& config, supervisor_setup setup)
    : caf::event_based_actor(config),
      setup_(std::move(setup)),
      table_(setup_.table),
      starter_(this, *table_, [this](child& c) { return spawn_nested(c); }),
      stopper_(this, *table_, [this](const child& c, report::kind what, const caf::error& reason) {
        tell(what, c, reason);
      }) {
  detail::set_shell_handlers(*this);
  set_down_handler([this](const caf::down_msg& down) { on_down(down); });
  set_exit_handler([this](const caf::exit_msg& exit) {
    if (exit.reason) post([this, reason = exit.reason] { end(reason); });
  });
}

caf::behavior supervisor_actor::make_behavior() {
  spec_ = setup_.init();
  if (auto error = check(spec_)) {
    quit(std::move(error));
    return {};
  }
  intensity_ = restart_intensity{static_cast<std::size_t>(spec_.intensity), spec_.period};
  stopper_.set_kill_timeout(spec_.kill_timeout);
  post([this] { init_children(); });
  return calls();
}

void supervisor_actor::on_exit() {
  // Children are left only after a kill or an exception. The youngest child is told first, as OTP's
  // links do.
  for (const auto& c : table_->in_stop_order()) {
    if (c->handle && !c->exit)
      signal_exit(*this, c->handle, caf::make_error(supervisor_error::parent_died));
  }
  // Pending calls hold promises, which answer with an error when they are destroyed. They also keep
  // this actor alive.
  starter_.abandon();
  stopper_.abandon();
  reaper_.reset();
  when_started_ = nullptr;
  when_stopped_ = nullptr;
  agenda_.clear();
  next_.clear();
  awaiting_start_.clear();
  waiting_.clear();
  setup_ = {};  // its functions may hold the tree, which holds this actor
  // A child that never ends, such as a stable reference, may hold a message of this actor, and the
  // table holds that child: neither would ever be freed. A supervisor that reaps these children has
  // the table, too.
  table_.reset();
}

// -- the agenda ---------------------------------------------------------------------------------

void supervisor_actor::post(step run, bool starts_instance) {
  agenda_.push_back({std::move(run), starts_instance});
  pump();
}

void supervisor_actor::then(step next) {
  next_.push_back(std::move(next));
  pump();
}

void supervisor_actor::pump() {
  if (pumping_) return;
  pumping_ = true;
  while (!next_.empty() || (!agenda_.empty() && is_free_for(agenda_.front().starts_instance))) {
    step run;
    if (!next_.empty()) {
      run = std::move(next_.front());
      next_.pop_front();
    } else {
      run = std::move(agenda_.front().run);
      agenda_.pop_front();
    }
    run();
  }
  pumping_ = false;
  arm_timer();
}

void supervisor_actor::arm_timer() {
  auto deadline = starter_.deadline();
  const auto sooner = [&deadline](const std::optional<caf::actor_clock::time_point>& other) {
    if (other && (!deadline || *other < *deadline)) deadline = other;
  };
  sooner(stopper_.deadline());
  if (reaper_) sooner(reaper_->deadline());
  if (!waiting_.empty()) sooner(waiting_.front().first);
  if (!deadline || (timer_ && *timer_ <= *deadline)) return;
  timer_ = deadline;
  delayed_send(this, *deadline - clock().now(), caf::tick_atom_v);
}

void supervisor_actor::on_tick() {
  const auto now = clock().now();
  if (timer_ && now >= *timer_) timer_.reset();
  starter_.on_time(now);
  stopper_.on_time(now);
  if (reaper_) reaper_->on_time(now);
  end_waits(now);
  arm_timer();
}

// -- events -------------------------------------------------------------------------------------

void supervisor_actor::on_down(const caf::down_msg& down) {
  if (const auto orphan = orphans_ ? orphans_->find(down.source.id()) : nullptr) {
    orphan->exit = down.reason;
    reaper_->on_down(orphan);
    return;
  }
  const auto c = table_->find(down.source.id());
  if (c == nullptr) return;
  c->exit = down.reason;
  if (starter_.on_down(c) || stopper_.on_down(c)) return;
  post([this, c, actor = down.source.id()] { on_exit_of(c, actor); });
}

void supervisor_actor::on_exit_of(const child_ptr& c, caf::actor_id actor) {
  // A stop that ran in between has handled this end already.
  if (!c->handle || c->handle->id() != actor || !c->exit) return;
  const auto reason = std::move(*c->exit);
  const auto kind = classify(reason);
  table_->detach(*c, child_state::stopped);
  tell(kind == exit_kind::abnormal ? report::kind::failed : report::kind::ended, *c, reason);
  const caf::timespan ran = clock().now() - c->since;
  c->since = clock().now();
  if (kind == exit_kind::abnormal && c->nested)
    return after_orphans(c, [this, c, kind, reason, ran] { decide(c, kind, reason, ran); });
  decide(c, kind, reason, ran);
}

// -- sequences ----------------------------------------------------------------------------------

void supervisor_actor::start_each(std::vector<child_ptr> children, started_callback done) {
  to_start_.assign(children.begin(), children.end());
  when_started_ = std::move(done);
  then([this] { start_next(); });
}

void supervisor_actor::start_next() {
  if (to_start_.empty()) return std::exchange(when_started_, nullptr)(std::nullopt);
  const auto c = to_start_.front();
  to_start_.pop_front();
  starter_.start(c, [this, c](const caf::error& error) {
    on_start_result(*c, error);
    if (!error) {
      if (!c->handle) forget_or_keep(c);
      return then([this] { start_next(); });
    }
    to_start_.clear();
    then([this, c, error] { std::exchange(when_started_, nullptr)(start_failure{c, error}); });
  });
}

void supervisor_actor::start_one(const child_ptr& c, child_starter::callback done) {
  busy_ = true;
  c->since = clock().now();
  start_each({c}, [this, done = std::move(done)](const std::optional<start_failure>& failure) {
    busy_ = false;
    done(failure ? failure->reason : caf::error{});
  });
}

void supervisor_actor::on_start_result(child& c, const caf::error& error) {
  if (error) return tell(report::kind::start_failed, c, error);
  if (!c.handle) return;
  if (restarting_) table_->count_restart(c);
  tell(restarting_ ? report::kind::restarted : report::kind::started, c, {});
  c.since = clock().now();
  if (const auto before = std::exchange(c.previous, nullptr)) refuse_unbound_refs(*before);
}

void supervisor_actor::stop_each(std::vector<child_ptr> children, step done) {
  to_stop_.assign(children.begin(), children.end());
  when_stopped_ = std::move(done);
  then([this] { stop_next(); });
}

void supervisor_actor::stop_next() {
  if (to_stop_.empty()) return std::exchange(when_stopped_, nullptr)();
  // All instances of a template stop at once: there may be a million of them, and their order has
  // no meaning.
  const auto end = simple() ? to_stop_.end() : std::next(to_stop_.begin());
  std::vector<child_ptr> group(to_stop_.begin(), end);
  to_stop_.erase(to_stop_.begin(), end);
  stopper_.stop(std::move(group), [this] { then([this] { stop_next(); }); });
}

void supervisor_actor::end(caf::error reason) {
  busy_ = true;
  // Instances of a template are told in start order, as in OTP, which promises no order.
  stop_each(simple() ? table_->in_start_order() : table_->in_stop_order(),
            [this, reason = std::move(reason)] { quit(reason); });
}

// -- carrying out decisions ---------------------------------------------------------------------

void supervisor_actor::init_children() {
  if (simple()) {
    template_ = std::make_shared<const child_spec>(spec_.children.front());
    starter_.start_side_by_side();
  } else {
    for (const auto& spec : spec_.children)
      table_->add(std::make_shared<const child_spec>(spec))->since = clock().now();
  }
  spec_.children.clear();
  busy_ = true;
  start_each(table_->in_start_order(), [this](const std::optional<start_failure>& failure) {
    if (failure)
      return end(caf::make_error(supervisor_error::failed_to_start_child, failure->which->id,
                                 failure->reason));
    started_ = true;
    busy_ = false;
    if (setup_.on_started) setup_.on_started();
    for (auto& waiting : std::exchange(awaiting_start_, {})) waiting.deliver(caf::ok_atom_v);
  });
}

// OTP restarts such a supervisor at once, while its former children are still ending. Here an actor
// may own a port or a file that its successor needs, so the restart waits for these children.
void supervisor_actor::after_orphans(const child_ptr& c, step next) {
  busy_ = true;
  orphans_ = c->nested;
  const auto observe = [this, c](const child& orphan, report::kind what, const caf::error& reason) {
    if (setup_.report)
      setup_.report({what, setup_.path + '/' + c->id + '/' + orphan.id, reason,
                     clock().now() - orphan.since});
  };
  reaper_ = std::make_unique<child_stopper>(this, *orphans_, observe);
  reaper_->set_kill_timeout(spec_.kill_timeout);
  reaper_->reap([this, next = std::move(next)] {
    then([this, next] {
      reaper_.reset();
      orphans_.reset();
      busy_ = false;
      next();
    });
  });
}

void supervisor_actor::decide(const child_ptr& c, exit_kind kind, const caf::error& reason,
                              caf::timespan ran) {
  if (should_restart(c->spec->restart, kind))
    return waits_after(reason) ? restart_after_wait(c, reason, ran) : restart(c);
  forget_or_keep(c);
  shut_down_if_significant(*c);
}

void supervisor_actor::restart(const child_ptr& c, counting how) {
  if (how == counting::yes && !intensity_.allow(clock().now())) {
    if (setup_.report) setup_.report({report::kind::gave_up, setup_.path, {}, {}});
    forget_or_keep(c);
    return end(caf::make_error(caf::exit_reason::user_shutdown));
  }
  busy_ = true;
  restarting_ = true;
  if (simple()) table_->move_to_end(c);
  // Only the strategies that restart siblings read the whole list: with the others a restart must
  // cost the same among 100,000 children.
  std::vector<child_ptr> stop;
  std::vector<child_ptr> drop;
  std::vector<child_ptr> start{c};
  if (spec_.strategy == restart_strategy::one_for_all ||
      spec_.strategy == restart_strategy::rest_for_one) {
    const auto all = table_->in_start_order();
    std::vector<restart_type> types;
    types.reserve(all.size());
    for (const auto& each : all) types.push_back(each->spec->restart);
    const auto failed = std::find(all.begin(), all.end(), c) - all.begin();
    const auto plan = plan_restart(spec_.strategy, types, static_cast<std::size_t>(failed));
    const auto pick = [&all](const std::vector<std::size_t>& positions) {
      std::vector<child_ptr> picked;
      picked.reserve(positions.size());
      for (const auto i : positions) picked.push_back(all[i]);
      return picked;
    };
    stop = pick(plan.stop);
    drop = pick(plan.drop);
    start = pick(plan.start);
  }
  stop_each(std::move(stop), [this, drop = std::move(drop), start = std::move(start)] {
    for (const auto& each : drop) forget_or_keep(each);
    start_each(start, [this](const std::optional<start_failure>& failure) {
      restarting_ = false;
      busy_ = false;
      if (!failure) return;
      if (waits_after(failure->reason))
        return restart_after_wait(failure->which, failure->reason, {});
      retry_later(failure->which);
    });
  });
}

void supervisor_actor::retry_later(const child_ptr& c) {
  table_->set_state(*c, child_state::restarting);
  // The retry goes to the end of the agenda, so calls and stops that wait there run between two
  // attempts.
  const auto retry = [this, c] {
    if (!c->removed && c->state == child_state::restarting) restart(c);
  };
  agenda_.push_back({retry, false});
}

bool supervisor_actor::waits_after(const caf::error& reason) const {
  return spec_.resource_wait_max.count() > 0 && is_for_want_of_resources(reason);
}

void supervisor_actor::restart_after_wait(const child_ptr& c, const caf::error& reason,
                                          caf::timespan ran) {
  table_->set_state(*c, child_state::restarting);
  const auto wait = c->wait.next(ran, spec_.resource_wait_max);
  c->restart_at = clock().now() + wait;
  const auto later = std::ranges::find_if(
      waiting_, [&](const auto& other) { return other.first > c->restart_at; });
  waiting_.emplace(later, c->restart_at, c);
  if (setup_.report)
    setup_.report({report::kind::waiting, setup_.path + '/' + c->id, reason, wait});
}

void supervisor_actor::end_waits(caf::actor_clock::time_point now) {
  while (!waiting_.empty() && waiting_.front().first <= now) {
    const auto [at, c] = std::move(waiting_.front());
    waiting_.pop_front();
    post([this, at = at, c = c] {
      if (!c->removed && c->state == child_state::restarting && c->restart_at == at)
        restart(c, counting::no);
    });
  }
}

void supervisor_actor::forget(const child_ptr& c) {
  refuse_refs(*c);
  table_->remove(c);
}

void supervisor_actor::forget_or_keep(const child_ptr& c) {
  if (simple() || c->spec->restart == restart_type::temporary) return forget(c);
  refuse_refs(*c);
}

void supervisor_actor::shut_down_if_significant(const child& c) {
  std::size_t left = simple() ? table_->size() : 0;
  if (spec_.shutdown_with == auto_shutdown::all_significant && !simple()) {
    for (const auto& each : table_->children())
      left += each->spec->significant && each->state != child_state::stopped ? 1 : 0;
  }
  if (should_shut_down(spec_.shutdown_with, c.spec->significant, left))
    end(caf::make_error(caf::exit_reason::user_shutdown));
}

// -- helpers ------------------------------------------------------------------------------------

caf::strong_actor_ptr supervisor_actor::spawn_nested(child& c) {
  auto table = std::make_shared<child_table>();
  supervisor_setup setup{setup_.path + '/' + c.id, {}, table, setup_.report, {}};
  if (const auto* init = std::get_if<init_function>(&c.spec->start)) {
    setup.init = *init;
  } else {
    setup.init = [nested = std::get<nested_spec>(c.spec->start)] { return *nested; };
  }
  auto actor = caf::actor_cast<caf::strong_actor_ptr>(spawn<supervisor_actor>(std::move(setup)));
  table_->set_nested(c, std::move(table));
  return actor;
}

void supervisor_actor::tell(report::kind what, const child& c, const caf::error& reason) const {
  if (setup_.report)
    setup_.report({what, setup_.path + '/' + c.id, reason, clock().now() - c.since});
}

}  // namespace scalesmall::supervision
