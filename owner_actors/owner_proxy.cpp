#include "owner_actors/owner_proxy.hpp"

#include <set>
#include <string>
#include <utility>

#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/io/middleman.hpp>
#include <caf/sec.hpp>

namespace scalesmall {

/// To itself: the time for the handshake is over, or it is time to look for answers.
struct proxy_timer {
  bool handshake = false;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::proxy_timer)

namespace scalesmall {

namespace {

caf::error lost() { return caf::make_error(caf::sec::request_receiver_down); }

using supervision::detail::answer_request;

}  // namespace

void owner_proxy::connect(network& net, const net_id& where, std::chrono::milliseconds timeout) {
  // The trial's owner holds the proxy, and the proxy holds the trial, until the proxy is bound or
  // fails.
  auto trial = net.connect(where, timeout,
                           [self = caf::strong_actor_ptr{ctrl()}, where,
                            opened = false](const port_event& event) mutable {
                             auto& proxy = *static_cast<owner_proxy*>(self->get());
                             if (std::holds_alternative<port_opened>(event)) {
                               opened = true;
                               proxy.ask_for_actor(where);
                             } else if (std::holds_alternative<port_error>(event) && !opened) {
                               proxy.fail(lost());
                             }
                           });
  const std::lock_guard lock{mutex_};
  if (state() == proxy_state::connecting) trial_ = std::move(trial);
}

void owner_proxy::ask_for_actor(const net_id& where) {
  const caf::strong_actor_ptr self{ctrl()};
  const auto middleman =
      caf::actor_cast<caf::strong_actor_ptr>(home_system().middleman().actor_handle());
  auto host = to_string(where.address);
  middleman->enqueue(self, caf::message_id{connect_number}.with_normal_priority(),
                     caf::make_message(caf::connect_atom_v, std::move(host), where.port), nullptr);
  schedule(handshake_timeout, true);
}

void owner_proxy::schedule(std::chrono::nanoseconds after, bool handshake) {
  auto& clock = home_system().clock();
  clock.schedule_message(
      clock.now() + after, caf::strong_actor_ptr{ctrl()},
      caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, proxy_timer{handshake}));
}

void owner_proxy::take_timer(bool handshake) {
  if (!handshake) return look_for_answers();
  if (state() == proxy_state::connecting) fail(lost());
}

void owner_proxy::look_for_answers() {
  caf::strong_actor_ptr ask;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock{mutex_};
    if (!target_ || (asked_.empty() && probe_ == 0)) {
      watched_ = false;
      return;
    }
    if (std::exchange(answers_seen_, answers_) == answers_) {
      if (probe_ != 0) {
        state_.store(proxy_state::silent, std::memory_order_release);
      } else {
        number = probe_ = ++last_number_;
        ask = target_;
      }
    }
  }
  if (ask) {
    ask->enqueue(
        caf::make_mailbox_element(caf::strong_actor_ptr{ctrl()}, caf::message_id{number}, {},
                                  caf::sys_atom_v, caf::get_atom_v, std::string{"info"}),
        nullptr);
  }
  schedule(patience, false);
}

void owner_proxy::take(caf::mailbox_element_ptr what, sender_unit unit) {
  if (what->mid.is_response()) return take_answer(std::move(what), unit);
  if (what->content().match_elements<proxy_timer>())
    return take_timer(what->content().get_as<proxy_timer>(0).handshake);
  std::unique_lock lock{mutex_};
  if (const auto target = target_) return pass_on(std::move(lock), target, std::move(what), unit);
  const bool failed = state() == proxy_state::failed;
  if (!failed && parked_.size() < parked_max) return parked_.push_back(std::move(what));
  const auto why = failed ? why_ : lost();
  lock.unlock();
  answer_request(what->sender, what->mid, why);
}

