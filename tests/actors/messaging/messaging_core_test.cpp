#include "actors/messaging/messaging_core.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

const message_address chat{"g", "chat"};

bytes text(std::string_view x) { return {x.begin(), x.end()}; }

template <class T>
std::vector<T> all_of(const messaging_core::effects& effects) {
  std::vector<T> found;
  for (const auto& x : effects) {
    if (const auto* one = std::get_if<T>(&x)) found.push_back(*one);
  }
  return found;
}

/// Node 1 in a group with nodes 2 and 3.
struct node_1 {
  node_1() {
    (void)table.join("g");
    for (const std::uint8_t n : {2, 3})
      (void)apply(table, complete(nth(n), {5, 0}, {get(nth(n), {5, 0})}));
  }

  topology_table table = table_of(1);
  std::shared_ptr<outbox> out = std::make_shared<outbox>(nth(1));
  std::shared_ptr<counters> counts = std::make_shared<counters>();
  messaging_core core{{nth(1), true, frame_codec{}}, out, counts};
  std::vector<std::uint64_t> replies;

  /// What follows from a message of a program here.
  messaging_core::effects say(std::string_view what = "hello", time_point now = at(10s)) {
    REQUIRE(out->try_put(chat, text(what)));
    return core.fill(table.state(), now);
  }

  messaging_core::effects take(const gossip& x, arrival_path path = arrival_path::tcp,
                               time_point now = at(10s)) {
    return core.arrived(
        x, path, [this](std::uint64_t number) { replies.push_back(number); }, table.state(), now);
  }

  void tell(const messaging_core::effects& effects) {
    for (const auto& x : all_of<reply_due>(effects)) x.reply(x.number);
  }

  /// As the peer table would plan it for peers that were all reached.
  messaging_core::effects planned(const plan_wanted& x, bool multicast = false,
                                  time_point now = at(10s)) {
    hop_plan plan;
    plan.ids.first = {nth(1), 77};
    plan.multicast = multicast;
    if (!multicast) {
      for (const auto& id : *x.what.recipients) plan.by_tcp.familiar.push_back({id});
    }
    return core.planned(x, plan, now);
  }
};

gossip batch_from_2(std::uint64_t hop = 7, std::vector<net_id> rest = {}, std::string group = "g") {
  gossip x{{nth(2), hop}, {}, {}, std::move(rest), {}, {}};
  x.application = application_batch{{nth(2), 1}, std::move(group), "chat", {5}, text("hello")};
  return x;
}

gossip acknowledgement_from(std::uint8_t n, std::vector<std::uint64_t> numbers) {
  gossip x{{nth(n), 7}, {}, {}, {}, {}, {}};
  x.acknowledged = std::move(numbers);
  return x;
}

}  // namespace

TEST_CASE_FIXTURE(node_1, "a message leaves to the other members, and is done when all have it") {
  const auto wanted = all_of<plan_wanted>(say());
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].what.recipients == std::vector{nth(2), nth(3)});
  CHECK(wanted[0].what.datagrams == 1);
  CHECK(wanted[0].what.dead == peer_table::unreachable_peers::left_out);
  const auto hops = all_of<batch_hop>(planned(wanted[0]));
  REQUIRE(hops.size() == 2);
  CHECK(core.acknowledged(hops[0].job, hops[0].hop->to.target, at(10s)).empty());
  const auto last = core.acknowledged(hops[1].job, hops[1].hop->to.target, at(10s));
  CHECK(all_of<outbox_due>(last).size() == 1);
  CHECK(all_of<messages_lost>(last).empty());
  CHECK(core.jobs() == 0);
}

TEST_CASE_FIXTURE(node_1, "a core that begins anew sends again and ignores former answers") {
  const auto wanted = all_of<plan_wanted>(say());
  const auto calls = all_of<handler_call>(take(batch_from_2()));
  REQUIRE(wanted.size() == 1);
  REQUIRE(calls.size() == 1);
  CHECK(core.given(calls[0], 1, at(10s)).empty());
  core.begin_anew();
  CHECK(core.jobs() == 0);
  CHECK(planned(wanted[0]).empty());
  CHECK(core.not_planned(wanted[0], at(10s)).empty());
  CHECK(core.acknowledged(wanted[0].job, nth(2), at(10s)).empty());
  CHECK(core.unreachable(wanted[0].job, nth(2), at(10s)).empty());
  CHECK(core.handled(calls[0].which, at(10s)).empty());
  const auto again = all_of<plan_wanted>(core.fill(table.state(), at(10s)));
  REQUIRE(again.size() == 1);
  CHECK(again[0].job > calls.size());
  CHECK(all_of<batch_hop>(planned(again[0])).size() == 2);
}

