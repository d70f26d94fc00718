#include "tests/fuzz/some_gossip.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace scalesmall::fuzz {

namespace {

constexpr std::array<std::uint32_t, 6> counters{0, 1, 2, 3, 7, UINT32_MAX};
constexpr std::array<std::uint32_t, 4> silences{0, 5, 7'200, UINT32_MAX};
constexpr std::array<std::uint32_t, 3> message_sizes{0, 1, 2'000};

/// Makes the parts of one gossip.
class maker {
public:
  maker(choices& in, std::uint32_t life, std::uint64_t number, const member_list& among)
      : in_(in),
        lives_{life, life, life - 1, life + 1, life + 100, 1, UINT32_MAX - 1},
        number_(number),
        members_(among) {}

  gossip make() {
    gossip x;
    x.current_id = {some_member(), in_.below(8)};
    x.seen_ids = ids();
    if (in_.flip()) x.other_ids = ids();
    for (const auto& id : some_members()) x.distribution_list.push_back(id);
    for (const auto& id : some_members()) x.silent.push_back({id, in_.one_of(silences)});
    switch (in_.below(5)) {
      case 0:
        x.application = batch();
        break;
      case 1:
        x.acknowledged = numbers();
        break;
      case 2:
        x.summary = summary(x.current_id.origin);
        [[fallthrough]];
      default:
        x.messages = rows();
    }
    return x;
  }

private:
  net_id some_member() { return members_[in_.below(members)]; }

  /// Ascending.
  std::vector<net_id> some_members() {
    const auto which = in_.below(256);
    std::vector<net_id> some;
    for (std::size_t n = 0; n < members; ++n) {
      if ((which >> n & 1U) != 0) some.push_back(members_[n]);
    }
    if (which >= 128) some.clear();
    std::ranges::sort(some);
    return some;
  }

  std::vector<broadcast_id> ids() {
    std::vector<broadcast_id> all;
    for (const auto& id : some_members())
      all.push_back({id, id == members_[0] ? number_ - in_.below(8) : in_.below(8)});
    return all;
  }

  std::vector<std::uint64_t> numbers() {
    std::vector<std::uint64_t> all;
    for (auto n = 1 + in_.below(4); n > 0; --n) all.push_back(number_ - in_.below(16));
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  stamp some_stamp() { return {in_.one_of(lives_), in_.one_of(counters)}; }

  key_set keys() {
    const auto kind = in_.below(8);
    if (kind == 0) return key_set::none();
    if (kind == 1) return key_set::of({in_.one_of(ranges)});
    return kind == 2 ? key_set::of({{5, 9}, {50, 149}}) : key_set{};
  }

  world_clock clocks() {
    world_clock all;
    for (const auto& id : some_members()) all.advance({id, some_stamp()});
    return all;
  }

  message row(std::string group) {
    message x{std::move(group), clocks(), {}};
    x.within = keys();
    for (const auto& clock : x.time.clocks()) {
      const auto kind = in_.below(4);
      if (const auto from = in_.one_of(counters); kind == 0 && from < clock.at.counter)
        x.since.advance({clock.member, {clock.at.incarnation, from}});
      if (kind == 1 && !x.within.is_whole()) x.absent.push_back(clock.member);
    }
    for (auto n = x.within.is_none() ? 0 : in_.below(6); n > 0; --n) {
      constexpr std::array ops{op::add, op::add, op::get, op::rmv};
      const auto what = in_.one_of(ops);
      const auto port = static_cast<std::uint16_t>(what == op::get ? 0 : 7 + in_.below(2));
      // A claim mostly stands under the clock of its row.
      const auto of = some_member();
      const auto at = in_.below(4) == 0 ? some_stamp() : x.time.at(of).value_or(some_stamp());
      x.items.put({{of, in_.one_of(ranges), what, port}, at});
    }
    return x;
  }

  std::vector<message> rows() {
    std::vector<message> all;
    for (auto n = in_.below(4); n > 0; --n) all.push_back(row(std::string{in_.one_of(groups)}));
    return united(std::move(all));
  }

  digest summary(const net_id& sender) {
    digest x{static_cast<exchange>(in_.below(4)), {}, in_.flip()};
    for (const auto& name : groups) {
      if (in_.flip()) continue;
      group_digest group{std::string{name}, clocks(), static_cast<digest_scope>(in_.below(3))};
      group.within = keys();
      if (group.within.is_none()) group.within = {};
      if (group.scope == digest_scope::hash) {
        group.hash = in_.below(4);
        const auto own = group.time.at(sender);
        group.time = own ? world_clock{{sender, *own}} : world_clock{};
      }
      if (!group.within.is_whole()) group.members = in_.below(4);
      if (group.scope != digest_scope::part) group.own = in_.below(4);
      x.groups.push_back(std::move(group));
    }
    std::ranges::sort(x.groups, {}, &group_digest::group_name);
    return x;
  }

  application_batch batch() {
    application_batch x{{some_member(), number_ - in_.below(8)},
                        std::string{in_.one_of(groups)},
                        std::string{in_.flip() ? tag : "unheard of"},
                        {},
                        {}};
    for (auto n = 1 + in_.below(3); n > 0; --n) x.sizes.push_back(in_.one_of(message_sizes));
    for (const auto size : x.sizes) x.content.resize(x.content.size() + size, 'x');
    return x;
  }

  choices& in_;
  std::array<std::uint32_t, 7> lives_;
  std::uint64_t number_;
  const member_list& members_;
};

}  // namespace

gossip some_gossip(choices& in, std::uint32_t life, std::uint64_t number,
                   const member_list& among) {
  return maker{in, life, number, among}.make();
}

}  // namespace scalesmall::fuzz
