#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "messages/codec/codec.hpp"
#include "messages/codec/column.hpp"
#include "messages/codec/net_id_table.hpp"
#include "messages/codec/section.hpp"
#include "messages/group_name.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

const net_id& id_of(const net_id& x) { return x; }
const net_id& id_of(const broadcast_id& x) { return x.origin; }
const net_id& id_of(const local_clock& x) { return x.member; }
const net_id& id_of(const timed_item& x) { return x.item.member; }
const net_id& id_of(const silence& x) { return x.member; }

std::uint32_t high(std::uint64_t seqno) { return static_cast<std::uint32_t>(seqno >> 32); }
std::uint32_t low(std::uint64_t seqno) { return static_cast<std::uint32_t>(seqno); }

std::uint32_t incarnation_of(const net_id&) { return 0; }
std::uint32_t incarnation_of(const broadcast_id& x) { return high(x.seqno); }
std::uint32_t incarnation_of(const local_clock& x) { return x.at.incarnation; }
std::uint32_t incarnation_of(const timed_item& x) { return x.at.incarnation; }
std::uint32_t incarnation_of(const silence&) { return 0; }

/// Calls f with every list of a gossip that refers to net_ids. Each list ascends by net_id.
template <class F>
void for_each_list(const gossip& x, F f) {
  f(std::span{&x.current_id, 1});
  f(std::span{x.seen_ids});
  f(std::span{x.other_ids});
  f(std::span{x.distribution_list});
  for (const auto& message : x.messages) {
    f(message.time.clocks());
    f(message.items.items());
    f(std::span{message.absent});
  }
  if (x.summary) {
    for (const auto& group : x.summary->groups) f(group.time.clocks());
  }
  f(std::span{x.silent});
  if (x.application) f(std::span{&x.application->id, 1});
}

net_id_table table_of(const gossip& x) {
  net_id_union ids;
  for_each_list(x, [&](const auto& list) {
    ids.add(list, [](const auto& entry) -> const net_id& { return id_of(entry); });
  });
  return net_id_table{ids.take()};
}

class body_writer {
public:
  explicit body_writer(const gossip& x) : table_(table_of(x)) {
    check(table_.size(), limits::net_ids_max);
    for_each_list(x, [&](const auto& list) { locate(list); });
    table_.fill_epochs();
    count(table_.size());
    table_.write(out_);
    close(section::net_ids);
    envelope(x);
    check(x.messages.size(), limits::messages_max);
    check_order(x.messages, [](const auto& group) { return order_of(group); });
    for (const auto& group : x.messages) message(group);
    if (x.summary) digest(*x.summary);
    if (x.summary) interests(x.summary->groups);
    if (!x.acknowledged.empty()) acknowledged(x.acknowledged);
    if (!x.silent.empty()) silent(x.silent);
    if (x.application) application(*x.application);
    check(body_.size(), limits::body_bytes_max);
  }

  [[nodiscard]] bytes take() { return std::move(body_); }

private:
  static void check(std::size_t n, std::size_t max) {
    if (n > max) throw std::length_error{"gossip over a limit: " + std::to_string(n)};
  }

  template <class Groups, class Key>
  static void check_order(const Groups& groups, Key key) {
    const auto not_less = [&](const auto& a, const auto& b) { return key(a) >= key(b); };
    if (std::ranges::adjacent_find(groups, not_less) != groups.end()) {
      throw std::invalid_argument{"groups out of order"};
    }
  }

  void count(std::size_t n) { check(entries_ += n, limits::frame_entries_max); }

  void close(section tag) {
    byte_writer body{body_};
    body.varint(static_cast<std::uint64_t>(tag));
    body.varint(section_.size());
    body.raw(section_);
    section_.clear();
  }

  void envelope(const gossip& x) {
    const auto at = located(1).front();
    out_.varint(at);
    out_.varint(table_.epoch(at) - high(x.current_id.seqno));
    out_.varint(low(x.current_id.seqno));
    broadcasts(x.seen_ids, order::strict);
    check(x.other_ids.size(), limits::envelope_ids_max);
    broadcasts(x.other_ids, order::weak);
    references(located(x.distribution_list.size()), order::strict);
    close(section::envelope);
  }

  void broadcasts(const std::vector<broadcast_id>& ids, order how) {
    if (std::ranges::adjacent_find(ids, std::greater_equal{}) != ids.end()) {
      throw std::invalid_argument{"broadcasts out of order"};
    }
    const auto at = located(ids.size());
    references(at, how);
    column(ids.size(), [&](auto i) { return table_.epoch(at[i]) - high(ids[i].seqno); });
    column(ids.size(), [&](auto i) { return low(ids[i].seqno); });
  }

