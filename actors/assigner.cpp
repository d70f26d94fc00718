#include "actors/assigner.hpp"

#include <algorithm>
#include <scalesmall/key_of.hpp>
#include <type_traits>
#include <utility>

#include "actors/messaging/outbox.hpp"
#include "actors/sleep_clock.hpp"
#include "actors/topology_db_messages.hpp"
#include "messages/group_name.hpp"

namespace scalesmall {

namespace {

/// Changes within this time are looked at together.
constexpr std::chrono::milliseconds news_pause{20};
/// A claim that the topology_db refused is made again after this time.
constexpr std::chrono::seconds retry_after{1};

plan_member member_of(const net_id& self, const serve_options& how) {
  return {self, how.zone.empty() ? 0 : key_of(how.zone), how.capacity};
}

/// Grows with each change that matters to a group.
std::uint64_t version_of(const topology& t, const std::string& group) {
  const auto* served = find_group(t, group);
  std::uint64_t sum = served ? served->version() : 0;
  for (auto i = t.groups.lower_bound(plan_prefix);
       i != t.groups.end() && i->first.starts_with(plan_prefix); ++i)
    sum += i->second->version();
  return sum;
}

}  // namespace

assigner::assigner(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self), node_(std::move(node)), published_(node_->services) {
  for (const auto& order : *published_.read()) open(order);
  if (!services_.empty()) look_at_all();
}

assigner::handle::behavior_type assigner::make_behavior() {
  return {
      [this](const serve_group& call) { return begin(call); },
      [this](const end_service& call) { return end(call); },
      [this](const range_answer& call) { return answer(call); },
      [this](const set_capacity& call) { return set(call); },
      [this](const drain_group& call) { return drain(call); },
      [this](const take_over_group& call) { return take_over(call); },
      [this](const received_messages& all) {
        for_each_message(all, [this](const application_message& x) { hear(x); });
        look_soon();
      },
      [this](const topology_moved&) { look_soon(); },
      [this](const assign_due&) {
        if (alarm_.rang(now())) look_at_all();
      },
  };
}

time_point assigner::now() const { return self_->clock().now(); }

assigner::service* assigner::find(const std::string& group) {
  const auto found = std::ranges::find_if(
      services_, [&](const service& x) { return x.order.what.group == group; });
  return found == services_.end() ? nullptr : &*found;
}

assigner::service* assigner::find(std::uint64_t number) {
  const auto found = std::ranges::find(services_, number, &service::number);
  return found == services_.end() ? nullptr : &*found;
}

// -- what the program calls -----------------------------------------------------------------------

caf::result<done> assigner::begin(const serve_group& call) {
  const auto& how = call.options;
  const plan_settings settings{how.replicas, how.slots};
  const bool possible = is_group_name(call.group) && !is_reserved(call.group) && how.port != 0 &&
                        call.handler && is_group_name(plan_group(settings, call.group)) &&
                        slot_plan::make({member_of(node_->self, how)}, settings).has_value();
  if (!possible) return caf::make_error(call_error::invalid_argument);
  if (const auto* served = find(call.group))
    return caf::make_error(served->ending ? call_error::unavailable : call_error::invalid_argument);
  open({call, false});
  publish();
  look_at_all();
  return done{};
}

void assigner::open(const service_order& order) {
  const auto& [group, how, handler, fence] = order.what;
  const plan_settings settings{how.replicas, how.slots};
  const auto t = node_->topologies.read();
  auto& x = services_.emplace_back(
      service{++last_number_,
              order,
              settings,
              plan_group(settings, group),
              {{node_->self, settings, how.expect, how.timing, t->incarnation}, now()},
              {group, settings, how.port}});
  const auto former = x.claims.resume(*t);
  if (former.takes_part || !former.slots.empty()) x.core.resume(former.slots);
  if (order.draining) x.core.drain();
}

caf::result<done> assigner::end(const end_service& call) {
  auto* x = find(call.group);
  if (!x || x->order.what.handler != call.handler) return caf::make_error(call_error::not_found);
  give_up(*x);
  look_at_all();
  return done{};
}

caf::result<done> assigner::answer(const range_answer& call) {
  auto* x = find(call.group);
  if (!x || x->ending) return caf::make_error(call_error::not_found);
  const auto slot = slot_with(call.range, x->settings.slots);
  if (!slot) return caf::make_error(call_error::not_found);
  wake(*x);
  const auto tell_core = [&] {
    switch (call.what) {
      case range_answer::kind::ready:
        return x->core.ready(*slot);
      case range_answer::kind::failed:
        return x->core.failed(*slot, now());
      case range_answer::kind::released:
        return x->core.released(*slot);
    }
    return false;
  };
  const bool asked = tell_core();
  look_soon();
  if (!asked) return caf::make_error(call_error::not_found);
  return done{};
}

caf::result<done> assigner::set(const set_capacity& call) {
  auto* x = find(call.group);
  if (!x || x->ending) return caf::make_error(call_error::not_found);
  if (call.capacity == 0 || call.capacity > plan_limits::capacity_max)
    return caf::make_error(call_error::invalid_argument);
  x->order.what.options.capacity = call.capacity;
  publish();
  look_at_all();
  return done{};
}

caf::result<done> assigner::drain(const drain_group& call) {
  auto* x = find(call.group);
  if (!x) return caf::make_error(call_error::not_found);
  const auto promise = self_->make_response_promise<done>();
  x->drained.emplace_back(promise);
  x->order.draining = true;
  x->core.drain();
  publish();
  look_at_all();
  return promise;
}

caf::result<done> assigner::take_over(const take_over_group& call) {
  auto* x = find(call.group);
  if (!x || x->ending) return caf::make_error(call_error::not_found);
  node_->log->warn("{}: planned without those that are gone, as a person decided", call.group);
  send(*x, {plan_message::kind::take_over}, std::nullopt);
  x->core.take_over();
  look_at_all();
  return done{};
}

/// Has the messenger give this actor what other nodes send; once only, even if a former life of
/// this actor has done so.
void assigner::listen() {
  if (std::exchange(listening_, true)) return;
  const message_handler_actor me{node_->assigner};
  const auto failed = [this](const caf::error&) {
    listening_ = false;
    if (!news_due_) news_due_ = now() + retry_after;
    arm();
  };
  self_->request(node_->messenger, caf::infinite, ignore_messages{me}).then([](done) {}, failed);
  self_->request(node_->messenger, caf::infinite, handle_messages{plan_tag, me})
      .then([](done) {}, failed);
}

// -- other nodes ----------------------------------------------------------------------------------

void assigner::hear(const application_message& said) {
  const auto what = parse_plan_message(said.content);
  const auto found = std::ranges::find(services_, said.group, &service::plan_name);
  if (found == services_.end() || found->ending) return;
  if (!what) {
    if (const auto times = unreadable_.note(now()))
      node_->log->warn(
          "{}: {} messages of other nodes of the plan cannot be read; the last is of {}",
          found->order.what.group, *times, to_string(said.sender));
    return;
  }
  auto& x = *found;
  using kind = plan_message::kind;
  wake(x);
  see(x);
  switch (what->what) {
    case kind::may_i_stop: {
      const bool yes = x.core.asked(what->slot, said.sender, now());
      send(x, {yes ? kind::yes : kind::no, what->slot, what->number}, {{said.sender}});
      break;
    }
    case kind::yes:
    case kind::no:
      x.core.answered(what->slot, said.sender, what->number, what->what == kind::yes, now());
      break;
    case kind::take_over:
      node_->log->warn("{}: planned without those that are gone, as a person at {} decided",
                       x.order.what.group, to_string(said.sender));
      x.core.take_over();
      break;
  }
}

/// What finds no room gets lost, as on the network: a question is asked anew.
void assigner::send(const service& x, const plan_message& what,
                    std::optional<std::vector<net_id>> to) {
  if (node_->messages_out->try_put({x.plan_name, plan_tag, std::move(to)}, encode(what))) return;
  if (const auto times = no_room_.note(now()))
    node_->log->warn("{}: no room for {} messages to other nodes of the plan", x.order.what.group,
                     *times);
}

// -- what is due ----------------------------------------------------------------------------------

void assigner::look_soon() {
  if (!news_due_) news_due_ = now() + news_pause;
  arm();
}

void assigner::look_at_all() {
  news_due_.reset();
  if (!services_.empty()) listen();
  for (auto& x : services_) {
    wake(x);
    look(x);
  }
  std::erase_if(services_, [](const service& x) { return x.number == 0; });
  arm();
}

void assigner::wake(service& x) {
  x.woken_at = service_fence::now();
  if (!x.ending) x.core.wake(now(), sleep_clock(now()));
}

/// Shows the core what is known, if that has changed.
void assigner::see(service& x) {
  // The version first: the table may change before it is read.
  const auto judged_version = node_->reachability.version();
  const auto t = node_->topologies.read();
  const auto version = version_of(*t, x.order.what.group) + judged_version + 1;
  if (std::exchange(x.seen, version) == version) return;
  const auto sight = sight_of(*t, *node_->reachability.read(), x.order.what.group, x.settings);
  if (std::exchange(x.told_outvoted, sight.outvoted) != sight.outvoted) {
    sight.outvoted
        ? node_->log->warn(
              "{}: members with other replicas or slots have more capacity; this node "
              "takes nothing up",
              x.order.what.group)
        : node_->log->info("{}: the settings of this node count again", x.order.what.group);
  }
  x.core.see(sight);
}

void assigner::look(service& x) {
  const auto t = node_->topologies.read();
  if (x.claims.has_left(*t)) {
    node_->log->info("{}: this node has left the group and serves it no more", x.order.what.group);
    for (const auto slot : x.core.held()) do_effect(x, slot_effects::lost{slot});
    give_up(x);
  }
  if (!x.ending) {
    see(x);
    x.core.look(now());
    carry_out(x);
    open_fence(x);
    if (x.order.draining && x.core.held().empty()) give_up(x);
  }
  keep_claims(x);
  end_if_done(x);
}

void assigner::carry_out(service& x) {
  for (const auto& effect : x.core.take())
    std::visit([&](const auto& what) { do_effect(x, what); }, effect);
}

void assigner::open_fence(const service& x) {
  const auto& fence = x.order.what.fence;
  if (fence && x.losses_untold == 0) fence->open_until(x.woken_at + x.core.still_for());
}

void assigner::do_effect(service& x, const slot_effects::claimed& effect) { x.claims.note(effect); }

void assigner::do_effect(service& x, const slot_effects::assigned& effect) {
  tell(x,
       range_assigned{x.order.what.group, slot_range(effect.slot, x.settings.slots), effect.from});
}

void assigner::do_effect(service& x, const slot_effects::revoked& effect) {
  tell(x, range_revoked{x.order.what.group, slot_range(effect.slot, x.settings.slots), effect.to});
}

void assigner::do_effect(service& x, const slot_effects::lost& effect) {
  if (const auto& fence = x.order.what.fence) fence->close();
  ++x.losses_untold;
  tell(x, range_lost{x.order.what.group, slot_range(effect.slot, x.settings.slots)});
}

void assigner::do_effect(service& x, const slot_effects::release_question& effect) {
  send(x, {plan_message::kind::may_i_stop, effect.slot, effect.number}, {{effect.to}});
}

template <class Message>
void assigner::tell(const service& x, Message what) {
  self_->request(x.order.what.handler, caf::infinite, std::move(what))
      .then(
          [this, number = x.number] {
            if (!std::is_same_v<Message, range_lost>) return;
            auto* x = find(number);
            if (x && --x->losses_untold == 0 && !x->ending) open_fence(*x);
          },
          [this, number = x.number](const caf::error& why) {
            auto* x = find(number);
            if (!x || x->ending) return;
            node_->log->warn("{}: the handler of its ranges ended: {}", x->order.what.group,
                             caf::to_string(why));
            give_up(*x);
            look_at_all();
          });
}

// -- claims ---------------------------------------------------------------------------------------

void assigner::keep_claims(service& x) {
  if (x.calls > 0 || (x.retry_at && now() < *x.retry_at)) return;
  x.retry_at.reset();
  const auto me = x.core.takes_part() ? std::optional{member_of(node_->self, x.order.what.options)}
                                      : std::nullopt;
  const auto& group = x.order.what.group;
  const auto todo = x.claims.compare(*node_->topologies.read(), me);
  if (todo.join_group) call<timed_item>(x, join_group{group, {}, whole_range});
  if (todo.join_plan) call<timed_item>(x, own_call<join_group>{{x.plan_name, {}, whole_range}});
  if (todo.plan) call<std::vector<timed_item>>(x, own_call<set_items>{{x.plan_name, *todo.plan}});
  if (!todo.add.empty()) call<std::vector<timed_item>>(x, add_items{group, todo.add});
  for (const auto& [range, port] : todo.remove)
    call<timed_item>(x, remove_item{group, range, port});
}

template <class Answer, class Call>
void assigner::call(service& x, const Call& what) {
  ++x.calls;
  const auto answered = [this, number = x.number](bool carried_out) {
    auto* x = find(number);
    if (!x) return;
    --x->calls;
    if (!carried_out) x->retry_at = now() + retry_after;
    if (x->calls == 0) look_at_all();
  };
  self_->request(node_->topology_db, caf::infinite, what)
      .then([answered](const Answer&) { answered(true); },
            [this, answered, group = x.order.what.group](const caf::error& why) {
              if (const auto times = refused_.note(now()))
                node_->log->warn("{}: {} claims could not be made; the last one: {}", group, *times,
                                 caf::to_string(why));
              answered(false);
            });
}

/// Takes back all claims, whether others serve or not.
void assigner::give_up(service& x) {
  x.ending = true;
  x.core.drain();
  x.claims.give_up_all();
  publish();
}

void assigner::end_if_done(service& x) {
  if (!x.ending || x.calls > 0) return;
  if (!x.claims.compare(*node_->topologies.read(), std::nullopt).none()) return;
  self_->request(node_->topology_db, caf::infinite, own_call<leave_group>{{x.plan_name}})
      .then([](done) {}, [](const caf::error&) { /* it was not in the group */ });
  for (const auto& promise : x.drained) promise.deliver(done{});
  x.drained.clear();
  x.number = 0;  // look_at_all() removes it
}

void assigner::publish() {
  auto orders = std::make_shared<std::vector<service_order>>();
  for (const auto& x : services_)
    if (!x.ending) orders->push_back(x.order);
  published_.publish(std::move(orders));
}

void assigner::arm() {
  auto next = news_due_;
  const auto consider = [&](std::optional<time_point> x) {
    if (x && (!next || *x < *next)) next = x;
  };
  for (const auto& x : services_) {
    if (!x.ending) consider(x.core.next_due());
    consider(x.retry_at);
  }
  if (const auto wait = alarm_.set(next, now())) self_->delayed_send(self_, *wait, assign_due{});
}

}  // namespace scalesmall
