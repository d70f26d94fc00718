#pragma once

// The actor of sharded_kv that keeps values: those of the slots that its node serves by plan. Each
// slot has several owners; a write is answered once all of them have it.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <scalesmall/assignment.hpp>
#include <scalesmall/owner_actors.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>

namespace sharded_kv {

/// A value and the time at which a client wrote it. Of two values of a name the later one counts,
/// so a value that comes twice, or too late, does no harm.
struct stamped {
  std::uint64_t at = 0;  ///< microseconds; 0: there is no value
  std::string value = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stamped& x) {
  return f(x.at, x.value);
}

using slot_values = std::map<std::string, stamped>;
using copy_atom = caf::atom_constant<caf::atom("copy")>;
using fetch_atom = caf::atom_constant<caf::atom("fetch")>;
using look_atom = caf::atom_constant<caf::atom("look")>;
using loads_atom = caf::atom_constant<caf::atom("loads")>;
using end_atom = caf::atom_constant<caf::atom("end")>;

class store : public caf::event_based_actor {
public:
  store(caf::actor_config& config, scalesmall::owner_actors<> owners, scalesmall::routes routes,
        const scalesmall::net_id& self, std::uint32_t slots, scalesmall::range_answers answers)
      : caf::event_based_actor(config),
        owners_(std::move(owners)),
        routes_(std::move(routes)),
        self_(self),
        answers_(std::move(answers)),
        slot_keys_((std::uint64_t{1} << 32) / slots) {}

  caf::behavior make_behavior() override {
    return {
        // What the node says; it needs a store that is its range_handler_actor.
        [this](const scalesmall::range_assigned& x) { load(x); },
        [this](const scalesmall::range_revoked& x) { release(x); },
        [this](const scalesmall::range_lost& x) { lose(x); },
        [this](look_atom) { look_for_new_owners(); },
        [this](loads_atom) { return loads_; },
        [this](end_atom) { ended_ = true; },
        [this](caf::put_atom, std::string& name, stamped& value) { return put(name, value); },
        [this](caf::get_atom, std::string& name) { return get(name); },
        [this](fetch_atom, std::uint32_t start, caf::actor& follower) {
          return fetch(start, follower);
        },
        [this](copy_atom, std::uint32_t start, slot_values& values, caf_actors& followers) {
          return copy(start, values, followers);
        },
    };
  }

private:
  using caf_actors = std::vector<caf::actor>;
  using answer = caf::result<caf::message>;

  enum class stage { loading, serving, passed_on };

  struct slot {
    stage at = stage::loading;
    slot_values values = {};
    /// Stores that have loaded the slot from this one, and so miss what is written since.
    caf_actors followers = {};
    caf_actors heirs = {};                     // if it was passed on: the stores that have it now
    std::set<scalesmall::net_id> owners = {};  // that have had all values of this store
    std::uint64_t round = 0;                   // of loading
    std::size_t waits = 0;                     // for so many answers
    bool heard = false;                        // some member has answered
  };

  static caf::error not_mine() { return caf::make_error(scalesmall::call_error::not_found); }
  static bool is_not_mine(const caf::error& x) { return x == not_mine(); }

  static bool merge(slot& into, const slot_values& values) {
    bool changed = false;
    for (const auto& [name, value] : values) {
      auto& known = into.values[name];
      if (std::pair{known.at, known.value} >= std::pair{value.at, value.value}) continue;
      known = value;
      changed = true;
    }
    return changed;
  }

  slot* find(std::uint32_t start) {
    const auto found = slots_.find(start);
    return found == slots_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] std::uint32_t start_of(const std::string& name) const {
    return static_cast<std::uint32_t>(scalesmall::key_of(name) / slot_keys_ * slot_keys_);
  }
  /// Whether a slot is asked that this store serves, or has passed on.
  [[nodiscard]] bool answers_for(const slot* x) const {
    return x && x->at != stage::loading && !ended_ && answers_.may_answer();
  }

  // -- what the node says

  void load(const scalesmall::range_assigned& x) {
    ++loads_;
    const auto range = x.range;
    auto& s = slots_[range.start_range];
    if (s.at == stage::serving) return answers_.ready(range);
    s.at = stage::loading;
    s.heirs.clear();
    s.round = ++rounds_;
    s.waits = x.from.size();
    s.heard = x.from.empty();
    // From all of them, so that all pass on to this store what is written meanwhile.
    for (const auto& member : x.from) {
      const auto from = peer(member);
      request(from, std::chrono::seconds{5}, fetch_atom::value, range.start_range, caf::actor{this})
          .then([this, range,
                 round = s.round](slot_values& values) { fetched(range, round, &values); },
                [this, range, round = s.round, from](caf::error&) {
                  forget(from);
                  fetched(range, round, nullptr);
                });
    }
    if (s.waits == 0) end_load(range, s);
  }

  void fetched(scalesmall::key_range range, std::uint64_t round, const slot_values* values) {
    auto* s = find(range.start_range);
    if (!s || s->round != round || s->at != stage::loading) return;
    if (values) merge(*s, *values);
    s->heard |= values != nullptr;
    if (--s->waits == 0) end_load(range, *s);
  }

  void end_load(scalesmall::key_range range, slot& s) {
    if (!s.heard) {
      slots_.erase(range.start_range);
      return answers_.failed(range);
    }
    s.at = stage::serving;
    answers_.ready(range);
  }

