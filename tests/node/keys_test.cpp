// Whole nodes that seal their frames, and changes of the keys of a running cluster.

#include "tests/net/keys.hpp"

#include <numeric>
#include <sstream>

#include <doctest/doctest.h>

#include "messages/codec/codec.hpp"
#include "net/frames/frame.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

constexpr std::uint8_t count = 4;

std::uint64_t all_faults(const node& x) {
  const auto& of = x.counts().faults;
  return std::accumulate(of.begin(), of.end(), std::uint64_t{0});
}

/// Starts nodes 1 to 4 on two subnets. Each has its own key ring with these keys.
void start_all(world& w, const std::vector<key_ptr>& keys,
               plain_frames plain = plain_frames::refused) {
  w.prepare = [=](node_config& config, node_environment& environment) {
    config.plain = plain;
    environment.keys = std::make_shared<key_store>(key_ring{keys});
  };
  for (const std::uint8_t n : {3, 4}) w.wire.set_subnet(nth(n), 1);
  for (std::uint8_t n = 1; n <= count; ++n) {
    w.start(n, n == 1 ? std::vector<net_id>{} : std::vector<net_id>{nth(1)}, true);
    REQUIRE(w.join(n, "g"));
  }
  w.advance(3s);
}

/// Makes a change at every node. All nodes must know all changes long before an exchange could
/// bring a lost one.
void change_everywhere(world& w) {
  static std::uint32_t key = 0;
  for (std::uint8_t n = 1; n <= count; ++n) {
    ++key;
    REQUIRE(w.add_item(n, "g", {key, key}));
  }
  w.advance(20ms);
  CHECK(w.agree({1, 2, 3, 4}, "g"));
}

void change_of_keys(world& w, const auto& how) {
  for (std::uint8_t n = 1; n <= count; ++n) {
    CHECK(how(w[n].keys()));
    change_everywhere(w);
  }
}

/// Sends node 1 a frame from a host that is no node. True if node 1 closes the connection.
bool is_hung_up_on(world& w, const bytes& frame) {
  const auto net = w.wire.host(nth(9));
  bool gone = false;
  const auto stream = net->connect(nth(1), 2s, [&](port_event event) {
    gone = gone || std::holds_alternative<port_closed>(event) ||
           std::holds_alternative<port_error>(event);
  });
  stream->grant(10);
  w.run();
  (void)stream->send(frame);
  w.advance(10ms);
  return gone;
}

bytes frame_from_stranger(const frame_codec& codec) {
  return codec.wrap(encode(gossip{{nth(9), 1}, {}, {}, {}, {}, {}}));
}

}  // namespace

TEST_CASE("nodes that seal understand each other, by TCP and by multicast") {
  world w;
  start_all(w, {keys::nth(1)});
  change_everywhere(w);
  int heard = 0;
  for (std::uint8_t n = 1; n <= count; ++n)
    w.on_message(n, "tag", [&](const application_message&) { ++heard; });
  REQUIRE(w[1].broadcast("g", "tag", bytes(10)));
  w.advance(20ms);
  CHECK(heard == count - 1);
  std::uint64_t datagrams = 0;
  for (std::uint8_t n = 1; n <= count; ++n) {
    CHECK(w[n].members("g").size() == count);
    CHECK(all_faults(w[n]) == 0);
    datagrams += w[n].counts().datagrams_received;
  }
  CHECK(datagrams > 0);
}

TEST_CASE("a key is changed under traffic and no message is lost") {
  world w;
  w.wire.set_faults({.delay_min = 50us, .delay_max = 400us});
  const auto old = keys::nth(1);
  const auto next = keys::nth(2);
  start_all(w, {old});
  change_of_keys(w, [&](key_store& keys) { return keys.add({next}); });
  change_of_keys(w, [&](key_store& keys) { return keys.use(next->fingerprint()); });
  change_of_keys(w, [&](key_store& keys) { return keys.remove(old->fingerprint()); });
  for (std::uint8_t n = 1; n <= count; ++n) CHECK(all_faults(w[n]) == 0);
  CHECK(is_hung_up_on(
      w, frame_from_stranger(frame_codec{{}, std::make_shared<key_store>(key_ring{{old}})})));
  CHECK(faults(w[1], fault::unknown_key) == 1);
}

