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

/// Tables as tests of the topology make them and look at them.
namespace scalesmall::names {

/// The incarnation of a node that says nothing else.
inline constexpr std::uint32_t life = 1000;

/// The table of node n, which knows nothing yet.
inline topology_table table_of(std::uint8_t n, std::uint32_t incarnation = life) {
  return topology_table{topology{nth(n), incarnation}};
}

inline std::vector<timed_item> known(const topology_table& t, const std::string& group = "g") {
  return items(t.state(), group);
}

/// A row as its member told it.
inline message complete(const net_id& member, stamp at, timed_set items) {
  return {"g", {{member, at}}, std::move(items)};
}

/// A member's row in a group as a message, as append_row says; empty if there is none.
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

/// What a mark tells by now.
inline message row_message(const topology& t, const row_mark& mark) {
  return row_message(t, mark.group, mark.member, mark.since);
}

/// What these marks tell by now.
inline std::vector<message> row_messages(const topology& t, const std::vector<row_mark>& marks) {
  std::vector<message> told;
  for (const auto& x : marks) told.push_back(row_message(t, x));
  return told;
}

/// A member's complete row in every group that it has one in, as far as this node knows.
inline std::vector<message> all_rows_of(const topology& t, const net_id& member) {
  return row_messages(t, marks_of_member(t, member));
}

/// Applies a message, and gives what its news tell.
inline std::vector<message> news_of(topology_table& t, const message& arrived) {
  const auto news = t.apply(arrived).news;
  return row_messages(t.state(), news);
}

/// All the steps of an exchange that `first` begins; returns how many rows travelled.
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
      CHECK(other.apply(x).gap.empty());
    }
    said = {static_cast<exchange>(static_cast<int>(said.stage) + 1), std::move(reply.lacking)};
  }
  CHECK(said.groups.empty());
  return rows;
}

}  // namespace scalesmall::names
