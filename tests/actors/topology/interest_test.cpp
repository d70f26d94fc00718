#include "actors/topology/interest.hpp"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "actors/broadcast/announcement_batch.hpp"
#include "actors/broadcast/audience.hpp"
#include "actors/broadcast/tcp_hop.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/topology_table.hpp"
#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

/// Nodes whose gossips may be lost, with every state that each node ever had in the group.
class lossy_group {
public:
  lossy_group(std::uint64_t seed, std::uint8_t nodes) : random_(seed), nodes_(nodes) {
    for (std::uint8_t n = 0; n < nodes; ++n) tables_.push_back(table_of(n));
  }

  void change(std::uint8_t n, unsigned what, key_range range) {
    auto& table = tables_[n];
    const bool member = !live(n, n).empty();
    const auto outcome = what < 2    ? table.join("g", range)
                         : what < 6  ? table.add_item("g", range, 80)
                         : what < 10 ? table.remove_item("g", range, 80)
                         : what < 11 ? table.leave("g")
                                     : call_error::not_found;
    if (what >= 11) (void)table.expire(at(std::chrono::hours{++hours_}), {});
    if (!outcome) return;
    const auto at = outcome->told.at;
    lives_[n][at] = live(n, n);
    // Its first claim to serve a range joined the group under a clock of its own.
    if (const stamp joined{at.incarnation, at.counter - 1}; !member && what >= 2)
      lives_[n][joined] = {get(nth(n), joined)};
    broadcast(n, row_message(table.state(), outcome->told));
  }

  /// An exchange that `a` begins. Each of its gossips is lost with this probability.
  void exchange_between(std::uint8_t a, std::uint8_t b, double loss) {
    gossip said;
    said.summary = request_digest(tables_[a].state(), random_);
    for (auto [from, to] = std::pair{a, b}; !random_.chance(loss); std::swap(from, to)) {
      said.current_id.origin = nth(from);
      take(to, said, from);
      if (said.summary->stage == exchange::rest) return;
      auto reply = reply_to(tables_[to].state(), *said.summary, nth(from));
      const auto next = static_cast<exchange>(static_cast<int>(said.summary->stage) + 1);
      said.messages = std::move(reply.rows);
      said.summary = digest{next, std::move(reply.lacking)};
    }
  }

  void check() const {
    for (std::uint8_t x = 0; x < nodes_; ++x) {
      for (std::uint8_t member = 0; member < nodes_; ++member) {
        if (x != member) check_row(x, member);
      }
    }
  }

  /// Each node begins an exchange with every other, several times. Then each must know all claims
  /// that it wants.
  void check_convergence() {
    for (int round = 0; round < 3; ++round) {
      for (std::uint8_t a = 0; a < nodes_; ++a) {
        for (std::uint8_t b = 0; b < nodes_; ++b) {
          if (a != b) exchange_between(a, b, 0);
        }
      }
    }
    check();
    for (std::uint8_t x = 0; x < nodes_; ++x) {
      const auto wanted = interest_in(tables_[x].state(), "g");
      for (std::uint8_t member = 0; member < nodes_; ++member) {
        auto truth = live(member, member);
        std::erase_if(truth, [&](const auto& c) { return !wanted.touches(c.item.range); });
        RC_ASSERT(live(x, member) == truth);
      }
      const auto& all = tables_[x].state();
      for (std::uint8_t member = 0; member < nodes_; ++member) {
        const auto* known = find_row(all, "g", nth(member));
        RC_ASSERT((known && is_member(*known)) == !live(member, member).empty());
      }
    }
  }

private:
  std::vector<timed_item> live(std::uint8_t at, std::uint8_t member) const {
    const auto* known = find_row(tables_[at].state(), "g", nth(member));
    std::vector<timed_item> claims;
    if (!known) return claims;
    for (const auto& c : known->claims) {
      if (c.item.op != op::rmv) claims.push_back(c);
    }
    return claims;
  }

  /// Checks a row up to its clock: it has every claim that this node wants, and no false one.
  void check_row(std::uint8_t x, std::uint8_t member) const {
    const auto& t = tables_[x].state();
    const auto wanted = interest_in(t, "g");
    const auto* known = find_row(t, "g", nth(member));
    if (!known) return;
    for (const auto& c : known->claims) RC_ASSERT(wanted.touches(c.item.range));
    if (known->told_presence.as_of != stamp{})
      RC_ASSERT(known->told_presence.here ==
                !lives_.at(member).at(known->told_presence.as_of).empty());
    if (known->at == stamp{}) return;
    const auto& truth = lives_.at(member).at(known->at);
    for (const auto& c : truth) {
      if (!wanted.touches(c.item.range)) continue;
      const auto* held = find_claim(*known, c.item.range);
      RC_ASSERT((held ? held->at >= c.at : has_changed(member, c)));
    }
    for (const auto& c : known->claims) {
      if (c.item.op != op::rmv && c.at <= known->at) RC_ASSERT(std::ranges::count(truth, c) == 1);
    }
  }