  void message(const scalesmall::message& x) {
    if (!x.within.is_whole()) keys(x.within, limits::key_set_ranges_max);
    name(x.group_name);
    const auto at = clocks(x.time);
    clock_counters counters{at, x.time.clocks()};
    reaches(x);
    for (auto& list : items_) list.clear();
    const auto claims = x.items.items();
    const auto members = located(claims.size());
    for (std::size_t i = 0; i < claims.size(); ++i) {
      auto& list = items_[static_cast<std::size_t>(claims[i].item.op)];
      list.push_back({&claims[i], members[i], counters.at(members[i])});
    }
    for (const auto& list : items_) items(list);
    const auto absent = located(x.absent.size());
    if (x.within.is_whole() ? !absent.empty() : !std::ranges::includes(at, absent))
      throw std::invalid_argument{"absent without a clock in a part"};
    if (!x.within.is_whole()) references(absent, order::strict);
    close(x.within.is_whole() ? section::message : section::part);
  }

  /// Writes how many changes back each delta begins; 0 for a complete row.
  void reaches(const scalesmall::message& x) {
    auto since = x.since.clocks();
    column(x.time.clocks().size(), [&](auto i) -> std::uint32_t {
      const auto& clock = x.time.clocks()[i];
      if (since.empty() || since.front().member != clock.member) return 0;
      const auto from = since.front().at;
      since = since.subspan(1);
      if (from.incarnation != clock.at.incarnation || from >= clock.at)
        throw std::invalid_argument{"a delta that does not end after it begins"};
      return clock.at.counter - from.counter;
    });
    if (!since.empty()) throw std::invalid_argument{"a delta without a clock"};
  }

  /// An item, the position of its member, and the counter of that member's clock.
  struct placed_item {
    const timed_item* claim;
    position member;
    std::uint32_t counter;
  };

  void items(const std::vector<placed_item>& list) {
    count(list.size());
    members_.clear();
    more_.clear();
    for (const auto& x : list) {
      if (members_.empty() || members_.back() != x.member) {
        members_.push_back(x.member);
        more_.push_back(0);
      } else {
        ++more_.back();
      }
    }
    references(members_, order::strict);
    write_column(out_, more_);
    column(list.size(), [&](auto i) { return list[i].claim->item.range.start_range; });
    column(list.size(), [&](auto i) { return length(list[i].claim->item.range); });
    column(list.size(), [&](auto i) { return list[i].claim->item.port; });
    column(list.size(),
           [&](auto i) { return table_.epoch(list[i].member) - list[i].claim->at.incarnation; });
    column(list.size(),
           [&](auto i) { return zigzag(list[i].counter - list[i].claim->at.counter); });
  }

  static std::uint32_t length(key_range x) {
    if (x.end_range < x.start_range) throw std::invalid_argument{"reversed range"};
    return x.end_range - x.start_range;
  }

  void digest(const scalesmall::digest& x) {
    check(x.groups.size(), limits::messages_max);
    check_order(x.groups, [](const auto& group) { return std::tie(group.group_name); });
    out_.u8(static_cast<std::uint8_t>(x.stage));
    out_.u8(x.all_groups ? 1 : 0);
    out_.varint(x.groups.size());
    for (const auto& group : x.groups) {
      name(group.group_name);
      out_.u8(static_cast<std::uint8_t>(group.scope));
      clocks(group.time);
      if (group.scope != digest_scope::part) hash(group.own);
      if (group.scope != digest_scope::hash) continue;
      if (group.time.clocks().size() > 1) throw std::invalid_argument{"clocks beside a hash"};
      hash(group.hash);
    }
    close(section::digest);
  }

  void hash(std::uint64_t x) {
    for (unsigned shift = 64; shift != 0; shift -= 8)
      out_.u8(static_cast<std::uint8_t>(x >> (shift - 8)));
  }

