#include "tests/simulation/properties.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace scalesmall::simulation {

namespace {

using claims_of_rows = std::map<net_id, std::pair<stamp, std::vector<timed_item>>>;

std::map<std::string, claims_of_rows> without_removals(const topology& t) {
  std::map<std::string, claims_of_rows> view;
  for (const auto& [name, group] : t.groups) {
    for (const auto& x : group->all()) {
      auto& [at, claims] = view[name][x->member];
      at = x->at;
      std::ranges::copy_if(x->claims, std::back_inserter(claims),
                           [](const auto& c) { return c.item.op != op::rmv; });
    }
  }
  return view;
}

std::string text_of(const std::pair<stamp, std::vector<timed_item>>& x) {
  auto text = to_string(x.first) + " with";
  for (const auto& claim : x.second) text += " [" + to_string(claim) + "]";
  return text;
}

/// Where two views differ first.
std::string difference(const std::map<std::string, claims_of_rows>& a,
                       const std::map<std::string, claims_of_rows>& b) {
  for (const auto& [name, rows] : a) {
    const auto other = b.find(name);
    if (other == b.end()) return "group " + name + " is known to one only";
    for (const auto& [member, x] : rows) {
      const auto y = other->second.find(member);
      if (y == other->second.end())
        return to_string(member) + " in " + name + " is known to one only, at " + text_of(x);
      if (x != y->second)
        return to_string(member) + " in " + name + ": " + text_of(x) + "; " + text_of(y->second);
    }
  }
  return {};
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
  std::optional<std::size_t> first;
  std::map<std::string, claims_of_rows> expected;
  for_each_up(all, [&](std::size_t i, const topology& t) {
    auto view = without_removals(t);
    if (!first) {
      first = i;
      expected = std::move(view);
    } else if (view != expected) {
      const auto here = difference(view, expected);
      found.push_back("nodes " + std::to_string(*first) + " and " + std::to_string(i) +
                      " differ: " + (here.empty() ? difference(expected, view) : here));
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
      if (!mine) continue;
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
        const auto life = lives.try_emplace(x->member, x->at.incarnation).first->second;
        const bool is_void =
            x->at.incarnation != life ||
            std::ranges::any_of(x->claims, [&](const auto& c) { return c.at.incarnation != life; });
        if (is_void)
          found.push_back("node " + std::to_string(i) + " holds of another life of " +
                          to_string(x->member) + " in " + name + ": " + to_string(x->at));
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

findings check_all(const cluster& all) {
  auto found = check_agreement(all);
  for (const auto check : {check_own_claims, check_incarnations, check_no_removals})
    std::ranges::move(check(all), std::back_inserter(found));
  return found;
}

}  // namespace scalesmall::simulation