  /// True if a later state of the member lacks the claim. Then a row may lack it, too: its removal
  /// may have arrived without the row and expired, or a sender may hold its successor but not the
  /// changes between.
  bool has_changed(std::uint8_t member, const timed_item& claim) const {
    const auto& life = lives_.at(member);
    return std::any_of(life.upper_bound(claim.at), life.end(), [&](const auto& state) {
      return std::ranges::count(state.second, claim) == 0;
    });
  }

  void broadcast(std::uint8_t from, const message& row) {
    std::vector<multicast_unit> everybody{{}};
    for (std::uint8_t n = 0; n < nodes_; ++n) {
      if (n != from) everybody[0].push_back(nth(n));
    }
    const auto& t = tables_[from].state();
    for (const auto& part : divide({row}, {everybody, {}, {}}, narrow_audiences(t, {row}))) {
      for (const auto& unit : part.to.familiar) {
        for (const auto& to : unit) {
          if (random_.chance(0.3)) continue;
          gossip said;
          said.current_id.origin = nth(from);
          said.messages = part.rows;
          take(to.address.low() & 0xff, said, from);
        }
      }
    }
  }

  void take(std::uint64_t to, const gossip& said, std::uint8_t from) {
    const auto arrived = decode(encode(said)).value();
    RC_ASSERT(arrived == said);
    for (const auto& rows : arrived.messages) {
      const auto gap = apply(tables_[to], rows).gap;
      if (gap.empty() || random_.chance(0.3)) continue;
      const auto wanted = interest_in(tables_[to].state(), "g");
      const digest question{exchange::push, {{"g", gap, digest_scope::part, 0, wanted}}};
      for (const auto& answer : reply_to(tables_[from].state(), question, nth(to & 0xff)).rows)
        RC_ASSERT(apply(tables_[to], answer).gap.empty());
    }
  }

  rng random_;
  std::uint8_t nodes_;
  std::vector<topology_table> tables_;
  std::map<std::uint8_t, std::map<stamp, std::vector<timed_item>>> lives_;
  int hours_ = 0;
};

rc::Gen<key_range> some_range() {
  return rc::gen::elementOf(std::vector<key_range>{
      whole_range, {0, 9}, {10, 19}, {0, 4}, {5, 14}, {15, 19}, {15, 15}, {20, UINT32_MAX}});
}

}  // namespace

TEST_CASE("a row from a node with a smaller interest is not taken for complete") {
  std::uint8_t nodes = 0;
  std::uint8_t members = 0;  // from the start
  SUBCASE("few nodes, whose digests name clocks") { nodes = 5; }
  SUBCASE("many nodes, whose digests are hashes") { nodes = members = clocks_per_hash + 3; }
  CHECK(rc::check([=](std::uint64_t seed) {
    lossy_group group{seed, nodes};
    for (std::uint8_t n = 0; n < members; ++n) group.change(n, 0, *some_range());
    const auto node = rc::gen::inRange<std::uint8_t>(0, nodes);
    const auto steps = *rc::gen::inRange(0, 60);
    for (int i = 0; i < steps; ++i) {
      if (*rc::gen::arbitrary<bool>()) {
        group.change(*node, *rc::gen::inRange(0U, 12U), *some_range());
      } else {
        const auto a = *node;
        const auto b = *node;
        if (a != b) group.exchange_between(a, b, 0.1);
      }
      group.check();
    }
    group.check_convergence();
  }));
}

TEST_CASE("a narrow node learns by hashes that its part has changed") {
  auto narrow = table_of(1);
  auto wide = table_of(2);
  REQUIRE(narrow.join("g", {0, 9}));
  REQUIRE(wide.join("g"));
  std::vector<topology_table> others;
  for (std::uint8_t n = 3; n <= 3 + clocks_per_hash; ++n) {
    auto& x = others.emplace_back(table_of(n));
    REQUIRE(x.join("g", {50, 59}));
    REQUIRE(x.add_item("g", {5, 14}, 80));
    (void)apply(wide, row_message(x.state(), "g", nth(n)));
  }
  (void)exchange_between(narrow, wide);
  const auto known = [&] { return members(narrow.state(), "g"); };
  REQUIRE(known().size() == 2 + others.size());
  CHECK(exchange_between(narrow, wide) == 0);

  // The number of claims stays the same. Node 3 has no claim left in the narrow node's part.
  REQUIRE(others[0].remove_item("g", {5, 14}, 80));
  (void)apply(wide, row_message(others[0].state(), "g", nth(3)));
  REQUIRE_FALSE(wide.expire(at(1min), 10min));
  REQUIRE(wide.expire(at(11min), 10min));
  REQUIRE(others[1].add_item("g", {9, 9}, 80));
  (void)apply(wide, row_message(others[1].state(), "g", nth(4)));
  (void)exchange_between(narrow, wide);
  CHECK_FALSE(is_active_in(*find_row(narrow.state(), "g", nth(3)), {}));
  CHECK(known().size() == 2 + others.size());
  CHECK(find_claim(*find_row(narrow.state(), "g", nth(4)), {9, 9}));
}

