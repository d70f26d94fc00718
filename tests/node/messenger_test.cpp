#include <algorithm>
#include <map>
#include <set>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "actors/messaging/delivery_tracker.hpp"
#include "actors/messaging/outbox.hpp"
#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "tests/node/world.hpp"
#include "tests/support/text.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

/// Nodes in the group "g", each with an actor that handles "chat".
struct chatting {
  explicit chatting(std::uint8_t count, bool multicast = false) : count_(count) {
    for (std::uint8_t n = 1; n <= count; ++n) {
      w.start(n, n == 1 ? std::vector<net_id>{} : std::vector{nth(1)}, multicast);
      REQUIRE(w.join(n, "g"));
      handle(n);
    }
    w.advance(3s, 5ms);
    for (std::uint8_t n = 1; n <= count; ++n) REQUIRE(w[n].members("g").size() == count);
  }

  void handle(std::uint8_t n) {
    w.on_message(n, "chat", [this, n](const application_message& x) {
      if (failing) throw std::runtime_error{"a handler's own trouble"};
      heard[n].emplace_back(x.content.begin(), x.content.end());
    });
  }

  /// Sends a message from node n. Nothing if it is accepted, otherwise the error.
  std::optional<call_error> say(std::uint8_t n, message_address to, bytes content) {
    caf::scoped_actor self{w.system(), true};
    auto asked = self->request(w[n].messages(), caf::infinite,
                               send_message{std::move(to), std::move(content)});
    w.run();
    std::optional<call_error> failed;
    REQUIRE(self->has_next_message());
    asked.receive([](const done&) {},
                  [&](const caf::error& why) { failed = static_cast<call_error>(why.code()); });
    return failed;
  }

  /// True if no actor of any node was restarted.
  bool all_live() {
    for (std::uint8_t n = 1; n <= count_; ++n) {
      for (const auto& entry : w[n].tree()) {
        CAPTURE(n);
        CAPTURE(entry.path);
        CHECK(entry.restarts == 0);
        if (entry.restarts != 0) return false;
      }
    }
    return true;
  }

  bool all_heard(const std::vector<bytes>& what, std::initializer_list<std::uint8_t> but) {
    for (std::uint8_t n = 1; n <= count_; ++n) {
      if (std::find(but.begin(), but.end(), n) != but.end()) continue;
      CAPTURE(n);
      CHECK(heard[n] == what);
      if (heard[n] != what) return false;
    }
    return true;
  }

  world w;
  std::map<std::uint8_t, std::vector<bytes>> heard;
  bool failing = false;

private:
  std::uint8_t count_;
};

const message_address chat{"g", "chat"};

}  // namespace

TEST_CASE("a message reaches all other members, each once") {
  bool multicast = false;
  SUBCASE("by TCP") { multicast = false; }
  SUBCASE("with multicast") { multicast = true; }
  chatting x{9, multicast};
  const auto datagrams = x.w[1].counts().datagrams_sent.load();
  CHECK(!x.say(1, chat, text("hello")));
  x.w.advance(20ms);
  CHECK(x.all_heard({text("hello")}, {1}));
  CHECK(x.heard[1].empty());
  CHECK(x.w[1].counts().datagrams_sent == datagrams + (multicast ? 1 : 0));
  CHECK(x.w[1].counts().messages_undelivered == 0);
}

TEST_CASE("a node that does not hear a multicast gets the message by TCP") {
  chatting x{6, true};
  x.w.wire.set_deaf(nth(3), true);
  x.w.wire.set_deaf(nth(5), true);
  CHECK(!x.say(1, chat, text("hello")));
  x.w.advance(300ms);
  CHECK(x.all_heard({text("hello")}, {1}));
}

TEST_CASE("a message to some peers reaches only those") {
  chatting x{5, true};
  CHECK(!x.say(1, {"g", "chat", {{nth(3), nth(4)}}}, text("you")));
  x.w.advance(500ms);
  CHECK(x.all_heard({}, {3, 4}));
  CHECK(x.all_heard({text("you")}, {1, 2, 5}));
}

TEST_CASE("multicasts are acknowledged in any order") {
  chatting x{3, true};
  std::vector<bytes> said;
  for (std::uint8_t i = 0; i < 40; ++i) {
    said.push_back({i});
    REQUIRE(x.w[1].broadcast("g", "chat", said.back()));
    REQUIRE(x.w[1].broadcast("g", "unheard of", said.back()));
  }
  x.w.advance(2s);
  for (const std::uint8_t n : {2, 3}) std::ranges::sort(x.heard[n]);
  CHECK(x.all_heard(said, {1}));
  CHECK(x.all_live());
  CHECK(x.w[1].counts().messages_undelivered == 0);
}

