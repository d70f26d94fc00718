#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/interest.hpp"
#include "actors/topology/topology_table.hpp"
#include "tests/actors/names.hpp"

/// Topology tables for tests.
namespace scalesmall::names {

/// The default incarnation of nodes.
inline constexpr std::uint32_t life = 1000;

/// The table of node n, which knows nothing yet.
inline topology_table table_of(std::uint8_t n, std::uint32_t incarnation = life) {
  return topology_table{topology{nth(n), incarnation}};
}

inline std::vector<timed_item> known(const topology_table& t, const std::string& group = "g") {
  return items(t.state(), group);
}

/// A complete row.
inline message complete(const net_id& member, stamp at, timed_set items) {
  return {"g", {{member, at}}, std::move(items)};
}

/// A member's row in a group as a message (see append_row); empty if there is no such row.
inline message row_message(const topology& t, std::string_view group, const net_id& member,
                           const std::optional<stamp>& since = {}) {
  message told{std::string{group}, {}, {}};
  const auto* known = find_row(t, group, member);
  if (!known) return told;
  if (member != t.self) told.within = interest_in(t, group);
  if (known->at == stamp{}) told.within = key_set::none();
  append_row(told, *known, since);
  return told;
}

/// The row that a mark stands for, as it is now.
inline message row_message(const topology& t, const row_mark& mark) {
  return row_message(t, mark.group, mark.member, mark.since);
}

/// The rows that these marks stand for, as they are now.
inline std::vector<message> row_messages(const topology& t, const std::vector<row_mark>& marks) {
  std::vector<message> told;
  for (const auto& x : marks) told.push_back(row_message(t, x));
  return told;
}

/// A member's complete rows, one message for each group in which this node knows one.
inline std::vector<message> all_rows_of(const topology& t, const net_id& member) {
  return row_messages(t, marks_of_member(t, member));
}

struct applied : topology_table::outcome {
  std::vector<row_mark> own_truth;  ///< as refute() returns them
};

/// Merges a message, drops all rows of former lives, and refutes what is false.
inline applied apply(topology_table& t, const message& arrived) {
  applied out{t.merge(arrived), {}};
  while (!t.drop_outdated(limits::items_max)) {
  }
  out.own_truth = t.refute();
  return out;
}

/// Applies a message and returns its news as messages.
inline std::vector<message> news_of(topology_table& t, const message& arrived) {
  const auto news = apply(t, arrived).news;
  return row_messages(t.state(), news);
}

/// Runs a whole exchange that `first` begins. Returns the number of rows sent.
inline std::size_t exchange_between(topology_table& first, topology_table& second) {
  rng random{1};
  std::size_t rows = 0;
  auto said = request_digest(first.state(), random);
  for (topology_table* to = &second; said.stage != exchange::rest;
       to = to == &first ? &second : &first) {
    auto& other = to == &first ? second : first;
    auto reply = reply_to(to->state(), said, other.state().self);
    for (const auto& x : reply.rows) {
      rows += x.time.clocks().size();
      CHECK(apply(other, x).gap.empty());
    }
    said = {static_cast<exchange>(static_cast<int>(said.stage) + 1), std::move(reply.lacking)};
  }
  CHECK(said.groups.empty());
  return rows;
}

}  // namespace scalesmall::names