TEST_CASE(
    "a wide node that missed a removal of a narrow one learns of it though hashes are alike") {
  auto wide = table_of(1);
  auto narrow = table_of(2);
  REQUIRE(wide.join("g"));
  REQUIRE(narrow.join("g"));
  REQUIRE(narrow.join("g", {20, 29}));
  REQUIRE(narrow.leave("g"));
  REQUIRE(narrow.join("g", {15, 19}));
  // Of four changes the wide node has heard the claims of three, and not that the second is over.
  (void)apply(wide, {"g",
                     {},
                     {rmv(nth(2), {life, 3}, whole_range, 0), get(nth(2), {life, 2}, {20, 29}),
                      get(nth(2), {life, 4}, {15, 19})}});
  for (std::uint8_t n = 3; n <= 3 + clocks_per_hash; ++n) {
    const auto row = complete(nth(n), {life, 0}, {get(nth(n), {life, 0}, {15, 15})});
    for (auto* t : {&wide, &narrow}) (void)apply(*t, row);
  }
  (void)apply(narrow, row_message(wide.state(), "g", nth(1)));
  SUBCASE("by an exchange that it begins") { (void)exchange_between(wide, narrow); }
  SUBCASE("by an exchange that the other begins") { (void)exchange_between(narrow, wide); }
  const auto* known = find_row(wide.state(), "g", nth(2));
  REQUIRE(known);
  CHECK(known->at == stamp{life, 4});
  CHECK_FALSE(is_active_in(*known, key_set::of({{20, 29}})));
  CHECK(exchange_between(wide, narrow) == 0);
}

TEST_CASE("an exchange that a wide node begins also brings a narrow node its missing claims") {
  auto narrow = table_of(1);
  auto wide = table_of(2);
  REQUIRE(narrow.join("g", {0, 9}));
  REQUIRE(wide.join("g"));
  std::vector<topology_table> others;
  for (std::uint8_t n = 3; n <= 3 + clocks_per_hash; ++n) {
    auto& x = others.emplace_back(table_of(n));
    REQUIRE(x.join("g", n % 2 == 0 ? key_range{5, 14} : key_range{50, 59}));
    (void)apply(wide, row_message(x.state(), "g", nth(n)));
  }
  (void)exchange_between(wide, narrow);
  REQUIRE(members(narrow.state(), "g") == members(wide.state(), "g"));
  REQUIRE(items(narrow.state(), "g").size() == 2 + others.size() / 2);
  CHECK(exchange_between(wide, narrow) == 0);

  REQUIRE(others[1].add_item("g", {9, 9}, 80));
  (void)apply(wide, row_message(others[1].state(), "g", nth(4)));
  (void)exchange_between(wide, narrow);
  CHECK(find_claim(*find_row(narrow.state(), "g", nth(4)), {9, 9}));
}

TEST_CASE("a node that joins a part keeps only the claims that touch it") {
  auto wide = table_of(1);
  auto narrow = table_of(2);
  for (std::uint32_t n = 0; n < 10; ++n) (void)wide.add_item("g", {10 * n, 10 * n + 9}, 80);
  for (const auto& rows : all_rows_of(wide.state(), nth(1))) (void)apply(narrow, rows);
  CHECK(items(narrow.state(), "g").size() == 11);

  REQUIRE(narrow.join("g", {15, 25}));
  const auto touching =
      std::vector{get(nth(1), {1000, 1}), add(nth(1), {1000, 3}, {10, 19}),
                  add(nth(1), {1000, 4}, {20, 29}), get(nth(2), {1000, 1}, {15, 25})};
  CHECK(std::ranges::is_permutation(items(narrow.state(), "g"), touching));

  SUBCASE("and its messages name that part") {
    const auto told = row_message(narrow.state(), "g", nth(1));
    CHECK(told.within == key_set::of({{15, 25}}));
    CHECK(told.items.size() == 3);
    CHECK(row_message(narrow.state(), "g", nth(2)).within.is_whole());

    auto newcomer = table_of(3);
    const auto outcome = apply(newcomer, told);
    CHECK(outcome.gap.empty());
    CHECK(items(newcomer.state(), "g").size() == 3);
    CHECK(clocks_of(*find_group(newcomer.state(), "g")).empty());
  }
  SUBCASE("until its interest grows") {
    REQUIRE(narrow.join("g"));
    CHECK(clocks_of(*find_group(narrow.state(), "g")) == world_clock{{nth(2), {1000, 2}}});
  }
  SUBCASE("a reversed range is refused") {
    CHECK(narrow.join("g", {2, 1}).error() == call_error::invalid_argument);
  }
}