TEST_CASE_FIXTURE(node_1,
                  "members that heard a multicast say so, and the others are served by TCP") {
  const auto wanted = all_of<plan_wanted>(say());
  const auto effects = planned(wanted[0], true);
  CHECK(all_of<outgoing_datagram>(effects).size() == 1);
  CHECK(all_of<batch_hop>(effects).empty());
  CHECK(take(acknowledgement_from(2, {77})).empty());
  CHECK(all_of<plan_wanted>(core.due(at(10s + messaging_core::tick))).empty());
  const auto again = all_of<plan_wanted>(core.due(at(10s + delivery_tracker::hearing_patience)));
  REQUIRE(again.size() == 1);
  CHECK(again[0].what.recipients == std::vector{nth(3)});
  CHECK(again[0].what.datagrams == 0);
}

TEST_CASE_FIXTURE(node_1, "what is not acknowledged is sent again, and given up in the end") {
  const auto hops = all_of<batch_hop>(planned(all_of<plan_wanted>(say())[0]));
  (void)core.acknowledged(hops[0].job, nth(2), at(10s));
  std::size_t sent = 0;
  messaging_core::effects last;
  for (auto now = 10s + messaging_core::tick; core.jobs() > 0 && now < 100s;
       now += messaging_core::tick) {
    last = core.due(at(now));
    sent += all_of<batch_hop>(last).size();
  }
  CHECK(sent > 2);
  CHECK(all_of<peer_given_up>(last).at(0).peer == nth(3));
  CHECK(all_of<messages_lost>(last).at(0).messages == 1);
  CHECK(all_of<outbox_due>(last).size() == 1);
}

TEST_CASE_FIXTURE(node_1, "a peer that cannot be reached is counted, and its half goes on") {
  const auto wanted = all_of<plan_wanted>(say());
  hop_plan plan;
  plan.by_tcp.familiar = {{nth(2), nth(3)}};
  const auto hops = all_of<batch_hop>(core.planned(wanted[0], plan, at(10s)));
  REQUIRE(hops.size() == 1);
  const auto first = hops[0].hop->to;
  const auto next = all_of<batch_hop>(core.unreachable(hops[0].job, first.target, at(10s)));
  REQUIRE(next.size() == 1);
  CHECK(next[0].hop->to == assignment{first.rest[0], {}});
  const auto last = core.acknowledged(next[0].job, first.rest[0], at(10s));
  CHECK(all_of<messages_lost>(last).at(0).messages == 1);
}

TEST_CASE_FIXTURE(node_1, "a plan is asked for some times, then its recipients are given up") {
  auto wanted = all_of<plan_wanted>(say()).at(0);
  for (int i = 1; i < messaging_core::plan_attempts_max; ++i)
    wanted = all_of<plan_wanted>(core.not_planned(wanted, at(10s))).at(0);
  CHECK(all_of<messages_lost>(core.not_planned(wanted, at(10s))).at(0).messages == 2);
  CHECK(core.jobs() == 0);
}

TEST_CASE_FIXTURE(node_1, "a relay answers when the batch is handled here and its half has it") {
  const auto effects = take(batch_from_2(7, {nth(3)}));
  const auto calls = all_of<handler_call>(effects);
  REQUIRE(calls.size() == 1);
  const auto wanted = all_of<plan_wanted>(effects);
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].what.recipients == std::vector{nth(3)});
  CHECK(wanted[0].what.unless_heard == nth(2));
  tell(core.given(calls[0], 1, at(10s)));
  const auto hops = all_of<batch_hop>(planned(wanted[0]));
  SUBCASE("handled first") {
    tell(core.handled(calls[0].which, at(10s)));
    CHECK(replies.empty());
    tell(core.acknowledged(hops.at(0).job, nth(3), at(10s)));
  }
  SUBCASE("served first") {
    tell(core.acknowledged(hops.at(0).job, nth(3), at(10s)));
    CHECK(replies.empty());
    tell(core.handled(calls[0].which, at(10s)));
  }
  CHECK(replies == std::vector<std::uint64_t>{7});
  CHECK(counts->messages_handled == 1);
}