TEST_CASE("a plain cluster begins to seal while it runs, and no message is lost") {
  world w;
  start_all(w, {}, plain_frames::accepted);
  const auto key = keys::nth(1);
  change_of_keys(w, [&](key_store& keys) { return keys.add({key}); });
  CHECK(w[1].counts().plain_accepted == 0);
  change_of_keys(w, [&](key_store& keys) { return keys.use(key->fingerprint()); });
  CHECK(w[1].counts().plain_accepted > 0);
  for (std::uint8_t n = 1; n <= count; ++n) CHECK(all_faults(w[n]) == 0);
  const auto before = w[1].counts().plain_accepted.load();
  change_everywhere(w);
  CHECK(w[1].counts().plain_accepted == before);
}

TEST_CASE("a plain cluster is started again node by node with keys, and none is cut off") {
  world w;
  start_all(w, {});
  const auto key = keys::nth(1);
  change_of_keys(w, [&](key_store& keys) { return keys.add({key}); });
  for (const auto plain : {plain_frames::accepted, plain_frames::refused}) {
    w.prepare = [&](node_config& config, node_environment& environment) {
      config.plain = plain;
      environment.keys = std::make_shared<key_store>(key_ring{{key}});
    };
    for (std::uint8_t n = 1; n <= count; ++n) {
      w.kill(n);
      w.start(n, {nth(n % count + 1)}, true);
      REQUIRE(w.join(n, "g"));
      w.advance(2s);
      change_everywhere(w);
    }
  }
  for (std::uint8_t n = 1; n <= count; ++n) {
    CHECK(w[n].members("g").size() == count);
    CHECK(all_faults(w[n]) == 0);
    CHECK(w[n].counts().plain_accepted == 0);
  }
}

TEST_CASE("a connection without the right key is closed, counted and logged once") {
  std::ostringstream text;
  world w;
  const auto ring = std::make_shared<key_store>(key_ring{{keys::nth(1)}});
  w.prepare = [&](node_config& config, node_environment& environment) {
    config.cluster = "blue";
    environment.keys = ring;
    environment.log = [&text](log_level level, std::string_view line) {
      if (level >= log_level::info) text << line << '\n';
    };
  };
  w.start(1);
  const auto logged = [&](const std::string& what) {
    std::size_t times = 0;
    for (auto at = text.str().find(what); at != std::string::npos;
         at = text.str().find(what, at + 1))
      ++times;
    return times;
  };
  const auto twice = [&](const frame_codec& codec, fault why) {
    for (int i = 0; i < 2; ++i) CHECK(is_hung_up_on(w, frame_from_stranger(codec)));
    CHECK(faults(w[1], why) == 2);
    return true;
  };

  SUBCASE("a plain frame") {
    CHECK(twice(frame_codec{"blue"}, fault::not_sealed));
    CHECK(logged("plain frames") == 1);
  }
  SUBCASE("another key") {
    CHECK(twice(frame_codec{"blue", std::make_shared<key_store>(key_ring{{keys::nth(2)}})},
                fault::unknown_key));
    CHECK(logged("a key that this node does not have") == 1);
  }
  SUBCASE("another cluster with the same key") {
    CHECK(twice(frame_codec{"red", ring}, fault::bad_seal));
  }
  SUBCASE("a damaged frame") {
    auto frame = frame_from_stranger(frame_codec{"blue", ring});
    frame.back() ^= 1;
    CHECK(is_hung_up_on(w, frame));
    CHECK(faults(w[1], fault::bad_seal) == 1);
  }
  SUBCASE("a replayed frame") {
    const auto now = [&w] { return std::chrono::floor<std::chrono::milliseconds>(w.wall_clock()); };
    const auto frame = frame_from_stranger(frame_codec{"blue", ring, plain_frames::refused, {now}});
    CHECK_FALSE(is_hung_up_on(w, frame));
    CHECK(is_hung_up_on(w, frame));
    CHECK(faults(w[1], fault::replayed) == 1);
  }
  SUBCASE("a format that is too new") {
    auto frame = frame_from_stranger(frame_codec{"blue", ring});
    frame[2] = frame[3] = 2;
    for (int i = 0; i < 2; ++i) CHECK(is_hung_up_on(w, frame));
    CHECK(faults(w[1], fault::unknown_version) == 2);
    CHECK(logged("speaks a newer format") == 1);
  }
  CHECK(logged(to_string(nth(9).address)) <= 1);
}
