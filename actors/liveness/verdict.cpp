#include "actors/liveness/verdict.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "actors/liveness/statement.hpp"

namespace scalesmall {

namespace {

using number = watch_rings::number;

struct said {
  number by;
  finding what;
};

using statements_by_subject = std::map<number, std::vector<said>>;

/// What is said of each member, by anybody, of its present life.
statements_by_subject all_said(const group_state& group, const watch_rings& rings) {
  statements_by_subject found;
  for (const auto& x : group.all()) {
    if (x->claims.size() < 2) continue;  // of nearly all rows: nothing but taking part
    const auto by = rings.find(x->member);
    if (by == rings.size()) continue;
    std::size_t looked_at = 0;
    for (const auto& claim : x->claims) {
      const auto what = statement_of(claim.item);
      if (!what) continue;
      if (++looked_at > statements_of_row_max) break;
      for (const auto about : rings.with_key(what->key)) {
        const auto* known = group.find(rings.members()[about]);
        if (known && life_of(incarnation_of(*known)) == what->life)
          found[about].push_back({by, what->found});
      }
    }
  }
  return found;
}

/// The members of the core; see core_agree_min.
std::vector<bool> core_of(const statements_by_subject& statements, const watch_rings& rings,
                          std::span<const net_id> distrusted) {
  std::vector<bool> core(rings.size(), true);
  std::set<std::pair<number, number>> apart;  // one of the two states the other
  std::vector<number> open;
  for (const auto& member : distrusted) {
    const auto x = rings.find(member);
    if (x == rings.size()) continue;
    core[x] = false;
    std::ranges::copy(rings.watchers_of(x, {}), std::back_inserter(open));
  }
  for (const auto& [about, all] : statements) {
    open.push_back(about);
    for (const auto& [by, what] : all) {
      open.push_back(by);
      apart.emplace(by, about);
      apart.emplace(about, by);
    }
  }
  const auto agrees_with = [&](number x, const std::vector<number>& neighbours) {
    return std::ranges::count_if(neighbours, [&](number y) {
      return core[y] && !apart.contains({x, y});
    });
  };
  std::vector<number> left_out;
  while (!open.empty()) {
    const auto x = open.back();
    open.pop_back();
    if (!core[x]) continue;
    const auto neighbours = rings.watchers_of(x, {});
    if (agrees_with(x, neighbours) >= core_agree_min) continue;
    core[x] = false;
    left_out.push_back(x);
    open.insert(open.end(), neighbours.begin(), neighbours.end());
  }
  for (bool changed = true; changed;) {
    changed = std::erase_if(left_out, [&](number x) {
                core[x] = agrees_with(x, rings.watchers_of(x, {})) >= core_agree_to_join;
                return core[x];
              }) > 0;
  }
  return core;
}

struct opinion {
  bool unreachable = false;
  reach_reason why = reach_reason::silent;
  std::vector<number> by = {};
};

/// @param watchers ascending
/// @param of_core neighbours in the core that are not hidden, ascending
opinion opinion_of(number about, const std::vector<said>& all, const std::vector<number>& watchers,
                   const std::vector<number>& of_core) {
  std::size_t by_core = 0;
  std::size_t refused = 0;
  std::size_t lasting = 0;
  opinion x;
  for (const auto& [by, what] : all) {
    if (by == about) return {true, reach_reason::own, {by}};
    if (!std::ranges::binary_search(watchers, by)) continue;
    x.by.push_back(by);
    by_core += std::ranges::binary_search(of_core, by) ? 1 : 0;
    refused += what == finding::refused ? 1 : 0;
    lasting += what == finding::lasting ? 1 : 0;
  }
  const auto enough = std::min<std::size_t>(2, watchers.size());
  if (x.by.empty()) return x;
  if (refused >= enough) return {true, reach_reason::refused, std::move(x.by)};
  x.unreachable = (x.by.size() * 2 > watchers.size() && x.by.size() >= enough) ||
                  (by_core * 2 > of_core.size() && by_core >= 2);
  if (!x.unreachable && lasting >= enough) return {true, reach_reason::lasting, std::move(x.by)};
  return x;
}

}  // namespace

verdict judge(const group_state& group, const watch_rings& rings, const net_id& self,
              std::span<const net_id> distrusted) {
  const auto statements = all_said(group, rings);
  if (statements.empty()) return {};
  watch_rings::hidden_set hidden(rings.size());
  for (const auto& member : distrusted) {
    if (const auto x = rings.find(member); x != rings.size()) hidden[x] = true;
  }
  const auto core = core_of(statements, rings, distrusted);
  std::set<number> unreachable;
  std::map<number, opinion> opinions;
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<number> newly;
    for (const auto& [about, all] : statements) {
      if (unreachable.contains(about)) continue;
      auto of_core = rings.watchers_of(about, {});
      std::erase_if(of_core, [&](number y) { return !core[y] || hidden[y]; });
      auto x = opinion_of(about, all, rings.watchers_of(about, hidden), of_core);
      if (x.unreachable) newly.push_back(about);
      opinions[about] = std::move(x);
    }
    for (const auto x : newly) {
      hidden[x] = true;
      changed = unreachable.insert(x).second;
    }
  }
  const auto me = rings.find(self);
  verdict found;
  for (const auto& [about, all] : statements) {
    auto& x = opinions[about];
    const auto mine = std::ranges::find(all, me, &said::by);
    if (!x.unreachable && mine != all.end() && mine->what == finding::lasting)
      x = {true, reach_reason::alone, {me}};
    if (x.by.empty()) continue;
    member_verdict told{rings.members()[about], x.unreachable, x.why};
    std::ranges::sort(x.by);
    for (const auto by : x.by) told.stated_by.push_back(rings.members()[by]);
    found.push_back(std::move(told));
  }
  return found;
}

std::vector<net_id> members_of(const verdict& x) {
  std::vector<net_id> all;
  for (const auto& told : x) all.push_back(told.member);
  return all;
}

std::vector<net_id> unreachable_of(const verdict& x) {
  std::vector<net_id> found;
  for (const auto& told : x) {
    if (told.unreachable) found.push_back(told.member);
  }
  return found;
}

}  // namespace scalesmall
