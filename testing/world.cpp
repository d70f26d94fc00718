#include <scalesmall/group_manager.hpp>
#include <scalesmall/messages.hpp>
#include <scalesmall/testing/world.hpp>
#include <stdexcept>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "actors/node_access.hpp"

namespace scalesmall::testing {

struct world::impl {
  impl() : system(tune(config)), scheduler(coordinator()) {
    // Nobody runs actors that are left at the end, so nobody waits for them either.
    system.await_actors_before_shutdown(false);
    scheduler.clock().current_time += std::chrono::hours{1};
  }

  static caf::actor_system_config& tune(caf::actor_system_config& config) {
    return config.set("scheduler.policy", caf::atom("testing"));
  }

  caf::scheduler::test_coordinator& coordinator() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  }

  caf::actor_system_config config;
  caf::actor_system system;
  caf::scheduler::test_coordinator& scheduler;
  std::map<std::uint8_t, std::unique_ptr<node>> nodes;
  std::chrono::milliseconds starts{0};  // one for each
};

namespace {

/// Makes a call of a node and lets the world go on until it is answered.
template <class Answer, class Call>
result<Answer, call_error> answer_to(world& w, std::uint8_t n, Call call) {
  result<Answer, call_error> outcome = call_error::unavailable;
  caf::scoped_actor self{w.system(), true};
  auto request = self->request(w[n].group_manager(), caf::infinite, std::move(call));
  w.run();
  if (!self->has_next_message()) return call_error::timeout;
  request.receive([&](const Answer& answer) { outcome = answer; },
                  [&](const caf::error& why) {
                    if (why.category() == caf::atom("gm"))
                      outcome = static_cast<call_error>(why.code());
                  });
  return outcome;
}

}  // namespace

world::world(std::uint64_t seed) : wire(seed), impl_(std::make_unique<impl>()) {}

world::~world() {
  for (auto& [n, host] : impl_->nodes) node_access::request_stop(*host);
  run();
  impl_->nodes.clear();
  impl_->scheduler.clock().cancel_all();
}

net_id world::address(std::uint8_t n) { return {ip_address::v4(10, 0, 0, n), 29999}; }

node& world::start(std::uint8_t n, std::vector<net_id> peers, bool multicast) {
  node_config config;
  config.peers = std::move(peers);
  config.multicast = multicast;
  return start_with(n, std::move(config));
}

node& world::start_with(std::uint8_t n, node_config config) {
  config.listen = address(n);
  config.random_seed = n;
  node_environment environment;
  impl_->starts += std::chrono::milliseconds{1};
  environment.net = wire.host(address(n));
  environment.wall_clock = [this] { return wall_clock(); };
  environment.on_failure = [this, n](const std::string& why) { failures[n] = why; };
  if (prepare) prepare(config, environment);
  auto launched = node_access::launch(impl_->system, config, std::move(environment));
  if (!launched) throw std::runtime_error{launched.error().text};
  run();
  return *(impl_->nodes[n] = std::move(*launched));
}

node& world::operator[](std::uint8_t n) { return *impl_->nodes.at(n); }

std::vector<std::uint8_t> world::running() const {
  std::vector<std::uint8_t> all;
  for (const auto& [n, host] : impl_->nodes) all.push_back(n);
  return all;
}

void world::kill(std::uint8_t n) {
  node_access::request_stop(*impl_->nodes.at(n));
  run();
  impl_->nodes.erase(n);
}

result<timed_item, call_error> world::join(std::uint8_t n, const std::string& group,
                                           const std::vector<net_id>& peers, key_range range) {
  return answer_to<timed_item>(*this, n, join_group{group, peers, range});
}

result<done, call_error> world::leave(std::uint8_t n, const std::string& group) {
  return answer_to<done>(*this, n, leave_group{group});
}

result<timed_item, call_error> world::add_item(std::uint8_t n, const std::string& group,
                                               key_range range, std::uint16_t port) {
  return answer_to<timed_item>(*this, n, scalesmall::add_item{group, range, port});
}

result<timed_item, call_error> world::remove_item(std::uint8_t n, const std::string& group,
                                                  key_range range, std::uint16_t port) {
  return answer_to<timed_item>(*this, n, scalesmall::remove_item{group, range, port});
}

std::chrono::nanoseconds world::wall_clock() const {
  constexpr std::chrono::seconds beginning{1'800'000'000};  // in January 2027
  return beginning + impl_->scheduler.clock().current_time.time_since_epoch() + impl_->starts;
}

void world::on_message(std::uint8_t n, const std::string& tag,
                       message_handler::callback on_message) {
  const auto who = system().spawn([on_message = std::move(on_message)](caf::event_based_actor*) {
    return caf::behavior{
        [on_message](const received_messages& all) { for_each_message(all, on_message); }};
  });
  caf::anon_send((*this)[n].messages(),
                 handle_messages{tag, caf::actor_cast<message_handler_actor>(who)});
  run();
}

void world::run() {
  do {
    impl_->scheduler.run();
  } while (wire.run() > 0);
}

bool world::step() { return impl_->scheduler.try_run_once(); }

void world::advance(std::chrono::nanoseconds time, std::chrono::nanoseconds step) {
  for (std::chrono::nanoseconds t{0}; t < time; t += step) {
    impl_->scheduler.advance_time(step);
    wire.advance(step);
    run();
  }
}

bool world::agree(const std::vector<std::uint8_t>& numbers, const std::string& group) const {
  const auto known = [&](std::uint8_t n) { return impl_->nodes.at(n)->topology(group); };
  for (const auto n : numbers) {
    if (known(n) != known(numbers[0])) return false;
  }
  return true;
}

caf::actor_system& world::system() noexcept { return impl_->system; }

}  // namespace scalesmall::testing