  /// From here on this store only passes on.
  void release(const scalesmall::range_revoked& x) {
    const auto range = x.range;
    auto* s = find(range.start_range);
    if (!s || s->at == stage::loading) {
      slots_.erase(range.start_range);
      return answers_.released(range);
    }
    s->at = stage::passed_on;
    for (const auto& member : x.to) s->heirs.push_back(peer(member));
    spread(range.start_range, s->values, s->followers, s->heirs,
           [answers = answers_, range](bool) { answers.released(range); });
    s->values.clear();
  }

  /// The node hears that the values are gone when this returns, and opens the fence after the last
  /// loss.
  void lose(const scalesmall::range_lost& x) {
    slots_.erase(x.range.start_range);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    std::cerr << "lost " << std::chrono::duration<double, std::milli>{now}.count() << '\n';
  }

  /// An owner that this store has not seen before, or that was unreachable, may lack writes that
  /// were answered without it.
  void look_for_new_owners() {
    for (auto& [start, s] : slots_) {
      if (s.at != stage::serving) continue;
      std::set<scalesmall::net_id> seen;
      for (const auto& x : routes_.owners(start))
        if (x.member != self_) seen.insert(x.member);
      for (const auto& member : seen)
        if (!s.owners.contains(member) && !s.values.empty())
          spread(start, s.values, {}, {peer(member)}, [](bool) {});
      s.owners = std::move(seen);
    }
  }

  // -- what clients and other stores say

  answer put(std::string& name, stamped& value) {
    const auto start = start_of(name);
    auto* s = find(start);
    if (!answers_for(s)) return not_mine();
    if (s->at == stage::passed_on) {
      if (s->heirs.empty()) return not_mine();
      return delegate(s->heirs.front(), caf::put_atom::value, std::move(name), std::move(value));
    }
    const slot_values one{{name, value}};
    merge(*s, one);
    auto targets = s->followers;
    for (const auto& x : routes_.owners(start))
      if (x.member != self_) targets.push_back(peer(x.member));
    return answer_after(start, one, targets);
  }

  answer get(std::string& name) {
    auto* s = find(start_of(name));
    if (!answers_for(s)) return not_mine();
    if (s->at == stage::passed_on) {
      if (s->heirs.empty()) return not_mine();
      return delegate(s->heirs.front(), caf::get_atom::value, std::move(name));
    }
    const auto found = s->values.find(name);
    return caf::make_message(found == s->values.end() ? stamped{} : found->second);
  }

  caf::result<slot_values> fetch(std::uint32_t start, const caf::actor& follower) {
    auto* s = find(start);
    if (!answers_for(s) || s->at == stage::passed_on) return not_mine();
    if (std::ranges::find(s->followers, follower) == s->followers.end())
      s->followers.push_back(follower);
    return s->values;
  }

  /// A store that loads takes copies, too: they may be newer than what it was given.
  answer copy(std::uint32_t start, const slot_values& values, const caf_actors& followers) {
    auto* s = find(start);
    if (!s) return not_mine();
    if (s->at == stage::passed_on) return answer_after(start, values, s->heirs);
    for (const auto& x : followers)
      if (x != caf::actor{this} && std::ranges::find(s->followers, x) == s->followers.end())
        s->followers.push_back(x);
    if (!merge(*s, values)) return caf::make_message(std::string{"ok"});
    return answer_after(start, values, s->followers);
  }

  // -- copies

  /// The store of a member. To look for it takes a while.
  caf::actor peer(const scalesmall::net_id& member) {
    auto& known = peers_[member];
    if (!known) known = owners_.at(member);
    return known;
  }
  void forget(const caf::actor& peer) {
    std::erase_if(peers_, [&](const auto& x) { return x.second == peer; });
  }

  answer answer_after(std::uint32_t start, const slot_values& values, const caf_actors& targets) {
    auto promise = make_response_promise();
    spread(start, values, {}, targets, [promise](bool all) mutable {
      if (all) return promise.deliver(std::string{"ok"});
      promise.deliver(caf::make_error(scalesmall::call_error::unavailable));
    });
    return promise;
  }

  /// Calls `then` when all targets have the values, or some could not be given them. A target that
  /// has given up the slot needs none.
  void spread(std::uint32_t start, const slot_values& values, const caf_actors& followers,
              const caf_actors& targets, const std::function<void(bool)>& then) {
    if (targets.empty()) return then(true);
    struct progress {
      std::size_t left;
      bool all = true;
    };
    const auto p = std::make_shared<progress>(progress{targets.size()});
    for (const auto& target : targets)
      request(target, std::chrono::seconds{2}, copy_atom::value, start, values, followers)
          .then(
              [p, then](const std::string&) {
                if (--p->left == 0) then(p->all);
              },
              [this, p, then, start, target](const caf::error& why) {
                forget(target);
                auto* s = find(start);
                const bool followed = s && std::erase(s->followers, target) > 0;
                // An owner has to have the value. So does a follower that may only be slow; if it
                // becomes an owner it gets all values then.
                const bool gone = why != caf::sec::request_timeout;
                p->all &= (followed && gone) || is_not_mine(why);
                if (--p->left == 0) then(p->all);
              });
  }

  scalesmall::owner_actors<> owners_;
  scalesmall::routes routes_;
  scalesmall::net_id self_;
  scalesmall::range_answers answers_;
  std::uint64_t slot_keys_;
  std::map<scalesmall::net_id, caf::actor> peers_;
  std::map<std::uint32_t, slot> slots_;  // by their first key
  std::size_t loads_ = 0;                // ranges that this store was told to load
  bool ended_ = false;
  std::uint64_t rounds_ = 0;
};

}  // namespace sharded_kv
