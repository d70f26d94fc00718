#include "bench/routing_messages.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <scalesmall/node.hpp>
#include <scalesmall/owner_actors.hpp>
#include <string>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

namespace scalesmall::bench {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr const char* group = "bench";
constexpr std::uint32_t messages = 1'000'000;
constexpr std::size_t message_bytes = 100;
constexpr std::size_t requests = 20'000;
constexpr std::size_t requests_in_flight = 200;
constexpr std::size_t idle_requests = 400;
constexpr int rounds = 45;

struct with_middleman : caf::actor_system_config {
  with_middleman() { load<caf::io::middleman>(); }
};

/// A node and its actor system, alone in its process.
class host {
public:
  explicit host(std::vector<net_id> peers = {}) {
    node_config settings;
    settings.listen.port = 0;
    settings.multicast = false;
    settings.peers = std::move(peers);
    self = std::move(node::start(system, settings).value());
  }

  with_middleman config;
  caf::actor_system system{config};
  std::unique_ptr<node> self;
};

/// The second process; it runs as long as this object exists.
class other_process {
public:
  other_process()
      : out_(popen((std::filesystem::read_symlink("/proc/self/exe").string() + " serve").c_str(),
                   "r"),
             &pclose) {}

  [[nodiscard]] std::string line() {
    char text[256];
    return out_ && std::fgets(text, sizeof text, out_.get()) != nullptr ? text : "";
  }

private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> out_;
};

void wait_until(const std::function<bool()>& what) {
  while (!what()) std::this_thread::sleep_for(1ms);
}

/// One value per round: the speed of the machine varies more than the compared figures differ.
struct times {
  std::vector<double> a_second;
  std::vector<double> p50_us;
};

double median(std::vector<double> x) {
  std::ranges::nth_element(x, x.begin() + x.size() / 2);
  return x[x.size() / 2];
}

/// The ratio of each round: its two values were measured at the same time.
std::vector<double> ratios(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all(a.size());
  std::ranges::transform(a, b, all.begin(), std::divides{});
  return all;
}

/// Sends `count` requests, `in_flight` of them at a time, each to the actor that `next` returns.
/// Returns the time of each request in us and the total time in s.
std::pair<std::vector<double>, double> ask(caf::actor_system& system, std::size_t count,
                                           std::size_t in_flight,
                                           const std::function<caf::actor()>& next) {
  std::vector<double> us;
  us.reserve(count);
  const std::string content(message_bytes, 'x');
  const auto begin = steady::now();
  std::size_t sent = 0;
  std::atomic<bool> done{false};
  const auto client = system.spawn([&](caf::event_based_actor* self) {
    const auto send = std::make_shared<std::function<void()>>();
    *send = [&, self, again = std::weak_ptr{send}] {
      if (sent == count) return;
      ++sent;
      const auto asked = steady::now();
      self->request(next(), caf::infinite, content)
          .then(
              [&, asked, again = again.lock()](std::int32_t) {
                us.push_back(
                    std::chrono::duration<double, std::micro>(steady::now() - asked).count());
                if (us.size() == count) done = true;
                (*again)();
              },
              [self](const caf::error&) { self->quit(); });
    };
    for (std::size_t i = 0; i < in_flight; ++i) (*send)();
    return caf::behavior{[](caf::ok_atom) {}};
  });
  wait_until([&] { return done.load(); });
  const auto s = std::chrono::duration<double>(steady::now() - begin).count();
  caf::anon_send_exit(client, caf::exit_reason::user_shutdown);
  return {std::move(us), s};
}

void measure(caf::actor_system& system, const std::function<caf::actor()>& next, times& all) {
  const auto busy = ask(system, requests, requests_in_flight, next).second;
  all.a_second.push_back(requests / busy);
  all.p50_us.push_back(median(ask(system, idle_requests, 1, next).first));
}

void report_owners(host& here, const range_owner& there) {
  const auto bare = here.system.middleman().remote_actor("127.0.0.1", there.port);
  auto owners = owner_actors<>::make(*here.self, group);
  if (!bare || !owners) return;
  times by_caf;
  times by_owner;
  std::uint32_t key = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto ask_bare = [&] {
      measure(
          here.system, [&] { return *bare; }, by_caf);
    };
    const auto ask_owner = [&] {
      measure(
          here.system, [&] { return owners->of(key += 0x9e3779b9); }, by_owner);
    };
    // The order alternates, because the second one finds the caches as the first one left them.
    i % 2 == 0 ? ask_bare() : ask_owner();
    i % 2 == 0 ? ask_owner() : ask_bare();
  }
  const auto caf_a_second = median(by_caf.a_second);
  const auto caf_us = median(by_caf.p50_us);
  const auto owner_a_second = median(by_owner.a_second);
  const auto owner_us = median(by_owner.p50_us);
  std::printf("case=remote_actor bytes=%zu messages_a_second=%.0f p50_us=%.1f\n", message_bytes,
              caf_a_second, caf_us);
  std::printf(
      "case=send_to_owner bytes=%zu messages_a_second=%.0f p50_us=%.1f throughput_ratio=%.3f "
      "latency_ratio=%.3f\n",
      message_bytes, owner_a_second, owner_us, median(ratios(by_owner.a_second, by_caf.a_second)),
      median(ratios(by_owner.p50_us, by_caf.p50_us)));
}

