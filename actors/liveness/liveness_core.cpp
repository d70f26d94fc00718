#include "actors/liveness/liveness_core.hpp"

#include <algorithm>
#include <utility>

namespace scalesmall {

rings_cache::rings_ptr rings_cache::of(const group_state& group) {
  if (group.members_hash() == members_hash_) return newest_;
  std::vector<net_id> members;
  for (const auto& x : group.all()) {
    if (is_member(*x)) members.push_back(x->member);
  }
  members_hash_ = group.members_hash();
  newest_ = std::make_shared<const watch_rings>(std::move(members));
  return newest_;
}

liveness_core::liveness_core(settings how, time_point now, rng random)
    : settings_(std::move(how)),
      random_(random),
      health_(settings_.watching.period(), now),
      rings_(std::make_shared<const watch_rings>()),
      next_due_(now) {}

void liveness_core::heard(const net_id& from, time_point now) {
  health_.heard(from, now);
  if (auto* x = find(from)) x->how.heard(now);
}

void liveness_core::answered(const net_id& target, time_point now) {
  health_.heard(target, now);
  if (auto* x = find(target)) {
    x->how.answered(now);
    hasten(*x);
  }
}

void liveness_core::refused(const net_id& target, time_point now) {
  auto* x = find(target);
  if (!x) return;
  std::erase_if(refused_, [&](const auto& r) { return now - r.second > duration{refusals_for}; });
  refused_[target] = now;
  x->how.refused(now);
  next_due_ = std::min(next_due_, now);  // it may be the second one
}

void liveness_core::disconnected(const net_id& target, time_point now) {
  if (auto* x = find(target)) {
    x->how.disconnected(now);
    hasten(*x);
  }
}

// Never later: by when due() was to be called the node finds that it was absent.
void liveness_core::hasten(const edge& x) { next_due_ = std::min(next_due_, x.how.next_probe()); }

void liveness_core::retire(farewell how) noexcept {
  retired_ = how;
  well_ = false;
}

bool liveness_core::is_news(const topology& t) const {
  const auto* group = find_group(t, liveness_group);
  return (group ? group->version() : 0) != seen_version_;
}

bool liveness_core::is_isolated(time_point now) const {
  return rings_->size() > 1 && health_.is_isolated(2 * settings_.watching.unreachable_after, now);
}

liveness_core::work liveness_core::due(const topology& t, time_point now, time_point boot) {
  work todo;
  if (!health_.on_time(next_due_, now, boot)) {
    ++absences_;
    for (auto& [id, x] : edges_) x.how.excuse(now);
  }
  const auto* group = find_group(t, liveness_group);
  const auto* mine = group ? group->find(settings_.self) : nullptr;
  if (retired_) {
    if (*retired_ == farewell::states_itself && mine && is_member(*mine))
      compare(*group, t.incarnation, now, todo);
    next_due_ = now + settings_.watching.period();
    return todo;
  }
  if (!mine || !is_member(*mine)) {
    todo.join = !join_asked_ || now - *join_asked_ >= duration{call_patience};
    if (todo.join) join_asked_ = now;
  }
  if (group) todo.judged = refresh(*group, now);
  const bool hears = health_.hears(rings_->size() - (rings_->size() == 0 ? 0 : 1), now);
  judge_edges(now);
  if (hears && !heard_others_) {
    for (auto& [id, x] : edges_) x.how.hasten(now);
  }
  heard_others_ = hears;
  for (auto& [id, x] : edges_) {
    if (x.how.probe_due(now, hears)) todo.probes.push_back(id);
  }
  judge_edges(now);
  if (mine && is_member(*mine)) compare(*group, t.incarnation, now, todo);
  plan_next(now);
  return todo;
}

bool liveness_core::refresh(const group_state& group, time_point now) {
  if (group.version() != seen_version_) dirty_ = true;
  seen_version_ = group.version();
  for (const auto& [id, until] : distrusted_) dirty_ |= until <= now;
  // While this node is cut off the end of that follows from its probes, not from what is stated.
  dirty_ |= !core_.empty() && (!core_until_ || *core_until_ <= now);
  if (!dirty_ || (judged_at_ != time_point{} && now - judged_at_ < duration{verdict_pause}))
    return false;
  dirty_ = false;
  judged_at_ = now;
  rings_ = settings_.rings->of(group);
  note_distrust(now);  // of those that were unreachable until now
  std::erase_if(distrusted_, [&](const auto& x) { return x.second <= now; });
  reservations without;
  for (const auto& [id, until] : distrusted_) without.distrusted.push_back(id);
  without.unreachable = unreachable_of(verdict_);
  note_core(opposed_core(group, *rings_, settings_.self, silent(now), without), now);
  without.unheard = core_;
  for (const auto& [id, x] : edges_) {
    // What this node finds itself it believes.
    if (!core_.empty() && x.how.is_quiet(now)) without.unreachable.push_back(id);
  }
  std::ranges::sort(without.unreachable);
  auto next = judge(group, *rings_, settings_.self, without);
  const bool changed = next != verdict_;
  verdict_ = std::move(next);
  const auto ignored = ignored_statements(group, *rings_, verdict_);
  if (ignored > ignored_now_) ignored_ += ignored - ignored_now_;
  ignored_now_ = ignored;
  note_since(now);
  note_distrust(now);
  follow(group, now);
  return changed;
}

void liveness_core::note_since(time_point now) {
  std::map<net_id, time_point> since;
  trouble_since_.reset();
  for (const auto& x : verdict_) {
    const auto former = since_.find(x.member);
    const auto at = former == since_.end() ? now : former->second;
    since.emplace(x.member, at);
    if (x.unreachable && x.why == reach_reason::lasting)
      trouble_since_ = std::min(trouble_since_.value_or(at), at);
  }
  since_ = std::move(since);
}

void liveness_core::note_distrust(time_point now) {
  for (const auto& x : verdict_) {
    if (x.unreachable && x.why != reach_reason::alone)
      distrusted_[x.member] = now + duration{distrust_for};
  }
}

// Where most members are quiet none of them may be stated, since that can have its reason here.
std::vector<net_id> liveness_core::silent(time_point now) const {
  std::vector<net_id> quiet;
  std::vector<net_id> stated;
  std::vector<probe_outcomes> answering;
  for (const auto& [id, x] : edges_) {
    if (x.how.stated()) stated.push_back(id);
    if (x.how.is_quiet(now)) {
      quiet.push_back(id);
    } else if (const auto all = x.how.outcomes(now); all && all->missed < all->sent) {
      answering.push_back(*all);
    }
  }
  const bool most = quiet.size() >= answering.size();
  if (probe_loss(std::move(answering)) >= lossy_min) return {};
  return most ? quiet : stated;
}

void liveness_core::note_core(std::vector<net_id> opposed, time_point now) {
  if (!opposed.empty()) {
    if (core_.empty()) core_since_ = now;
    core_ = std::move(opposed);
    core_until_.reset();
    return;
  }
  if (core_.empty()) return;
  if (!core_until_) {
    const bool long_enough = now - core_since_ >= duration{cut_off_min};
    core_until_ = now + (long_enough ? duration{distrust_for} : duration{0});
  }
  if (*core_until_ > now) return;
  core_.clear();
  core_until_.reset();
}

void liveness_core::follow(const group_state& group, time_point now) {
  const auto me = rings_->find(settings_.self);
  if (me == rings_->size()) return edges_.clear();
  watch_rings::hidden_set hidden(rings_->size());
  for (const auto& [id, until] : distrusted_) {
    if (const auto x = rings_->find(id); x != rings_->size()) hidden[x] = true;
  }
  // Those behind a suspect are watched, too: when the suspect is hidden, much is known of them.
  auto passed = hidden;
  for (const auto& x : verdict_) {
    if (const auto suspect = rings_->find(x.member); suspect != rings_->size())
      passed[suspect] = true;
  }
  const auto unreachable = unreachable_of(verdict_);
  const auto* mine = group.find(settings_.self);
  std::map<net_id, edge> next;
  for (const auto& [who, follows] : rings_->watched_by(me, passed)) {
    const auto& id = rings_->members()[who];
    const auto* known = group.find(id);
    if (!known) continue;
    const auto incarnation = incarnation_of(*known);
    const auto former = edges_.find(id);
    const bool goes_on = former != edges_.end() && former->second.incarnation == incarnation;
    auto x = goes_on ? former->second
                     : edge{watch{settings_.watching, follows, settings_.watching.tick_from(now)},
                            incarnation};
    x.how.set_speaks_first(follows);
    x.hidden = hidden[who];
    x.unreachable = std::ranges::binary_search(unreachable, id);
    const auto watchers = rings_->watchers_of(who, hidden).size();
    x.observers = static_cast<unsigned>(watchers / 2 + 1);
    if (!goes_on && mine) {
      // A former life of this actor may have stated it.
      const auto key = watch_rings::key_of(id);
      const auto* stands = find_claim(*mine, {key, key});
      const auto what = stands ? statement_of(stands->item) : std::nullopt;
      if (what && what->life == life_of(incarnation)) x.how.resume(what->found, now);
    }
    next.emplace(id, x);
  }
  edges_ = std::move(next);
}

liveness_core::loss liveness_core::loss_but_of(const net_id& but, time_point now) const {
  std::vector<probe_outcomes> others;
  std::vector<probe_outcomes> answering;
  for (const auto& [id, x] : edges_) {
    if (id == but || x.hidden) continue;
    const auto all = x.how.outcomes(now);
    if (!all) continue;
    others.push_back(*all);
    if (all->missed < all->sent) answering.push_back(*all);
  }
  return {probe_loss(std::move(others)), probe_loss(std::move(answering))};
}

void liveness_core::judge_edges(time_point now) {
  const bool hears = health_.hears(rings_->size() - (rings_->size() == 0 ? 0 : 1), now);
  const bool present = health_.is_present(now);
  for (auto& [id, x] : edges_) {
    if (!x.how.is_in_doubt()) continue;
    auto since = trouble_since_;
    if (const auto stated = since_.find(id); stated != since_.end())
      since = std::min(since.value_or(stated->second), stated->second);
    const auto lost = loss_but_of(id, now);
    x.how.judge({.usual = lost.of_others,
                 .usual_of_answering = lost.of_answering,
                 .observers = x.observers,
                 .hidden = x.unreachable,
                 .stated_since = since,
                 .trust_refusals = refused_.size() <= refusals_max,
                 .hears_others = hears,
                 .present = present},
                now);
  }
}

void liveness_core::compare(const group_state& group, std::uint32_t incarnation, time_point now,
                            work& into) {
  std::map<std::uint32_t, std::uint16_t> wanted;
  for (const auto& [id, x] : edges_) {
    if (const auto what = x.how.stated()) {
      const statement says{watch_rings::key_of(id), *what, life_of(x.incarnation)};
      wanted[says.key] = port_of(says);
    }
  }
  if (!well_) {
    const statement says{watch_rings::key_of(settings_.self), finding::refused,
                         life_of(incarnation)};
    wanted[says.key] = port_of(says);
  }
  std::map<std::uint32_t, std::uint16_t> stands;
  for (const auto& claim : group.find(settings_.self)->claims) {
    if (claim.item.op == op::add && claim.item.range.start_range == claim.item.range.end_range)
      stands[claim.item.range.start_range] = claim.item.port;
  }
  // A call that is under way is not made twice.
  const auto may_ask = [&](std::uint32_t key, std::optional<std::uint16_t> port) {
    const auto [found, fresh] = asked_.try_emplace(key, call{port, now});
    if (!fresh && found->second.port == port && now - found->second.at < duration{call_patience})
      return false;
    found->second = {port, now};
    return true;
  };
  for (const auto& [key, port] : wanted) {
    const auto found = stands.find(key);
    if ((found == stands.end() || found->second != port) && may_ask(key, port))
      into.add.push_back({key, port});
  }
  for (const auto& [key, port] : stands) {
    if (!wanted.contains(key) && may_ask(key, std::nullopt)) into.remove.push_back({key, port});
  }
  std::erase_if(asked_,
                [&](const auto& x) { return now - x.second.at >= duration{call_patience}; });
}

void liveness_core::plan_next(time_point now) {
  next_due_ = settings_.watching.tick_from(now + duration{1});
  for (const auto& [id, x] : edges_) next_due_ = std::min(next_due_, x.how.next_probe());
  if (dirty_) next_due_ = std::min(next_due_, judged_at_ + duration{verdict_pause});
  for (const auto& [id, until] : distrusted_) {
    // The verdict that ends it may have to wait for its pause.
    next_due_ = std::min(next_due_, until > now ? until : now + duration{verdict_pause});
  }
  if (core_until_)
    next_due_ =
        std::min(next_due_, *core_until_ > now ? *core_until_ : now + duration{verdict_pause});
  next_due_ = std::max(next_due_, now);
}

std::vector<expected_sign> liveness_core::expected() const {
  std::vector<expected_sign> all;
  all.reserve(edges_.size());
  for (const auto& [id, x] : edges_) all.push_back({id, x.how.is_in_doubt()});
  return all;
}

liveness_core::edge* liveness_core::find(const net_id& member) {
  const auto found = edges_.find(member);
  return found == edges_.end() ? nullptr : &found->second;
}

}  // namespace scalesmall