void owner_proxy::pass_on(std::unique_lock<std::mutex> lock, const caf::strong_actor_ptr& target,
                          caf::mailbox_element_ptr what, sender_unit unit) {
  asked oldest;
  bool watch = false;
  if (what->mid.is_request()) {
    if (state() == proxy_state::failed) {
      lock.unlock();
      return answer_request(what->sender, what->mid, lost());
    }
    if (asked_.size() == asked_max_) {
      oldest = std::move(asked_.begin()->second);
      asked_.erase(asked_.begin());
    }
    const auto number = ++last_number_;
    asked_.emplace_hint(asked_.end(), number, asked{std::move(what->sender), what->mid});
    what->mid = caf::message_id{number}.with_category(what->mid.category());
    what->sender = ctrl();
    watch = !std::exchange(watched_, true);
    if (watch) answers_seen_ = answers_;
  } else if (what->sender == target) {
    return;  // something other than an answer, to nobody in particular
  }
  lock.unlock();
  answer_request(oldest.by, oldest.as, lost());
  if (watch) schedule(patience, false);
  target->enqueue(std::move(what), unit);
}

void owner_proxy::take_answer(caf::mailbox_element_ptr what, sender_unit unit) {
  const auto number = what->mid.request_id().integer_value();
  if (number == connect_number) {
    auto& found = what->content();
    if (found.match_elements<caf::node_id, caf::strong_actor_ptr, std::set<std::string>>())
      return bind(found.get_as<caf::strong_actor_ptr>(1));
    return fail(lost());
  }
  asked by;
  {
    const std::lock_guard lock{mutex_};
    ++answers_;
    if (number == probe_) probe_ = 0;
    if (state() == proxy_state::silent) state_.store(proxy_state::bound, std::memory_order_release);
    const auto request = asked_.find(number);
    if (request == asked_.end()) return;
    by = std::move(request->second);
    asked_.erase(request);
  }
  if (!by.by) return;
  what->mid = by.as.response_id();
  by.by->enqueue(std::move(what), unit);
}

void owner_proxy::bind(const caf::strong_actor_ptr& target) {
  if (!target) return fail(lost());
  std::shared_ptr<stream_port> trial;
  while (true) {
    std::vector<caf::mailbox_element_ptr> parked;
    {
      const std::lock_guard lock{mutex_};
      if (state() == proxy_state::failed) return;
      trial = std::exchange(trial_, nullptr);
      parked.swap(parked_);
      // What comes meanwhile must not overtake what waits.
      if (parked.empty()) {
        target_ = target;
        state_.store(proxy_state::bound, std::memory_order_release);
      }
    }
    if (parked.empty()) break;
    for (auto& what : parked) pass_on(std::unique_lock{mutex_}, target, std::move(what), nullptr);
  }
  const auto self = caf::actor_cast<caf::actor_addr>(caf::strong_actor_ptr{ctrl()});
  target->get()->attach_functor([self](const caf::error&) {
    if (const auto proxy = caf::actor_cast<caf::strong_actor_ptr>(self))
      static_cast<owner_proxy*>(proxy->get())->fail(lost());
  });
}

void owner_proxy::fail(const caf::error& why) {
  std::vector<caf::mailbox_element_ptr> parked;
  std::map<std::uint64_t, asked> open;
  std::shared_ptr<stream_port> trial;
  caf::strong_actor_ptr target;
  {
    const std::lock_guard lock{mutex_};
    if (state() == proxy_state::failed) return;
    why_ = why;
    failed_at_ = std::chrono::steady_clock::now();
    state_.store(proxy_state::failed, std::memory_order_release);
    parked.swap(parked_);
    open.swap(asked_);
    trial.swap(trial_);
    target.swap(target_);
  }
  for (const auto& what : parked) answer_request(what->sender, what->mid, why);
  for (const auto& [number, x] : open) answer_request(x.by, x.as, why);
  end_with(why);
}

void owner_proxy::on_destroy() {
  fail(lost());
  direct_actor::on_destroy();
}

}  // namespace scalesmall
