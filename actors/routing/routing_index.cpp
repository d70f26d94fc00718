#include <algorithm>
#include <array>
#include <iterator>
#include <scalesmall/routing_index.hpp>
#include <span>
#include <stdexcept>
#include <utility>

namespace scalesmall {

namespace {

/// Most owners of a part of a region before it is divided. A greater number makes leaves slow to
/// search and to copy, a smaller one makes the tree deep.
constexpr std::size_t leaf_owners_max = 32;  // one bit each in leaf::owners
constexpr std::size_t leaf_bounds_max = 2 * leaf_owners_max;

using owners_view = std::span<const range_owner>;

/// The owners that satisfy a condition. Copies them only if others stand between them.
class filtered {
public:
  template <class Predicate>
  filtered(owners_view all, Predicate wanted) {
    const auto first = std::ranges::find_if(all, wanted);
    const auto run = std::ranges::find_if_not(first, all.end(), wanted);
    const auto others = std::ranges::count_if(run, all.end(), wanted);
    view_ = {first, run};
    if (others == 0) return;
    copies_.reserve(view_.size() + static_cast<std::size_t>(others));
    std::ranges::copy(view_, std::back_inserter(copies_));
    std::ranges::copy_if(run, all.end(), std::back_inserter(copies_), wanted);
    view_ = copies_;
  }
  filtered(const filtered&) = delete;  // view_ may refer to copies_
  filtered& operator=(const filtered&) = delete;
  ~filtered() = default;

  operator owners_view() const { return view_; }
  [[nodiscard]] std::size_t size() const { return view_.size(); }

private:
  std::vector<range_owner> copies_;
  owners_view view_;
};

std::vector<range_owner> without(owners_view all, owners_view some) {
  std::vector<range_owner> rest;
  rest.reserve(all.size());
  std::ranges::set_difference(all, some, std::back_inserter(rest));
  return rest;
}

std::vector<range_owner> replaced(owners_view old, owners_view gone, owners_view come) {
  auto kept = without(old, gone);
  if (kept.size() + gone.size() != old.size())
    throw std::logic_error("an owner is gone who was not there");
  if (come.empty()) return kept;
  const auto middle = std::ssize(kept);
  kept.insert(kept.end(), come.begin(), come.end());
  std::inplace_merge(kept.begin(), kept.begin() + middle, kept.end());
  if (std::ranges::adjacent_find(kept) != kept.end())
    throw std::logic_error("an owner came who is there already");
  return kept;
}

}  // namespace

struct routing_index::region {
  std::uint32_t first = 0;
  unsigned bits = 32;  // it has 2^bits keys: 32, 30, ... 0

  [[nodiscard]] std::uint32_t last() const {
    return first | static_cast<std::uint32_t>((std::uint64_t{1} << bits) - 1);
  }
  [[nodiscard]] bool holds(std::uint32_t key) const {
    return (std::uint64_t{key ^ first} >> bits) == 0;
  }
  [[nodiscard]] bool meets(key_range x) const {
    return x.start_range <= last() && first <= x.end_range;
  }
  [[nodiscard]] bool is_within(key_range x) const {
    return x.start_range <= first && last() <= x.end_range;
  }
  [[nodiscard]] region quarter(std::uint32_t i) const {
    return {first | i << (bits - 2), bits - 2};
  }
  /// The number of the quarter that holds the key.
  [[nodiscard]] std::uint32_t quarter_of(std::uint32_t key) const { return key >> (bits - 2) & 3; }

  friend bool operator==(const region&, const region&) = default;
};

struct routing_index::node {
  region where;
  std::vector<range_owner> whole;  // own all of this region, but not all of the one around it
  std::size_t partial = 0;         // number of owners of a part of it