void report_broadcasts(host& here, other_process& other) {
  const auto begin = steady::now();
  bytes content(message_bytes);
  for (std::uint32_t i = 0; i < messages; ++i) {
    std::memcpy(content.data(), &i, sizeof i);
    if (!here.self->broadcast(group, "bench", content)) return;
  }
  const auto accepted = std::chrono::duration<double>(steady::now() - begin).count();
  const auto told = other.line();
  const auto all = std::chrono::duration<double>(steady::now() - begin).count();
  std::printf(
      "case=broadcast bytes=%zu messages=%u accepted_s=%.2f s=%.2f messages_a_second=%.0f %s",
      message_bytes, messages, accepted, all, messages / all, told.c_str());
}

}  // namespace

int serve_messages() {
  host here;
  const auto echo = here.system.spawn([] {
    return caf::behavior{[](const std::string& x) { return static_cast<std::int32_t>(x.size()); }};
  });
  const auto port = here.system.middleman().publish(echo, 0, "127.0.0.1");
  std::vector<bool> seen(messages);
  std::uint32_t distinct = 0;
  std::uint32_t twice = 0;
  auto handler = here.self->on_message("bench", [&](const application_message& x) {
    std::uint32_t i = 0;
    std::memcpy(&i, x.content.data(), sizeof i);
    if (seen.at(i)) {
      ++twice;
      return;
    }
    seen[i] = true;
    if (++distinct == messages)
      std::cout << "lost=" << messages - distinct << " twice=" << twice << std::endl;
  });
  if (!port || !handler || !here.self->add_item(group, whole_range, *port)) return 1;
  std::cout << to_string(here.self->id()) << std::endl;
  // Wait until the other process has been seen in the group and has left it again.
  wait_until([&] { return here.self->members(group).size() > 1; });
  wait_until([&] { return here.self->members(group).size() == 1; });
  handler->end();
  caf::anon_send_exit(echo, caf::exit_reason::user_shutdown);
  return 0;
}

bool report_messages() {
  other_process other;
  auto told = other.line();
  if (told.empty()) return false;
  told.pop_back();
  host here{{*parse_net_id(told)}};
  if (!here.self->join(group)) return false;
  wait_until([&] { return here.self->owners(group, 0).size() == 1; });
  report_owners(here, here.self->owners(group, 0).front());
  report_broadcasts(here, other);
  const bool left = here.self->leave(group).has_value();
  std::this_thread::sleep_for(500ms);  // so that the other process learns of it
  return left;
}

}  // namespace scalesmall::bench
