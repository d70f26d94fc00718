#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// The clocks of a group, and the positions of their members in the table.
struct clock_list {
  std::vector<position> members;
  std::vector<local_clock> clocks;
};

/// Reads one body. The first fault sticks, as in byte_reader: everything read after it is zero or
/// empty. So a section is read to its end before its fault is checked.
class body_reader {
public:
  body_reader(bytes_view body, std::size_t entries_max) : body_(body), entries_left_(entries_max) {}

  [[nodiscard]] result<gossip> read() {
    while (body_.ok() && body_.left() != 0) {
      const auto tag = static_cast<section>(body_.varint());
      in_ = byte_reader{body_.raw(body_.count(limits::body_bytes_max))};
      if (body_.ok()) read_section(tag);
      if (!in_.ok()) body_.fail(in_.why());
    }
    if (!has_envelope_) body_.fail(fault::missing_section);
    if (!body_.ok()) return body_.why();
    return std::move(gossip_);
  }

private:
  void read_section(section tag) {
    if (!table_ && tag != section::net_ids) return in_.fail(fault::missing_section);
    switch (tag) {
      case section::net_ids:
        read_table();
        break;
      case section::envelope:
        read_envelope();
        break;
      case section::message:
        read_message({});
        break;
      case section::part:
        read_message(keys(limits::key_set_ranges_max));
        break;
      case section::digest:
        read_digest();
        break;
      case section::acknowledged:
        read_acknowledged();
        break;
      case section::silent:
        read_silent();
        break;
      case section::application:
        read_application();
        break;
      case section::interest:
        read_interests();
        break;
      default:
        return;
    }
    if (in_.left() != 0) in_.fail(fault::trailing_bytes);
  }

  void read_table() {
    if (table_) return in_.fail(fault::duplicate_section);
    table_ = net_id_table::read(in_, entries_left_);
    take(table_->size());
  }

  void read_envelope() {
    if (std::exchange(has_envelope_, true)) return in_.fail(fault::duplicate_section);
    gossip_.current_id = one_broadcast();
    gossip_.seen_ids = broadcasts(order::strict);
    gossip_.other_ids = broadcasts(order::weak);
    const auto served = references(order::strict);
    gossip_.distribution_list.resize(served.size());
    std::ranges::transform(served, gossip_.distribution_list.begin(),
                           [&](auto at) { return (*table_)[at]; });
  }

  broadcast_id one_broadcast() {
    const auto origin = in_.varint();
    if (in_.ok() && origin >= table_->size()) in_.fail(fault::bad_index);
    const auto age = in_.varint(UINT32_MAX);
    const auto low = in_.varint(UINT32_MAX);
    if (!in_.ok()) return {};
    const auto at = static_cast<position>(origin);
    return {(*table_)[at], seqno(at, static_cast<std::uint32_t>(age)) + low};
  }

  std::vector<broadcast_id> broadcasts(order how) {
    const auto origins = references(how);
    std::vector<broadcast_id> ids(origins.size());
    column<std::uint32_t>(ids.size(), [&](auto i, auto age) {
      ids[i] = {(*table_)[origins[i]], seqno(origins[i], age)};
    });
    column<std::uint32_t>(ids.size(), [&](auto i, auto low) { ids[i].seqno += low; });
    if (std::ranges::adjacent_find(ids, std::greater_equal{}) != ids.end()) {
      in_.fail(fault::not_sorted);
    }
    return ids;
  }

  void read_message(key_set within) {
    if (gossip_.messages.size() == limits::messages_max) return in_.fail(fault::limit_exceeded);
    message x;
    x.within = std::move(within);
    x.group_name = name();
    if (!gossip_.messages.empty() && order_of(gossip_.messages.back()) >= order_of(x))
      in_.fail(fault::not_sorted);
    auto time = clocks();
    x.since = deltas(time);
    x.items = items(time);
    if (!x.within.is_whole()) x.absent = absent(time);
    x.time = taken(world_clock::from_sorted(std::move(time.clocks)));
    gossip_.messages.push_back(std::move(x));
  }

  /// Reads members, which must be among those of the clocks.
  std::vector<net_id> absent(const clock_list& time) {
    const auto at = references(order::strict);
    if (!std::ranges::includes(time.members, at)) in_.fail(fault::bad_index);
    std::vector<net_id> members(at.size());
    std::ranges::transform(at, members.begin(), [&](auto i) { return (*table_)[i]; });
    return members;
  }

  /// Reads where the deltas begin.
  world_clock deltas(const clock_list& time) {
    std::vector<local_clock> since;
    column<std::uint32_t>(time.clocks.size(), [&](auto i, auto reach) {
      if (reach == 0) return;
      auto from = time.clocks[i];
      if (reach > from.at.counter) return in_.fail(fault::number_out_of_range);
      from.at.counter -= reach;
      since.push_back(from);
    });
    return taken(world_clock::from_sorted(std::move(since)));
  }