TEST_CASE_FIXTURE(node_1, "a batch that comes again is handled once, and each hop is answered") {
  const auto calls = all_of<handler_call>(take(batch_from_2(7)));
  CHECK(all_of<handler_call>(take(batch_from_2(8))).empty());
  tell(core.given(calls.at(0), 1, at(10s)));
  CHECK(replies.empty());
  tell(core.handled(calls[0].which, at(10s)));
  CHECK(replies == std::vector<std::uint64_t>{7, 8});
  tell(take(batch_from_2(9)));
  CHECK(replies == std::vector<std::uint64_t>{7, 8, 9});
  CHECK(counts->batches_repeated == 2);
}

TEST_CASE_FIXTURE(node_1, "a batch of an unknown tag or of another group is answered and counted") {
  const auto calls = all_of<handler_call>(take(batch_from_2(7)));
  tell(core.given(calls.at(0), 0, at(10s)));
  CHECK(counts->messages_unknown_tag == 1);
  const auto other = take(batch_from_2(8, {}, "other"));
  CHECK(all_of<handler_call>(other).empty());
  tell(other);
  CHECK(counts->messages_unknown_group == 1);
  CHECK(replies == std::vector<std::uint64_t>{7, 8});
}

TEST_CASE_FIXTURE(node_1,
                  "a multicast is acknowledged after a moment, one of another group is not") {
  CHECK(take(batch_from_2(7, {}, "other"), arrival_path::multicast).empty());
  for (const auto hop : {9U, 8U}) {
    for (const auto& call : all_of<handler_call>(take(batch_from_2(hop), arrival_path::multicast)))
      (void)core.given(call, 0, at(10s));
  }
  CHECK(core.next_due() == at(10s + owed_acknowledgements::window));
  const auto told = all_of<direct>(core.due(at(10s + owed_acknowledgements::window)));
  REQUIRE(told.size() == 1);
  CHECK(told[0].peer == nth(2));
  CHECK(told[0].what.acknowledged == std::vector<std::uint64_t>{8, 9});
}

TEST_CASE_FIXTURE(node_1, "more than the node can pass on at a time is refused, and not answered") {
  auto large = batch_from_2();
  large.application->content.resize(limits::message_bytes_max);
  large.application->sizes = {limits::message_bytes_max};
  const auto fit = limits::batches_in_hand_bytes_max / limits::message_bytes_max - 1;
  for (std::uint64_t n = 0; n < fit; ++n) {
    large.application->id.seqno = n;
    CHECK(all_of<handler_call>(take(large)).size() == 1);
  }
  large.application->id.seqno = fit;
  const auto refused = take(large);
  CHECK(refused.size() == 1);
  CHECK(all_of<batch_refused>(refused).at(0).from == nth(2));
  CHECK(counts->batches_refused == 1);
  CHECK(replies.empty());
}

TEST_CASE_FIXTURE(node_1, "what was on its way when the core ended leaves again") {
  CHECK(all_of<plan_wanted>(say()).size() == 1);
  messaging_core next{{nth(1), false, frame_codec{}}, out, counts};
  const auto wanted = all_of<plan_wanted>(next.fill(table.state(), at(20s)));
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].what.datagrams == 0);
}

TEST_CASE_FIXTURE(node_1, "the batches of one stranger hold up only those of other strangers") {
  const auto batch = [](std::uint64_t n) {
    gossip x{{nth(9), n}, {}, {}, {nth(8)}, {}, {}};
    x.application = application_batch{{nth(9), n}, "g", "chat", {5}, text("hello")};
    return x;
  };
  const auto come = [&](const gossip& x, standing who) {
    const auto all = core.arrived(
        x, arrival_path::tcp, [](std::uint64_t) {}, table.state(), at(10s), who);
    return all_of<batch_refused>(all).empty();
  };
  std::size_t taken = 0;
  for (std::uint64_t n = 1; n <= limits::batches_in_hand_max; ++n)
    taken += come(batch(n), standing::stranger) ? 1 : 0;
  CHECK(taken == limits::strangers_batches_max);
  CHECK(counts->batches_refused == limits::batches_in_hand_max - taken);
  CHECK(come(batch_from_2(), standing::reached));
}

TEST_CASE_FIXTURE(node_1, "one batch of a stranger is taken whatever its size") {
  auto large = batch_from_2(7, {nth(3)});
  large.application->content.resize(limits::message_bytes_max);
  large.application->sizes = {static_cast<std::uint32_t>(limits::message_bytes_max)};
  const auto come = [&] {
    return core.arrived(
        large, arrival_path::tcp, [](std::uint64_t) {}, table.state(), at(10s), standing::stranger);
  };
  CHECK(all_of<batch_refused>(come()).empty());
  const auto second = come();
  CHECK(second.size() == 1);
  CHECK(all_of<batch_refused>(second).size() == 1);
  CHECK(counts->batches_refused == 1);
}
