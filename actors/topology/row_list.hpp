#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <vector>

#include "actors/topology/row.hpp"

namespace scalesmall {

/// The rows of a group, ascending by member, none of them null. A persistent value: copies share
/// every chunk of a few dozen rows that neither has changed since. A change copies one chunk and
/// the list of chunks.
///
/// Not thread-safe, but different threads may read and change different copies.
class row_list {
  using chunk = std::vector<std::shared_ptr<const row>>;

public:
  class iterator {
  public:
    using value_type = std::shared_ptr<const row>;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    const value_type& operator*() const { return (**at_)[index_]; }
    const value_type* operator->() const { return &**this; }
    iterator& operator++() {
      if (++index_ == (*at_)->size()) {
        ++at_;
        index_ = 0;
      }
      return *this;
    }
    iterator operator++(int) {
      const auto before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

  private:
    friend row_list;
    explicit iterator(const std::shared_ptr<const chunk>* at) : at_(at) {}

    const std::shared_ptr<const chunk>* at_ = nullptr;
    std::size_t index_ = 0;
  };

  [[nodiscard]] iterator begin() const noexcept { return iterator{chunks_.data()}; }
  [[nodiscard]] iterator end() const noexcept { return iterator{chunks_.data() + chunks_.size()}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// The member's row, or null.
  [[nodiscard]] const row* find(const net_id& member) const;

  /// Adds a row, or replaces the one of its member. Returns the former row, or null.
  std::shared_ptr<const row> put(std::shared_ptr<const row> x);

  /// Drops a member's row. Returns it, or null if there is none.
  std::shared_ptr<const row> erase(const net_id& member);

private:
  [[nodiscard]] std::size_t chunk_for(const net_id& member) const;

  std::vector<std::shared_ptr<const chunk>> chunks_;  // none is empty
  std::size_t size_ = 0;
};

}  // namespace scalesmall
