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

bool is_among(const std::vector<net_id>& ascending, const net_id& x) {
  return std::ranges::binary_search(ascending, x);
}

/// What is said of each member, by anybody, of its present life.
statements_by_subject all_said(const group_state& group, const watch_rings& rings,
                               const reservations& without) {
  statements_by_subject found;
  for (const auto& x : group.all()) {
    if (x->claims.size() < 2) continue;  // of nearly all rows: nothing but taking part
    const auto by = rings.find(x->member);
    if (by == rings.size()) continue;
    const bool unheard = is_among(without.unheard, x->member);
    std::size_t looked_at = 0;
    for (const auto& claim : x->claims) {
      const auto what = statement_of(claim.item);
      if (!what) continue;
      if (++looked_at > statements_of_row_max) break;
      for (const auto about : rings.with_key(what->key)) {
        const auto& subject = rings.members()[about];
        if (unheard && subject != x->member && !is_among(without.unreachable, subject)) continue;
        const auto* known = group.find(subject);
        if (known && life_of(incarnation_of(*known)) == what->life)
          found[about].push_back({by, what->found});
      }
    }
  }
  return found;
}

using number_pairs = std::set<std::pair<number, number>>;

/// The pairs of which one states the other, each in both orders.
number_pairs apart_of(const statements_by_subject& statements) {
  number_pairs apart;
  for (const auto& [about, all] : statements) {
    for (const auto& [by, what] : all) {
      apart.emplace(by, about);
      apart.emplace(about, by);
    }
  }
  return apart;
}