  [[nodiscard]] bool is_leaf() const { return partial <= leaf_owners_max; }
};

struct routing_index::inner : node {
  // For each quarter its node, or the node of the only region within it that has entries. Null if
  // no owner of a part of this region meets the quarter.
  std::array<node_ptr, 4> quarters;
};

struct routing_index::leaf : node {
  std::vector<range_owner> parts;                     // own a part of this region, ascending
  std::size_t pieces = 1;                             // a piece ends where a part begins or ends
  std::array<std::uint32_t, leaf_bounds_max> begins;  // of all pieces but the first; padded
  std::array<std::uint32_t, leaf_bounds_max + 1> owners;  // by piece, a bit for each of parts

  [[nodiscard]] std::uint32_t owners_of(std::uint32_t key) const {
    std::size_t piece = 0;
    for (const auto begin : begins) piece += begin <= key;
    return owners[std::min(piece, pieces - 1)];  // the last key also counts the padding
  }
};

struct routing_index::builder {
  static std::shared_ptr<leaf> make_leaf(region where, std::vector<range_owner> parts) {
    auto made = std::make_shared<leaf>();
    made->where = where;
    std::vector<std::uint32_t> begins{where.first};
    for (const auto& x : parts) {
      if (x.range.start_range > where.first) begins.push_back(x.range.start_range);
      if (x.range.end_range < where.last()) begins.push_back(x.range.end_range + 1);
    }
    std::ranges::sort(begins);
    begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
    made->pieces = begins.size();
    made->begins.fill(UINT32_MAX);
    std::copy(begins.begin() + 1, begins.end(), made->begins.begin());
    std::fill_n(made->owners.begin(), begins.size(), 0);
    for (std::size_t j = 0; j < parts.size(); ++j) {
      const auto [start, end] = parts[j].range;
      auto i = static_cast<std::size_t>(std::ranges::lower_bound(begins, start) - begins.begin());
      for (; i < begins.size() && begins[i] <= end; ++i) made->owners[i] |= std::uint32_t{1} << j;
    }
    made->partial = parts.size();
    made->parts = std::move(parts);
    return made;
  }

  /// The owners of a part of a region, ascending. All of the region's entries are in this node.
  static std::vector<range_owner> parts_of(const node& x, region where) {
    std::vector<range_owner> parts;
    if (x.where != where) parts = x.whole;
    if (x.is_leaf()) {
      const auto& below = static_cast<const leaf&>(x).parts;
      parts.insert(parts.end(), below.begin(), below.end());
    } else {
      for (const auto& quarter : static_cast<const inner&>(x).quarters) {
        if (quarter) std::ranges::copy(parts_of(*quarter, x.where), std::back_inserter(parts));
      }
    }
    std::ranges::sort(parts);
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    return parts;
  }

  /// The node that holds a region's entries after a change; null if there are none. `gone` and
  /// `come` ascend. They hold only owners of some of the region, but not of all of the region
  /// around it.
  static node_ptr changed(const node_ptr& old, region where, owners_view gone, owners_view come) {
    const bool same_region = old && old->where == where;
    const auto own_whole = [&](const range_owner& x) { return where.is_within(x.range); };
    const auto own_part = [&](const range_owner& x) { return !where.is_within(x.range); };
    auto whole = replaced(same_region ? owners_view{old->whole} : owners_view{},
                          filtered{gone, own_whole}, filtered{come, own_whole});
    const filtered parts_gone{gone, own_part};
    const filtered parts_come{come, own_part};
    const auto before = old ? old->partial + (same_region ? 0 : old->whole.size()) : 0;
    if (parts_gone.size() > before) throw std::logic_error("more owners are gone than there were");
    const auto partial = before - parts_gone.size() + parts_come.size();

    const auto parts = [&] {
      return replaced(old ? parts_of(*old, where) : std::vector<range_owner>{}, parts_gone,
                      parts_come);
    };
    if (partial <= leaf_owners_max) {
      auto all_parts = parts();
      if (whole.empty() && all_parts.empty()) return nullptr;
      auto made = make_leaf(where, std::move(all_parts));
      made->whole = std::move(whole);
      return made;
    }

    inner made{{where, std::move(whole), partial}, {}};
    owners_view gone_below = parts_gone;
    owners_view come_below = parts_come;
    std::vector<range_owner> all_parts;
    if (old && !same_region) {
      made.quarters[where.quarter_of(old->where.first)] = old;
    } else if (old && !old->is_leaf()) {
      made.quarters = static_cast<const inner&>(*old).quarters;
    } else if (old) {
      all_parts = parts();
      gone_below = {};
      come_below = all_parts;
    }
    for (std::uint32_t i = 0; i < made.quarters.size(); ++i) {
      const auto quarter = where.quarter(i);
      const auto here = [&](const range_owner& x) { return quarter.meets(x.range); };
      const filtered gone_here{gone_below, here};
      const filtered come_here{come_below, here};
      if (gone_here.size() + come_here.size() == 0) continue;
      made.quarters[i] = changed(made.quarters[i], quarter, gone_here, come_here);
    }
    if (auto* only = only_one_of(made.quarters); made.whole.empty() && only) return *only;
    return std::make_shared<inner>(std::move(made));
  }