TEST_CASE("a peer that a program names twice is served once") {
  chatting x{5};
  CHECK(!x.say(1, {"g", "chat", {{nth(4), nth(3), nth(4), nth(4), nth(3), nth(2)}}}, text("you")));
  x.w.advance(100ms);
  CHECK(x.all_heard({text("you")}, {1, 5}));
  CHECK(x.all_live());
}

TEST_CASE("large messages go by TCP and do not delay changes of the topology") {
  chatting x{3, true};
  const bytes large(1024 * 1024, 'x');
  for (int i = 0; i < 20; ++i) caf::anon_send(x.w[1].messages(), send_message{chat, large});
  REQUIRE(x.w.add_item(1, "g", {1, 2}));
  x.w.advance(100ms);
  CHECK(x.w[2].topology("g", op::add).size() == 1);
  x.w.advance(2s);
  CHECK(x.all_heard(std::vector<bytes>(20, large), {1}));
  CHECK(x.say(1, chat, bytes(1024 * 1024 + 1)) == call_error::limit_exceeded);
}

TEST_CASE("messages to unknown groups or invalid addresses are refused") {
  chatting x{2};
  CHECK(x.say(1, {"nobody's", "chat"}, {}) == call_error::unknown_group);
  CHECK(x.say(1, {"", "chat"}, {}) == call_error::invalid_argument);
  CHECK(x.say(1, {"g", "chat", std::vector<net_id>{}}, {}) == call_error::invalid_argument);
}

TEST_CASE("messages without a handler and failures of handlers are counted") {
  chatting x{2};
  const auto& counts = x.w[2].counts();
  CHECK(!x.say(1, {"g", "unheard of"}, text("a")));
  x.w.advance(10ms);
  CHECK(counts.messages_unknown_tag == 1);

  REQUIRE(x.w.join(1, "other"));
  CHECK(!x.say(1, {"other", "chat", {{nth(2)}}}, text("a")));
  x.w.advance(10ms);
  CHECK(counts.messages_unknown_group == 1);

  x.failing = true;
  CHECK(!x.say(1, chat, text("a")));
  x.w.advance(10ms);
  CHECK(counts.messages_failed == 1);
  x.failing = false;
  x.handle(2);
  CHECK(!x.say(1, chat, text("b")));
  x.w.advance(10ms);
  CHECK(x.heard[2] == std::vector<bytes>{text("b")});
  CHECK(x.w[1].counts().messages_undelivered == 0);
}

TEST_CASE("all live nodes get a message despite dead relays, which are counted") {
  chatting x{12};
  for (const std::uint8_t n : {3, 7, 8}) x.w.kill(n);
  CHECK(!x.say(1, chat, text("a")));
  x.w.advance(100ms);
  CHECK(x.all_heard({text("a")}, {1, 3, 7, 8}));
  std::uint64_t undelivered = 0;
  for (std::uint8_t n = 1; n <= 12; ++n) {
    if (n != 3 && n != 7 && n != 8) undelivered += x.w[n].counts().messages_undelivered;
  }
  CHECK(undelivered == 3);
}

TEST_CASE("all nodes get a message despite stalled relays, at last the relays, too") {
  chatting x{8};
  for (const std::uint8_t n : {3, 7}) x.w.wire.cut(nth(1), nth(n));
  CHECK(!x.say(1, chat, text("a")));
  x.w.advance(delivery_tracker::patience * 2 + 1s, 20ms);
  CHECK(x.all_heard({text("a")}, {1, 3, 7}));
  x.w.wire.heal();
  x.w.advance(delivery_tracker::give_up, 50ms);
  CHECK(x.all_heard({text("a")}, {1}));
}

