#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <scalesmall/range_owner.hpp>
#include <vector>

namespace scalesmall {

/// The owners of one key, ascending by member, then range. A member that claims the key with
/// several ranges is in it with each. A view into a routing_index, which must outlive it. Making,
/// copying and walking one allocates no memory.
///
///     for (const auto& x : index.owners(key)) connect(x.member.address, x.port);
class owner_view {
public:
  class iterator;

  owner_view() noexcept = default;  // runs_ stays as it is: there are none yet
  owner_view(const owner_view& x) noexcept { *this = x; }
  owner_view& operator=(const owner_view& x) noexcept {
    if (this == &x) return *this;
    parts_ = x.parts_;
    parts_left_ = x.parts_left_;
    runs_left_ = x.runs_left_;
    for (std::size_t i = 0; i < runs_left_; ++i) runs_[i] = x.runs_[i];
    return *this;
  }

  [[nodiscard]] bool empty() const noexcept { return parts_left_ == 0 && runs_left_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept {
    auto n = static_cast<std::size_t>(std::popcount(parts_left_));
    for (std::size_t i = 0; i < runs_left_; ++i)
      n += static_cast<std::size_t>(runs_[i].last - runs_[i].first);
    return n;
  }

  /// The first one; there must be one.
  [[nodiscard]] const range_owner& front() const noexcept {
    const auto* least = parts_left_ == 0 ? nullptr : first_part();
    for (std::size_t i = 0; i < runs_left_; ++i) {
      if (least == nullptr || *runs_[i].first < *least) least = runs_[i].first;
    }
    return *least;
  }

  [[nodiscard]] iterator begin() const noexcept;
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  [[nodiscard]] std::vector<range_owner> to_vector() const;

private:
  friend class routing_index;

  /// One run for each level of the index: the whole space, its quarters, theirs, ... one key.
  static constexpr std::size_t runs_max = 17;

  [[nodiscard]] const range_owner* first_part() const noexcept {
    return parts_ + std::countr_zero(parts_left_);
  }

  void pop_front() noexcept {
    const auto* least = &front();
    if (parts_left_ != 0 && least == first_part()) {
      parts_left_ &= parts_left_ - 1;
      return;
    }
    std::size_t i = 0;
    while (runs_[i].first != least) ++i;
    if (++runs_[i].first == runs_[i].last) runs_[i] = runs_[--runs_left_];
  }

  struct run {
    const range_owner* first;
    const range_owner* last;
  };

  // Walking merges the owners of a part of the last region, which ascend and of which a bit each
  // says whether they own the key, and the runs, which ascend and are not empty.
  const range_owner* parts_ = nullptr;
  std::uint32_t parts_left_ = 0;
  std::uint32_t runs_left_ = 0;
  std::array<run, runs_max> runs_;
};

/// What is left of a list. Input iterator.
class owner_view::iterator {
public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = range_owner;
  using difference_type = std::ptrdiff_t;

  explicit iterator(const owner_view& rest) noexcept : rest_(rest) {}

  [[nodiscard]] const range_owner& operator*() const noexcept { return rest_.front(); }
  [[nodiscard]] const range_owner* operator->() const noexcept { return &rest_.front(); }
  iterator& operator++() noexcept {
    rest_.pop_front();
    return *this;
  }
  void operator++(int) noexcept { rest_.pop_front(); }

  friend bool operator==(const iterator& x, std::default_sentinel_t) noexcept {
    return x.rest_.empty();
  }

private:
  owner_view rest_;
};

inline owner_view::iterator owner_view::begin() const noexcept { return iterator{*this}; }

inline std::vector<range_owner> owner_view::to_vector() const {
  std::vector<range_owner> all;
  all.reserve(size());
  for (const auto& x : *this) all.push_back(x);
  return all;
}

}  // namespace scalesmall