  /// The quarter with a node, if exactly one has one; otherwise null.
  static node_ptr* only_one_of(std::array<node_ptr, 4>& quarters) {
    const auto is_there = [](const node_ptr& x) { return x != nullptr; };
    if (std::ranges::count_if(quarters, is_there) != 1) return nullptr;
    return &*std::ranges::find_if(quarters, is_there);
  }

  /// Appends the owners below a node. Each is taken once, in the region where its range begins.
  static void collect(const node& x, std::vector<range_owner>& all) {
    const auto begins_here = [&](const range_owner& y) {
      return x.where.holds(y.range.start_range);
    };
    std::ranges::copy_if(x.whole, std::back_inserter(all), begins_here);
    if (x.is_leaf()) {
      std::ranges::copy_if(static_cast<const leaf&>(x).parts, std::back_inserter(all), begins_here);
      return;
    }
    for (const auto& quarter : static_cast<const inner&>(x).quarters) {
      if (quarter) collect(*quarter, all);
    }
  }

  static std::size_t memory_bytes(const node& x) {
    const auto lists = [](std::size_t owners) { return owners * sizeof(range_owner); };
    if (x.is_leaf()) {
      return sizeof(leaf) +
             lists(x.whole.capacity() + static_cast<const leaf&>(x).parts.capacity());
    }
    auto sum = sizeof(inner) + lists(x.whole.capacity());
    for (const auto& quarter : static_cast<const inner&>(x).quarters)
      sum += quarter ? memory_bytes(*quarter) : 0;
    return sum;
  }
};

routing_index::routing_index(std::vector<range_owner> owners) {
  *this = changed({}, std::move(owners));
}

routing_index routing_index::changed(std::vector<range_owner> gone,
                                     std::vector<range_owner> come) const {
  for (auto* owners : {&gone, &come}) {
    if (!std::ranges::is_sorted(*owners)) std::ranges::sort(*owners);
  }
  const auto only_gone = without(gone, come);
  const auto only_come = without(come, gone);
  routing_index next;
  next.root_ = builder::changed(root_, {}, only_gone, only_come);
  next.size_ = size_ - only_gone.size() + only_come.size();
  return next;
}

owner_view routing_index::owners(std::uint32_t key) const noexcept {
  owner_view found;
  const auto* at = root_.get();
  while (at != nullptr && at->where.holds(key)) {
    if (!at->whole.empty()) {
      const auto* first = at->whole.data();
      found.runs_[found.runs_left_++] = {first, first + at->whole.size()};
    }
    if (at->is_leaf()) {
      const auto& last = static_cast<const leaf&>(*at);
      found.parts_ = last.parts.data();
      found.parts_left_ = last.owners_of(key);
      break;
    }
    at = static_cast<const inner&>(*at).quarters[at->where.quarter_of(key)].get();
  }
  return found;
}

std::vector<range_owner> routing_index::all() const {
  std::vector<range_owner> all;
  all.reserve(size_);
  if (root_) builder::collect(*root_, all);
  std::ranges::sort(all);
  return all;
}

std::size_t routing_index::memory_bytes() const {
  return root_ ? builder::memory_bytes(*root_) : 0;
}

}  // namespace scalesmall
