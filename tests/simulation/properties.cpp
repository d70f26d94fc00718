#include "tests/simulation/properties.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "actors/topology/interest.hpp"
#include "messages/group_name.hpp"

namespace scalesmall::simulation {

namespace {

using claims_of_rows = std::map<net_id, std::pair<stamp, std::vector<timed_item>>>;

std::vector<timed_item> active_claims(const row& x, const key_set& keys = {}) {
  std::vector<timed_item> claims;
  std::ranges::copy_if(x.claims, std::back_inserter(claims), [&](const timed_item& c) {
    return c.item.op != op::rmv && keys.touches(c.item.range);
  });
  return claims;
}

claims_of_rows without_removals(const group_state& group) {
  claims_of_rows rows;
  for (const auto& x : group.all()) rows[x->member] = {x->at, active_claims(*x)};
  return rows;
}

/// What a node that is interested in these keys knows: the clocks of rows say nothing there, since
/// it is not told of changes that do not concern it.
claims_of_rows within(const group_state& group, const key_set& keys) {
  claims_of_rows rows;
  for (const auto& x : group.all()) {
    if (auto claims = active_claims(*x, keys); !claims.empty() || is_member(*x))
      rows[x->member] = {{}, std::move(claims)};
  }
  return rows;
}

std::string text_of(const std::pair<stamp, std::vector<timed_item>>& x) {
  auto text = to_string(x.first) + " with";
  for (const auto& claim : x.second) text += " [" + to_string(claim) + "]";
  return text;
}

/// Where two views of a group differ first.
std::string difference(const claims_of_rows& a, const claims_of_rows& b) {
  for (const auto& [member, x] : a) {
    const auto y = b.find(member);
    if (y == b.end()) return to_string(member) + " is known to one only, at " + text_of(x);
    if (x != y->second) return to_string(member) + ": " + text_of(x) + "; " + text_of(y->second);
  }
  return a.size() == b.size() ? std::string{} : difference(b, a);
}

template <class Check>
void for_each_up(const cluster& all, Check check) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all.is_up(i)) check(i, all.node(i).state());
  }
}

}  // namespace

findings check_agreement(const cluster& all) {
  findings found;
  // A node learns a group whole in which it is not, or that it has joined whole.
  std::map<std::string, const group_state*> whole;
  for_each_up(all, [&](std::size_t, const topology& t) {
    for (const auto& [name, group] : t.groups) {
      if (interest_in(t, name).is_whole()) whole.try_emplace(name, group.get());
    }
  });
  for_each_up(all, [&](std::size_t i, const topology& t) {
    if (t.groups.size() != whole.size())
      found.push_back("node " + std::to_string(i) + " does not know all groups");
    for (const auto& [name, group] : t.groups) {
      if (!whole.contains(name)) continue;  // so it knows another number of groups
      const auto wanted = interest_in(t, name);
      const auto& other = *whole.at(name);
      const auto where = wanted.is_whole()
                             ? difference(without_removals(*group), without_removals(other))
                             : difference(within(*group, wanted), within(other, wanted));
      if (!where.empty())
        found.push_back("node " + std::to_string(i) + " and the others differ in " + name + " on " +
                        where);
    }
  });
  return found;
}

findings check_own_claims(const cluster& all) {
  findings found;
  for_each_up(all, [&](std::size_t i, const topology& t) {
    std::map<std::string, journal::claims> held;
    for (const auto& [name, group] : t.groups) {
      const auto* mine = group->find(t.self);
      if (!mine || is_reserved(name)) continue;
      for (const auto& claim : mine->claims) {
        if (claim.item.op != op::rmv)
          held[name][claim.item.range] = {claim.item.op, claim.item.port};
      }
    }
    if (held != all.journal_of(i).groups())
      found.push_back("node " + std::to_string(i) + " does not claim what its calls say");
  });
  return found;
}

findings check_incarnations(const cluster& all) {
  findings found;
  std::map<net_id, std::uint32_t> lives;
  for_each_up(all, [&](std::size_t, const topology& t) { lives[t.self] = t.incarnation; });
  for_each_up(all, [&](std::size_t i, const topology& t) {
    for (const auto& [name, group] : t.groups) {
      for (const auto& x : group->all()) {
        // A node that is interested in other keys may know only that the member is one.
        const auto known = std::max(x->at, x->told_presence.as_of);
        const auto life = lives.try_emplace(x->member, known.incarnation).first->second;
        const bool is_void =
            known.incarnation != life || (x->at != stamp{} && x->at.incarnation != life) ||
            std::ranges::any_of(x->claims, [&](const auto& c) { return c.at.incarnation != life; });
        if (is_void)
          found.push_back("node " + std::to_string(i) + " holds of another life of " +
                          to_string(x->member) + " in " + name + ": " + to_string(known));
      }
    }
  });
  return found;
}

findings check_no_removals(const cluster& all) {
  findings found;
  for_each_up(all, [&](std::size_t i, const topology& t) {
    for (const auto& [name, group] : t.groups) {
      if (const auto removals = items(t, name, op::rmv); !removals.empty())
        found.push_back("node " + std::to_string(i) + " still holds " +
                        to_string(removals.front()) + " in " + name);
    }
  });
  return found;
}

findings check_messages(const cluster& all) {
  findings found;
  for (const auto& [message, node] : all.messages().undelivered())
    found.push_back("message " + std::to_string(message) + " has not reached node " +
                    std::to_string(node));
  return found;
}

findings check_all(const cluster& all) {
  auto found = check_agreement(all);
  for (const auto check : {check_own_claims, check_incarnations, check_no_removals})
    std::ranges::move(check(all), std::back_inserter(found));
  return found;
}

}  // namespace scalesmall::simulation
