// Whatever liars say of members, the members' own rows stand everywhere once all have exchanged.

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/codec/codec.hpp"
#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

namespace {

/// Nodes that all reach each other, and liars who reach some of them.
class deceived_nodes {
public:
  explicit deceived_nodes(std::uint8_t nodes) {
    for (std::uint8_t n = 0; n < nodes; ++n) {
      tables_.push_back(table_of(n, static_cast<std::uint32_t>(clock_.count()) - n));
      tables_.back().set_clock(clock_);
    }
  }

  void call(std::size_t n, unsigned what, const std::string& group, key_range range) {
    auto& t = tables_[n];
    const auto made = what == 0   ? t.join(group)
                      : what == 1 ? t.remove_item(group, range, 80)
                      : what == 2 ? t.leave(group)
                                  : t.add_item(group, range, 80);
    if (made) announce(n, {made->told});
  }

  void lie(std::size_t to, const message& what) { take(to, what); }

  void pass_a_second() {
    clock_ += std::chrono::seconds{1};
    for (std::size_t n = 0; n < tables_.size(); ++n) {
      tables_[n].set_clock(clock_);
      refute(n);
    }
  }

  /// Each node begins an exchange with each other.
  void exchange_all() {
    for (std::size_t a = 0; a < tables_.size(); ++a) {
      for (std::size_t b = 0; b < tables_.size(); ++b) {
        if (a != b) exchange(a, b);
      }
    }
  }

  /// What the nodes believe of each other.
  void check() const {
    for (const auto& t : tables_) {
      for (const auto& owner : tables_) {
        const auto& self = owner.state().self;
        for (const auto& name : groups(t.state())) {
          RC_ASSERT(claims(t, name, self) == claims(owner, name, self));
          const auto* x = find_row(t.state(), name, self);
          RC_ASSERT((x && is_member(*x)) == !claims(owner, name, self).empty());
        }
        for (const auto& name : my_groups(owner.state()))
          RC_ASSERT(claims(t, name, self) == claims(owner, name, self));
      }
    }
  }

  [[nodiscard]] const topology_table& table(std::size_t n) const { return tables_[n]; }
  [[nodiscard]] std::chrono::seconds clock() const { return clock_; }

private:
  static std::vector<item> claims(const topology_table& t, const std::string& group,
                                  const net_id& member) {
    std::vector<item> found;
    if (const auto* x = find_row(t.state(), group, member)) {
      for (const auto& claim : x->claims) {
        if (claim.item.op != op::rmv) found.push_back(claim.item);
      }
    }
    return found;
  }

  void announce(std::size_t from, const std::vector<row_mark>& marks) {
    if (marks.empty()) return;
    const auto rows = row_messages(tables_[from].state(), marks);
    for (std::size_t to = 0; to < tables_.size(); ++to) {
      for (const auto& x : rows) {
        if (to != from) take(to, x);
      }
    }
  }

  void take(std::size_t at, const message& what) {
    (void)tables_[at].merge(what);
    while (!tables_[at].drop_outdated(1)) {
    }
    refute(at);
  }

  void refute(std::size_t n) {
    if (tables_[n].may_refute()) announce(n, tables_[n].refute());
  }

  void exchange(std::size_t a, std::size_t b) {
    gossip said;
    said.summary = request_digest(tables_[a].state(), random_);
    for (auto [from, to] = std::pair{a, b};; std::swap(from, to)) {
      said.current_id.origin = tables_[from].state().self;
      RC_ASSERT(decode(encode(said)).value() == said);
      for (const auto& x : said.messages) take(to, x);
      if (said.summary->stage == scalesmall::exchange::rest) return;
      const bool same = agrees(tables_[to].state(), *said.summary, said.current_id.origin);
      auto reply = reply_to(tables_[to].state(), *said.summary, said.current_id.origin);
      RC_ASSERT(same == (reply.rows.empty() && reply.lacking.empty()));
      const auto next =
          static_cast<scalesmall::exchange>(static_cast<int>(said.summary->stage) + 1);
      said.messages = std::move(reply.rows);
      said.summary = digest{next, std::move(reply.lacking)};
    }
  }