TEST_CASE("a node that has started again in place gets messages of all others soon") {
  world w;
  const auto start = [&](std::uint8_t n) {
    node_config config;
    config.multicast = false;
    config.peers = nodes({1});
    w.start_with(n, config);
    REQUIRE(w.join(n, "g", nodes({1})));
  };
  for (std::uint8_t n = 1; n <= 10; ++n) start(n);
  w.advance(20s, 10ms);
  for (int life = 0; life < 3; ++life) {
    CAPTURE(life);
    w.kill(10);
    w.advance(5s, 10ms);
    start(10);
    w.advance(4s, 10ms);
    for (std::uint8_t n = 1; n < 10; ++n) {
      CAPTURE(int{n});
      const auto& to = node_access::context(w[n]);
      REQUIRE(to.messages_out->try_put({"g", "t", nodes({10})}, bytes(9, 1)));
      REQUIRE(w.add_item(n, "other", {1, 2}));  // the messenger looks at its outbox
      w.advance(100ms, 10ms);
      CHECK(w[n].counts().messages_undelivered == 0);
    }
    w.advance(20s, 10ms);
  }
}

TEST_CASE("no accepted message is lost when a messenger crashes") {
  chatting x{4};
  std::uint8_t who = 0;
  SUBCASE("at the sender") { who = 1; }
  SUBCASE("at a receiver") { who = 2; }
  for (std::uint8_t i = 0; i < 20; ++i) REQUIRE(x.w[1].broadcast("g", "chat", bytes{i}));
  REQUIRE(x.w.crash(who, "group_manager/chatter/messenger"));
  x.w.run();
  for (std::uint8_t i = 20; i < 40; ++i) CHECK(!x.say(1, chat, {i}));
  x.w.advance(5s, 10ms);
  for (std::uint8_t n = 2; n <= 4; ++n) {
    std::set<bytes> once{x.heard[n].begin(), x.heard[n].end()};
    CHECK(once.size() == 40);
  }
}

TEST_CASE("a slow handler slows down the sender (back-pressure)") {
  chatting x{2};
  std::vector<caf::response_promise> held;
  bool hold = true;
  const auto slow = x.w.system().spawn([&](caf::event_based_actor* self) {
    return caf::behavior{[&, self](const received_messages&) {
                           held.push_back(self->make_response_promise());
                           if (!hold) held.back().deliver(caf::unit);
                         },
                         [&](caf::flush_atom) {
                           for (auto& promise : held) promise.deliver(caf::unit);
                         }};
  });
  caf::anon_send(x.w[2].messages(),
                 handle_messages{"chat", caf::actor_cast<message_handler_actor>(slow)});
  x.w.run();
  const bytes kilobyte(1024);
  constexpr int count = 20'000;
  caf::scoped_actor self{x.w.system(), true};
  for (int i = 0; i < count; ++i) self->send(x.w[1].messages(), send_message{chat, kilobyte});
  for (int i = 0; i < 20; ++i) x.w.advance(1s, 50ms);
  const auto most = (outbox::waiting_bytes_max + outbox::in_flight_bytes_max) / kilobyte.size();
  CHECK(x.heard[2].size() < most);
  hold = false;
  caf::anon_send(slow, caf::flush_atom_v);
  x.w.advance(10s, 10ms);
  // The sender does not wait for answers, so its messages above callers_max are refused.
  CHECK(x.heard[2].size() > most);
  CHECK(x.w[1].counts().messages_undelivered == 0);
  CHECK(x.heard[2].size() == x.w[1].counts().messages_sent);
}

TEST_CASE("messages that peers could not get are told once a minute, with their number") {
  std::vector<std::string> lines;
  world w;
  w.prepare = [&](node_config& config, node_environment& environment) {
    config.liveness = false;  // messages do not go to members that are known to be unreachable
    if (config.listen != nth(1)) return;
    environment.log = [&](log_level, std::string_view text) {
      if (text.find("could get") != text.npos) lines.emplace_back(text);
    };
  };
  for (std::uint8_t n = 1; n <= 2; ++n) {
    w.start(n, n == 1 ? std::vector<net_id>{} : std::vector{nth(1)}, false);
    REQUIRE(w.join(n, "g"));
  }
  w.kill(2);
  const auto lose_one = [&] {
    const auto before = w[1].counts().messages_undelivered.load();
    REQUIRE(w[1].broadcast("g", "chat", bytes{1}));
    for (int s = 0; s < 60 && w[1].counts().messages_undelivered == before; ++s) w.advance(1s);
    REQUIRE(w[1].counts().messages_undelivered == before + 1);
  };
  for (int i = 0; i < 3; ++i) lose_one();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("1 batches that not all peers could get"));
  w.advance(1min);
  lose_one();
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].starts_with("3 batches that not all peers could get"));
}
