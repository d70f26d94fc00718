// The part of the topology table by which this node makes claims, one or many at once.

#include <algorithm>
#include <utility>

#include "actors/topology/topology_table.hpp"
#include "messages/group_name.hpp"

namespace scalesmall {

namespace {

/// Sorts the ranges; false if they cannot be served together.
bool put_in_order(std::vector<served_range>& served) {
  std::ranges::sort(served);
  const auto wrong = [](const served_range& x) {
    return x.range.end_range < x.range.start_range || x.port == 0;
  };
  return std::ranges::none_of(served, wrong) &&
         std::ranges::adjacent_find(served, {}, &served_range::range) == served.end();
}

bool stands(const row* known, const served_range& x) {
  const auto* claim = known ? find_claim(*known, x.range) : nullptr;
  return claim && claim->item.op == op::add && claim->item.port == x.port;
}

bool is_in(const std::vector<served_range>& served, key_range range) {
  return std::ranges::binary_search(served, range, {}, &served_range::range);
}

/// How many claims a row will have once it holds these, too.
std::size_t claims_with(const row* known, const std::vector<item>& wanted, bool joins) {
  const auto is_new = [&](key_range range) { return !known || !find_claim(*known, range); };
  const bool joins_apart = joins && is_new(whole_range) &&
                           std::ranges::find(wanted, whole_range, &item::range) == wanted.end();
  const auto more = std::ranges::count_if(wanted, is_new, &item::range);
  return (known ? known->claims.size() : 0) + static_cast<std::size_t>(more) +
         (joins_apart ? 1 : 0);
}

std::vector<timed_item> claims_of(const row& known, const std::vector<served_range>& served) {
  std::vector<timed_item> claims;
  claims.reserve(served.size());
  for (const auto& x : served) claims.push_back(*find_claim(known, x.range));
  return claims;
}

}  // namespace

item topology_table::withdrawn(const std::string& name, const item& claim) const {
  const auto joined = state_.joined.find(name);
  // The node stays interested in a range that it joined with.
  const bool wanted = joined != state_.joined.end() &&
                      std::ranges::find(joined->second, claim.range) != joined->second.end();
  if (wanted) return {state_.self, claim.range, op::get, 0};
  return {state_.self, claim.range, op::rmv, claim.port};
}

result<topology_table::change, call_error> topology_table::add_item(const std::string& name,
                                                                    key_range range,
                                                                    std::uint16_t port) {
  const auto made = serve(name, {{range, port}}, others::stay);
  if (!made) return made.error();
  return change{made->claims.front(), made->told};
}

result<topology_table::changes, call_error> topology_table::add_items(
    const std::string& name, std::vector<served_range> served) {
  if (served.empty()) return call_error::invalid_argument;
  return serve(name, std::move(served), others::stay);
}

result<topology_table::changes, call_error> topology_table::set_items(
    const std::string& name, std::vector<served_range> served) {
  return serve(name, std::move(served), others::go);
}

result<topology_table::changes, call_error> topology_table::serve(const std::string& name,
                                                                  std::vector<served_range> served,
                                                                  others rest) {
  if (!is_group_name(name) || !put_in_order(served)) return call_error::invalid_argument;
  auto group = look_up(name);
  const bool joins = !state_.joined.contains(name);
  const auto* before = own(group);
  const auto since = before ? std::optional{before->at} : std::nullopt;

  std::vector<item> wanted;
  for (const auto& x : served) {
    if (!stands(before, x)) wanted.push_back({state_.self, x.range, op::add, x.port});
  }
  if (before && rest == others::go) {
    for (const auto& claim : before->claims) {
      if (claim.item.op == op::add && !is_in(served, claim.item.range))
        wanted.push_back(withdrawn(name, claim.item));
    }
  }

  // Looks for room first, so that a refused call does not leave the node a member.
  if (!has_room(group, state_.self, claims_with(before, wanted, joins)))
    return call_error::limit_exceeded;
  if (joins) {
    if (const auto joined = join(name); !joined) return joined.error();
    renew(group);
  }
  if (!wanted.empty()) {
    const auto at = next_stamp(group);
    auto changed = own_row(group);
    for (const auto& x : wanted) put_claim(changed, {x, at});
    own_change(group, std::move(changed), {wanted.front(), at});
  }
  const auto& known = *own(group);
  return changes{claims_of(known, served),
                 *mark_of(name, known, wanted.empty() && !joins ? std::nullopt : since)};
}

}  // namespace scalesmall