  /// Reads the lists of the three ops into one set. A key that stands in two of them is
  /// fault::not_sorted.
  timed_set items(const clock_list& time) {
    std::vector<timed_item> all;
    for (const auto which : {op::add, op::rmv, op::get}) {
      const auto before = std::ssize(all);
      append_items(which, time, all);
      std::inplace_merge(all.begin(), all.begin() + before, all.end(),
                         [](const auto& a, const auto& b) { return compare_keys(a, b) < 0; });
    }
    return taken(timed_set::from_sorted(std::move(all)));
  }

  void append_items(op which, const clock_list& time, std::vector<timed_item>& all) {
    const auto members = references(order::strict);
    std::vector<std::uint32_t> more(members.size());
    std::size_t n = members.size();
    column<std::uint32_t>(members.size(), [&](auto i, auto x) { n += more[i] = x; });
    if (!take(n)) return;

    all.resize(all.size() + n);
    const auto items = std::span{all}.last(n);
    std::vector<position> owners(n);
    std::size_t next = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (const auto end = next + more[i] + 1; next < end; ++next) {
        items[next].item.member = (*table_)[members[i]];
        items[next].item.op = which;
        owners[next] = members[i];
      }
    }
    column<std::uint32_t>(n, [&](auto i, auto x) { items[i].item.range.start_range = x; });
    column<std::uint32_t>(n, [&](auto i, auto length) {
      auto& range = items[i].item.range;
      range.end_range = range.start_range + length;
      if (range.end_range < range.start_range) in_.fail(fault::reversed_range);
    });
    column<std::uint16_t>(n, [&](auto i, auto x) { items[i].item.port = x; });
    column<std::uint32_t>(
        n, [&](auto i, auto age) { items[i].at.incarnation = incarnation(owners[i], age); });
    clock_counters counters{time.members, time.clocks};
    column<std::uint32_t>(
        n, [&](auto i, auto lag) { items[i].at.counter = counters.at(owners[i]) - unzigzag(lag); });
  }

  void read_digest() {
    if (gossip_.summary) return in_.fail(fault::duplicate_section);
    auto& x = gossip_.summary.emplace();
    const auto stage = in_.u8();
    const auto all_groups = in_.u8();
    if (stage > static_cast<std::uint8_t>(exchange::rest) || all_groups > 1)
      in_.fail(fault::bad_enum);
    x.stage = static_cast<exchange>(stage);
    x.all_groups = all_groups == 1;
    for (auto n = in_.count(limits::messages_max, group_bytes_min); n != 0 && in_.ok(); --n) {
      group_digest group;
      group.group_name = name();
      if (!x.groups.empty() && x.groups.back().group_name >= group.group_name)
        in_.fail(fault::not_sorted);
      const auto scope = in_.u8();
      if (scope > static_cast<std::uint8_t>(digest_scope::hash)) in_.fail(fault::bad_enum);
      group.scope = static_cast<digest_scope>(scope);
      group.time = taken(world_clock::from_sorted(clocks().clocks));
      if (group.scope != digest_scope::part) group.own = hash();
      if (group.scope == digest_scope::hash) {
        if (group.time.clocks().size() > 1) in_.fail(fault::limit_exceeded);
        group.hash = hash();
      }
      x.groups.push_back(std::move(group));
    }
  }

  void read_interests() {
    if (!gossip_.summary) return in_.fail(fault::missing_section);
    if (std::exchange(has_interests_, true)) return in_.fail(fault::duplicate_section);
    auto& groups = gossip_.summary->groups;
    std::uint64_t next = 0;
    for (auto n = in_.count(groups.size(), interest_bytes_min); n != 0 && in_.ok(); --n) {
      const auto at = next + in_.varint(UINT32_MAX);
      if (at >= groups.size()) return in_.fail(fault::bad_index);
      groups[at].within = keys(limits::interest_ranges_max);
      if (groups[at].within.is_none()) in_.fail(fault::number_out_of_range);
      groups[at].members = hash();
      next = at + 1;
    }
  }

  std::uint64_t hash() {
    std::uint64_t x = 0;
    for (const auto byte : in_.raw(8)) x = x << 8 | byte;
    return x;
  }

  /// Reads ranges with gaps between them; no keys after a fault.
  key_set keys(std::size_t ranges_max) {
    const auto n = in_.count(ranges_max, 0);
    if (n == 0 || !take(n)) return key_set::none();
    std::vector<key_range> ranges(n);
    std::vector<std::uint32_t> gaps(n);
    column<std::uint32_t>(n, [&](auto i, auto gap) { gaps[i] = gap; });
    std::uint64_t end = 0;
    column<std::uint32_t>(n, [&](auto i, auto length) {
      if (i != 0 && gaps[i] < 2) in_.fail(fault::not_sorted);
      const auto start = end + gaps[i];
      end = start + length;
      if (end > UINT32_MAX) in_.fail(fault::reversed_range);
      ranges[i] = {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)};
    });
    return in_.ok() ? key_set::of(std::move(ranges)) : key_set::none();
  }

  void read_acknowledged() {
    if (std::exchange(has_acknowledged_, true)) return in_.fail(fault::duplicate_section);
    gossip_.acknowledged.resize(in_.count(limits::acknowledged_max, 0));
    read_column(in_, gossip_.acknowledged, 64);
    if (std::ranges::adjacent_find(gossip_.acknowledged, std::greater_equal{}) !=
        gossip_.acknowledged.end())
      in_.fail(fault::not_sorted);
  }

  void read_silent() {
    if (std::exchange(has_silent_, true)) return in_.fail(fault::duplicate_section);
    const auto members = references(order::strict);
    gossip_.silent.resize(members.size());
    column<std::uint32_t>(members.size(), [&](auto i, auto seconds) {
      gossip_.silent[i] = {(*table_)[members[i]], seconds};
    });
  }

  void read_application() {
    if (gossip_.application) return in_.fail(fault::duplicate_section);
    auto& x = gossip_.application.emplace();
    x.id = one_broadcast();
    x.group = name();
    x.tag = name();
    const auto n = in_.count(limits::batch_messages_max - 1, 0) + 1;
    if (!take(n)) return;
    x.sizes.resize(n);
    std::size_t size = 0;
    column<std::uint32_t>(n, [&](auto i, auto bytes) { size += x.sizes[i] = bytes; });
    const auto content = in_.raw(size);
    x.content.assign(content.begin(), content.end());
  }

  std::string name() {
    const auto text = in_.raw(in_.count(limits::group_name_bytes_max));
    std::string name{text.begin(), text.end()};
    if (!is_group_name(name)) in_.fail(fault::bad_group_name);
    return name;
  }

  clock_list clocks() {
    clock_list x{references(order::strict), {}};
    x.clocks.resize(x.members.size());
    column<std::uint32_t>(x.members.size(), [&](auto i, auto age) {
      x.clocks[i] = {(*table_)[x.members[i]], {incarnation(x.members[i], age), 0}};
    });
    column<std::uint32_t>(x.members.size(), [&](auto i, auto n) { x.clocks[i].at.counter = n; });
    return x;
  }

  /// Reads ascending positions, each one in the table; none after a fault.
  std::vector<position> references(order how) {
    const auto most = how == order::strict ? table_->size() : limits::envelope_ids_max;
    const auto n = in_.count(most, 0);
    if (n == 0 || !take(n)) return {};
    std::vector<position> positions(n);
    auto last = in_.varint(UINT32_MAX);
    positions[0] = static_cast<position>(last);
    column<std::uint32_t>(n - 1, [&](auto i, auto gap) {
      last += gap + std::uint64_t{static_cast<position>(how)};
      positions[i + 1] = static_cast<position>(last);
    });
    if (last >= table_->size()) in_.fail(fault::bad_index);
    return in_.ok() ? positions : std::vector<position>{};
  }

  /// Reads a column and calls f with the index and the value of each number.
  template <class Number, class F>
  void column(std::size_t n, F f) {
    values_.resize(n);
    read_column(in_, values_, std::numeric_limits<Number>::digits);
    for (std::size_t i = 0; i < n; ++i) f(i, static_cast<Number>(values_[i]));
  }

  std::uint32_t incarnation(position at, std::uint32_t age) {
    const auto epoch = table_->epoch(at);
    if (age > epoch) in_.fail(fault::number_out_of_range);
    return epoch - age;
  }

  std::uint64_t seqno(position at, std::uint32_t age) {
    return std::uint64_t{incarnation(at, age)} << 32;
  }

  /// Counts entries against the bound of the frame; false after a fault.
  bool take(std::size_t n) {
    if (n > entries_left_) in_.fail(fault::limit_exceeded);
    entries_left_ -= in_.ok() ? n : 0;
    return in_.ok();
  }

  template <class Set>
  Set taken(result<Set> x) {
    if (x) return *std::move(x);
    in_.fail(x.error());
    return {};
  }

  byte_reader body_;
  byte_reader in_{{}};
  std::optional<net_id_table> table_;
  bool has_envelope_ = false;
  bool has_interests_ = false;
  bool has_acknowledged_ = false;
  bool has_silent_ = false;
  gossip gossip_;
  std::size_t entries_left_;
  std::vector<std::uint64_t> values_;
};

}  // namespace

result<gossip> decode(bytes_view body, std::size_t entries_max) {
  return body_reader{body, entries_max}.read();
}

}  // namespace scalesmall