/// The members of the core; see core_agree_min.
std::vector<bool> core_of(const statements_by_subject& statements, const watch_rings& rings,
                          const std::vector<net_id>& distrusted) {
  std::vector<bool> core(rings.size(), true);
  const auto apart = apart_of(statements);
  std::vector<number> open;
  for (const auto& member : distrusted) {
    const auto x = rings.find(member);
    if (x == rings.size()) continue;
    core[x] = false;
    std::ranges::copy(rings.watchers_of(x, {}), std::back_inserter(open));
  }
  for (const auto& [about, all] : statements) {
    open.push_back(about);
    for (const auto& x : all) open.push_back(x.by);
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

/// Leaves in the core only those that hold together with `x`, through others or not.
std::vector<bool> part_around(number x, const std::vector<bool>& core,
                              const statements_by_subject& statements, const watch_rings& rings) {
  const auto apart = apart_of(statements);
  std::vector<bool> part(rings.size(), false);
  std::vector<number> open{x};
  while (!open.empty()) {
    const auto next = open.back();
    open.pop_back();
    if (!core[next] || part[next]) continue;
    part[next] = true;
    for (const auto y : rings.watchers_of(next, {})) {
      if (!apart.contains({next, y})) open.push_back(y);
    }
  }
  return part;
}

struct opinion {
  bool unreachable = false;
  reach_reason why = reach_reason::silent;
  std::vector<number> by = {};
};

/// The neighbour that is left if all others are unreachable; see neighbours_gone_min.
std::optional<number> last_of(const std::vector<number>& neighbours,
                              const std::set<number>& unreachable) {
  std::optional<number> last;
  std::size_t left = 0;
  for (const auto x : neighbours) {
    if (unreachable.contains(x)) continue;
    last = x;
    ++left;
  }
  return left == 1 && std::ssize(neighbours) > neighbours_gone_min ? last : std::nullopt;
}

/// @param watchers ascending
/// @param of_core neighbours in the core that are not hidden, ascending
/// @param last the last neighbour that is left, if all others are unreachable
opinion opinion_of(number about, const std::vector<said>& all, const std::vector<number>& watchers,
                   const std::vector<number>& of_core, std::optional<number> last) {
  std::size_t by_core = 0;
  std::size_t refused = 0;
  std::size_t lasting = 0;
  bool by_last = false;
  opinion x;
  for (const auto& [by, what] : all) {
    if (by == about) return {true, reach_reason::own, {by}};
    if (!std::ranges::binary_search(watchers, by)) continue;
    x.by.push_back(by);
    by_last |= by == last;
    by_core += std::ranges::binary_search(of_core, by) ? 1 : 0;
    refused += what == finding::refused ? 1 : 0;
    lasting += what == finding::lasting ? 1 : 0;
  }
  const auto enough = std::min<std::size_t>(2, watchers.size());
  if (x.by.empty()) return x;
  if (refused >= enough) return {true, reach_reason::refused, std::move(x.by)};
  x.unreachable = (x.by.size() * 2 > watchers.size() && x.by.size() >= enough) ||
                  (by_core * 2 > of_core.size() && by_core >= 2) || by_last;
  if (!x.unreachable && lasting >= enough) return {true, reach_reason::lasting, std::move(x.by)};
  return x;
}

}  // namespace

verdict judge(const group_state& group, const watch_rings& rings, const net_id& self,
              const reservations& without) {
  const auto statements = all_said(group, rings, without);
  if (statements.empty()) return {};
  watch_rings::hidden_set hidden(rings.size());
  for (const auto& member : without.distrusted) {
    if (const auto x = rings.find(member); x != rings.size()) hidden[x] = true;
  }
  const auto core = core_of(statements, rings, without.distrusted);
  std::set<number> unreachable;
  std::map<number, opinion> opinions;
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<number> newly;
    for (const auto& [about, all] : statements) {
      if (unreachable.contains(about)) continue;
      auto of_core = rings.watchers_of(about, {});
      const auto last = last_of(of_core, unreachable);
      std::erase_if(of_core, [&](number y) { return !core[y] || hidden[y]; });
      auto x = opinion_of(about, all, rings.watchers_of(about, hidden), of_core, last);
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

std::size_t ignored_statements(const group_state& group, const watch_rings& rings,
                               const verdict& found) {
  const auto rests_on = [&](number about, const net_id& by) {
    const auto& subject = rings.members()[about];
    const auto x = std::ranges::lower_bound(found, subject, {}, &member_verdict::member);
    if (x == found.end() || x->member != subject) return false;
    // These rest on one statement, whatever others say.
    const bool settled = x->why == reach_reason::own || x->why == reach_reason::alone;
    return settled || is_among(x->stated_by, by);
  };
  std::size_t ignored = 0;
  for (const auto& x : group.all()) {
    std::size_t looked_at = 0;
    for (const auto& claim : x->claims) {
      const auto what = statement_of(claim.item);
      if (!what) continue;
      const auto subjects =
          ++looked_at > statements_of_row_max ? std::vector<number>{} : rings.with_key(what->key);
      const auto counts = [&](number about) { return rests_on(about, x->member); };
      ignored += std::ranges::any_of(subjects, counts) ? 0 : 1;
    }
  }
  return ignored;
}

std::vector<net_id> opposed_core(const group_state& group, const watch_rings& rings,
                                 const net_id& self, const std::vector<net_id>& silent,
                                 const reservations& without) {
  const auto me = rings.find(self);
  if (me == rings.size() || silent.empty()) return {};
  // What the core itself states counts, too: so it is seen who belongs to it.
  auto statements = all_said(group, rings, {});
  std::vector<number> mine;
  for (const auto& member : silent) {
    const auto x = rings.find(member);
    if (x == rings.size() || is_among(without.unreachable, member)) continue;
    statements[x].push_back({me, finding::silent});
    mine.push_back(x);
  }
  auto core = core_of(statements, rings, without.distrusted);
  const auto opposed = std::ranges::count_if(mine, [&](number x) { return core[x]; });
  std::vector<net_id> found;
  if (opposed == 0) return found;
  if (core[me]) {
    // A small part that holds together passes for core, too.
    const auto part = part_around(me, core, statements, rings);
    const bool small = std::ranges::count(part, true) * 2 < std::ranges::count(core, true);
    if (!small && opposed < 2) return found;
    for (number x = 0; small && x < rings.size(); ++x) core[x] = core[x] && !part[x];
  }
  for (number x = 0; x < rings.size(); ++x) {
    if (core[x] && x != me) found.push_back(rings.members()[x]);
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