  /// Writes the keys of those groups of a digest that are restricted to a part.
  void interests(const std::vector<group_digest>& groups) {
    const auto narrow = [](const group_digest& x) { return !x.within.is_whole(); };
    const auto n = std::ranges::count_if(groups, narrow);
    if (n == 0) return;
    out_.varint(static_cast<std::uint64_t>(n));
    std::size_t next = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (!narrow(groups[i])) continue;
      out_.varint(i - next);
      next = i + 1;
      if (groups[i].within.is_none()) throw std::invalid_argument{"an interest in no keys"};
      keys(groups[i].within, limits::interest_ranges_max);
      hash(groups[i].members);
    }
    close(section::interest);
  }

  void keys(const key_set& x, std::size_t ranges_max) {
    const auto ranges = x.ranges();
    check(ranges.size(), ranges_max);
    count(ranges.size());
    out_.varint(ranges.size());
    column(ranges.size(),
           [&](auto i) { return ranges[i].start_range - (i == 0 ? 0 : ranges[i - 1].end_range); });
    column(ranges.size(), [&](auto i) { return length(ranges[i]); });
  }

  void acknowledged(const std::vector<std::uint64_t>& numbers) {
    check(numbers.size(), limits::acknowledged_max);
    if (std::ranges::adjacent_find(numbers, std::greater_equal{}) != numbers.end())
      throw std::invalid_argument{"numbers out of order"};
    out_.varint(numbers.size());
    column(numbers.size(), [&](auto i) { return numbers[i]; });
    close(section::acknowledged);
  }

  void silent(const std::vector<silence>& members) {
    references(located(members.size()), order::strict);
    column(members.size(), [&](auto i) { return members[i].seconds; });
    close(section::silent);
  }

  void application(const application_batch& x) {
    const auto at = located(1).front();
    out_.varint(at);
    out_.varint(table_.epoch(at) - high(x.id.seqno));
    out_.varint(low(x.id.seqno));
    name(x.group);
    name(x.tag);
    if (x.sizes.empty()) throw std::invalid_argument{"a batch without a message"};
    check(x.sizes.size(), limits::batch_messages_max);
    count(x.sizes.size());
    out_.varint(x.sizes.size() - 1);
    column(x.sizes.size(), [&](auto i) { return x.sizes[i]; });
    if (std::accumulate(x.sizes.begin(), x.sizes.end(), std::size_t{0}) != x.content.size())
      throw std::invalid_argument{"messages of other sizes than a batch says"};
    out_.raw(x.content);
    close(section::application);
  }

  void name(const std::string& x) {
    if (!is_group_name(x)) throw std::invalid_argument{"not a group name"};
    out_.varint(x.size());
    out_.text(x);
  }

  /// Writes clocks and returns the positions of their members.
  std::span<const position> clocks(const world_clock& x) {
    const auto list = x.clocks();
    const auto at = located(list.size());
    references(at, order::strict);
    column(list.size(), [&](auto i) { return table_.epoch(at[i]) - list[i].at.incarnation; });
    column(list.size(), [&](auto i) { return list[i].at.counter; });
    return at;
  }

  /// Notes the position of each id of a list, and the incarnation that the list mentions for it.
  template <class List>
  void locate(const List& list) {
    std::size_t at = 0;
    for (const auto& entry : list) {
      at = table_.position_of(id_of(entry), at);
      table_.mention(at, incarnation_of(entry));
      located_.push_back(static_cast<position>(at));
    }
  }

  /// The positions of the next n entries. All writers must ask in the order of for_each_list.
  std::span<const position> located(std::size_t n) {
    return std::span{located_}.subspan(std::exchange(next_located_, next_located_ + n), n);
  }

  void references(std::span<const position> at, order how) {
    count(at.size());
    out_.varint(at.size());
    if (at.empty()) return;
    out_.varint(at.front());
    column(at.size() - 1, [&](auto i) {
      if (at[i + 1] - at[i] < static_cast<position>(how))
        throw std::invalid_argument{"id repeated"};
      return at[i + 1] - at[i] - static_cast<position>(how);
    });
  }

  template <class Number>
  void column(std::size_t n, Number number) {
    values_.resize(n);
    for (std::size_t i = 0; i < n; ++i) values_[i] = number(i);
    write_column(out_, values_);
  }

  net_id_table table_;
  bytes body_;
  bytes section_;
  byte_writer out_{section_};
  std::size_t entries_ = 0;
  std::vector<position> located_;  ///< of every entry, in the order of for_each_list
  std::size_t next_located_ = 0;
  // Reused from list to list to save allocations.
  std::array<std::vector<placed_item>, 3> items_;  ///< by op
  std::vector<position> members_;
  std::vector<std::uint64_t> more_;
  std::vector<std::uint64_t> values_;
};

}  // namespace

bytes encode(const gossip& x) { return body_writer{x}.take(); }

result<bytes> try_encode(const gossip& x) {
  try {
    return encode(x);
  } catch (const std::length_error&) {
    return fault::limit_exceeded;
  } catch (const std::invalid_argument&) {
    return fault::not_sorted;
  }
}

}  // namespace scalesmall