  rng random_{1};
  std::chrono::seconds clock_{1'800'000'000};
  std::vector<topology_table> tables_;
};

/// False rows of a member, near the truth and far from it.
message some_lie(const deceived_nodes& nodes, std::uint8_t members) {
  const auto n = *rc::gen::inRange<std::uint8_t>(0, members);
  const auto& truth = nodes.table(n).state();
  const auto group = *rc::gen::element<std::string>("g", "h", "invented");
  const auto* mine = find_row(truth, group, truth.self);
  const auto counter = mine ? mine->at.counter : 0;
  const auto latest = incarnation_bound{}.latest(0, nodes.clock());
  const stamp at{*rc::gen::element(truth.incarnation - 1, truth.incarnation, truth.incarnation,
                                   truth.incarnation + 1, truth.incarnation + 100, latest - 1,
                                   latest, latest + 1, UINT32_MAX - 1, UINT32_MAX),
                 *rc::gen::element(0U, counter, counter, counter + 1, counter + 7, UINT32_MAX)};
  message lie{group, {}, {}};
  const auto kind = *rc::gen::inRange(0, 4);
  if (kind != 0) lie.time.advance({truth.self, at});
  if (kind == 1 && at.counter > 0)
    lie.since.advance({truth.self, {at.incarnation, *rc::gen::inRange(0U, at.counter)}});
  if (kind == 3) {
    lie.within = key_set::none();
    if (*rc::gen::arbitrary<bool>()) lie.absent.push_back(truth.self);
    return lie;
  }
  const auto some = *rc::gen::inRange(0, 3);
  for (int i = 0; i < some; ++i) {
    const auto start = *rc::gen::inRange(0U, 4U);
    const key_range range = *rc::gen::arbitrary<bool>() ? whole_range : key_range{start, start};
    const auto what = *rc::gen::element(op::add, op::rmv, op::get);
    const auto earlier = *rc::gen::inRange(0U, 2U);
    lie.items.put({{truth.self, range, what, 80},
                   {at.incarnation, at.counter - std::min(at.counter, earlier)}});
  }
  return lie;
}

}  // namespace

TEST_CASE("after any lies to any nodes, and exchanges between all, every member's own rows stand") {
  std::uint8_t nodes = 0;
  SUBCASE("few nodes, whose digests name clocks") { nodes = 4; }
  SUBCASE("many nodes, whose digests are hashes") { nodes = clocks_per_hash + 2; }
  CHECK(rc::check([=] {
    deceived_nodes all{nodes};
    const auto node = rc::gen::inRange<std::size_t>(0, nodes);
    for (std::size_t n = 0; n < nodes; ++n) all.call(n, 0, "g", {});
    const auto steps = *rc::gen::inRange(0, 30);
    for (int i = 0; i < steps; ++i) {
      if (*rc::gen::inRange(0, 3) == 0) {
        const auto start = *rc::gen::inRange(0U, 4U);
        all.call(*node, *rc::gen::inRange(0U, 6U), *rc::gen::element<std::string>("g", "h"),
                 {start, start});
      } else {
        const auto lie = some_lie(all, nodes);
        const auto times = *rc::gen::inRange(1, 4);
        for (int k = 0; k < times; ++k) all.lie(*node, lie);
      }
    }
    all.pass_a_second();
    all.exchange_all();   // members hear what is said of them
    all.pass_a_second();  // and refute it
    all.exchange_all();
    all.check();
  }));
}

TEST_CASE("a node that lost its only void mark takes it back from the others") {
  auto t = table_of(1);
  CHECK(apply(t, {"g", {{nth(1), {life, 0}}}, {}}).own_truth.size() == 1);
  REQUIRE(find_row(t.state(), "g", nth(1)));
  CHECK(find_row(t.state(), "g", nth(1))->at == stamp{life, 0});
}

TEST_CASE("of several void marks all nodes keep the one in the group with the least name") {
  const auto mark = [](const char* group) { return message{group, {{nth(1), {life, 0}}}, {}}; };
  std::vector<std::string> orders{"abc", "cba", "bca"};
  for (const auto& order : orders) {
    CAPTURE(order);
    auto t = table_of(2);
    for (const char name : order) (void)apply(t, mark(std::string{name}.c_str()));
    for (auto now = std::chrono::minutes{1}; now < std::chrono::hours{1}; ++now)
      (void)t.expire(at(now), std::chrono::minutes{10});
    CHECK(find_row(t.state(), "a", nth(1)));
    CHECK_FALSE(find_row(t.state(), "b", nth(1)));
    CHECK_FALSE(find_row(t.state(), "c", nth(1)));
  }
}