TEST_CASE("rows that are cut to the same keys are told in one message") {
  // Node 1 is interested in a part itself, so that it tells its own row and those of others apart.
  auto teller = table_of(1);
  (void)teller.join("g", {0, 99});
  std::vector<message> told;
  const auto tell = [&](std::vector<message> rows) {
    for (const auto& x : rows) (void)apply(teller, x);
    told.insert(told.end(), rows.begin(), rows.end());
  };
  auto other = table_of(3);
  (void)other.join("g", {10, 19});
  tell(all_rows_of(other.state(), nth(3)));

  net_id narrow;
  key_set keys;
  SUBCASE("of some keys") {
    auto x = table_of(2);
    (void)x.join("g", {10, 19});
    tell(all_rows_of(x.state(), nth(2)));
    narrow = nth(2);
    keys = key_set::of({{10, 19}});
  }
  SUBCASE("of no keys, as somebody is told who is a member by no claim known here") {
    tell({{"g", {{nth(4), {5, 1}}}, {}}});
    tell({{"g", {{nth(4), {5, 2}}}, {}, {}, key_set::none()}});
    tell({{"g", {{nth(5), {5, 1}}}, {get(nth(5), {5, 1})}}});
    tell({{"g", {{nth(5), {5, 2}}}, {}, {}, key_set::none()}});
    narrow = nth(4);
    keys = key_set::none();
  }
  told.push_back(row_message(teller.state(), "g", nth(1)));
  announcement_batch batch{2ms};
  for (const auto& x : told) batch.add(marks_of({x}));
  const auto rows = batch.take(at(0ms), teller.state());
  REQUIRE(rows.size() > 1);
  CHECK_NOTHROW((void)encode({{}, {}, {}, {}, rows}));

  const auto audiences = narrow_audiences(teller.state(), rows);
  const auto found = std::ranges::find_if(
      audiences, [&](const auto& x) { return std::ranges::count(x.members, narrow) == 1; });
  REQUIRE(found != audiences.end());
  REQUIRE(std::ranges::count(found->rows, keys, &message::within) == 1);
  const gossip said{{}, {}, {}, {}, found->rows};
  REQUIRE_NOTHROW((void)encode(said));
  auto listener = table_of(9);
  const auto heard = decode(encode(said)).value();
  for (const auto& x : heard.messages) (void)apply(listener, x);
  CHECK(members(listener.state(), "g") == members(teller.state(), "g"));
}

TEST_CASE("the answer to a digest of any part fits frames") {
  // Each gap between the node's own ranges cuts one of the requested ranges.
  auto narrow = table_of(1);
  std::vector<key_range> asked{{0, 50}};
  for (std::uint32_t n = 1; n < limits::interest_ranges_max; ++n) {
    asked.push_back({100 * n, 100 * n + 50});
    REQUIRE(narrow.join("g", {100 * n - 70, 100 * n + 25}));
  }
  auto wide = table_of(2);
  REQUIRE(wide.add_item("g", whole_range, 80));
  for (const auto& rows : all_rows_of(wide.state(), nth(2))) (void)apply(narrow, rows);

  gossip question;
  question.summary = {exchange::request, {{"g", {}, digest_scope::whole, 0, key_set::of(asked)}}};
  const auto arrived = decode(encode(question)).value();
  gossip answer;
  answer.messages = reply_to(narrow.state(), *arrived.summary, nth(3)).rows;
  REQUIRE(answer.messages.size() == 2);
  CHECK(decode(encode(answer)) == answer);

  SUBCASE("if it has many ranges") {
    payload much;
    auto part = answer.messages.back();
    for (int n = 0; n < 2'000; ++n) {
      part.group_name = std::to_string(10'000 + n);
      much.messages.push_back(part);
    }
    std::size_t told = 0;
    for (const auto& piece : split_for_stream(much)) {
      told += piece.messages.size();
      CHECK_NOTHROW((void)encode({{}, {}, {}, {}, piece.messages}));
    }
    CHECK(told == 2'000);
  }
}
