#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "actors/assignment/assignment_core.hpp"
#include "net/rng.hpp"
#include "tests/actors/assignment/plans.hpp"
#include "tests/actors/assignment/sim_settings.hpp"
#include "tests/actors/assignment/written_slots.hpp"
#include "tests/at.hpp"
#include "tests/simulation/event_queue.hpp"

/// Nodes that serve one group by plan, on virtual time. Each knows the others by news that come
/// late and in any order, and by verdicts that come later still.
namespace scalesmall::group_simulation {

class group_sim {
public:
  group_sim(std::uint64_t seed, std::uint32_t replicas, rule how, assignment_timing timing = {},
            size_of_group size = {})
      : random_(seed),
        replicas_(replicas),
        how_(how),
        timing_(timing),
        nodes_(size.nodes),
        slots_(size.slots),
        all_(nodes_),
        loads_(nodes_),
        uncovered_(slots_),
        written_(nodes_) {
    for (auto& x : all_) {
      x.known.assign(nodes_, x.self);
      x.verdicts.resize(nodes_);
    }
  }

  double load_failures = 0.1;
  double late_news = 0.2;  // that come up to 6 s late, the others 0.5 s

  void start(std::size_t i, std::uint32_t expect = 0) {
    auto& x = all_[i];
    x.self = std::make_shared<row_of_node>(row_of_node{x.self->version, ++x.life, true, {}, {}});
    x.core.emplace(
        assignment_core::settings{
            id_of(i), {replicas_, slots_}, expect, timing_, static_cast<std::uint32_t>(x.life)},
        now_);
    x.known.assign(nodes_, std::make_shared<row_of_node>());
    x.verdicts.assign(nodes_, {});
    written_.forget(i);
    x.capacity = 1;
    x.draining = x.paused = false;
    x.dirty = true;
    // The others tell it what they know.
    for (std::size_t j = 0; j < nodes_; ++j)
      if (j != i && all_[j].self->version != 0) deliver(i, j);
    tell(i);
  }

  /// It loses all that it knew, and others notice later.
  void crash(std::size_t i) {
    auto& x = all_[i];
    note_gone(i);
    x.core.reset();
    ++x.life;
    // What it last said stands until the next life says something.
  }

  void drain(std::size_t i) {
    all_[i].draining = true;
    all_[i].core->drain();
    all_[i].dirty = true;
  }

  void pause(std::size_t i) {
    note_gone(i);
    all_[i].paused = true;
  }
  void resume(std::size_t i) {
    all_[i].paused = false;
    all_[i].dirty = true;
  }

  void set_capacity(std::size_t i, std::uint32_t to) {
    all_[i].capacity = to;
    all_[i].dirty = true;
  }

  /// The first 32 nodes have a bit each. Those whose bits differ do not reach each other.
  void split(std::uint32_t side) {
    for (std::size_t i = 0; i < nodes_; ++i)
      if (all_[i].core) note_gone(i);
    side_ = side;
  }
  void heal() {
    side_ = 0;
    for (std::size_t i = 0; i < nodes_; ++i)
      for (std::size_t j = 0; j < nodes_; ++j)
        if (i != j) deliver(i, j);
  }

  /// A client on the side of a node writes to each slot: to all owners there, and those that load.
  void write(std::size_t side) {
    written_.begin_write();
    for (std::size_t i = 0; i < nodes_; ++i) {
      const auto& x = all_[i];
      if (!x.core || x.paused || !connected(side, i)) continue;
      for (const auto slot : x.core->held()) written_.write(i, slot, x.self->serves.contains(slot));
    }
  }

  void run(duration time) {
    for (const auto end = now_ + time; now_ < end; now_ += step) {
      events_.run_until(now_);
      judge_links();
      for (std::size_t i = 0; i < nodes_; ++i) look(i);
      std::vector<bool> covered(slots_);
      for (const auto& x : all_)
        if (x.core && !x.paused)
          for (const auto slot : x.self->serves) covered[slot] = true;
      for (std::uint32_t s = 0; s < slots_; ++s) uncovered_[s] += step * int{!covered[s]};
    }
  }

  // -- what came of it

  [[nodiscard]] bool runs(std::size_t i) const { return all_[i].core.has_value(); }
  [[nodiscard]] bool is_paused(std::size_t i) const { return all_[i].paused; }
  [[nodiscard]] bool is_split() const { return side_ != 0; }
  [[nodiscard]] bool is_draining(std::size_t i) const { return all_[i].draining; }
  [[nodiscard]] std::size_t planned_gaps() const { return planned_gaps_; }
  [[nodiscard]] std::size_t releases() const { return releases_; }
  /// Slots that a node was told to load.
  [[nodiscard]] std::size_t loads(std::size_t i) const { return loads_[i]; }
  [[nodiscard]] std::size_t loads() const {
    std::size_t n = 0;
    for (const auto x : loads_) n += x;
    return n;
  }
  [[nodiscard]] std::size_t losses() const { return losses_; }
  [[nodiscard]] duration uncovered() const { return *std::ranges::max_element(uncovered_); }
  void count_anew() {
    loads_.assign(nodes_, 0);
    releases_ = losses_ = 0;
    uncovered_.assign(slots_, duration{});
  }
  /// Writes of clients that some owner of their slot does not have.
  [[nodiscard]] std::size_t lost_writes() const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < nodes_; ++i)
      for (const auto slot : all_[i].self->serves) n += written_.missing(i, slot);
    return n;
  }
  [[nodiscard]] std::size_t serves(std::size_t i) const { return all_[i].self->serves.size(); }
  /// Owners of all slots together.
  [[nodiscard]] std::size_t claims() const {
    std::size_t n = 0;
    for (std::uint32_t s = 0; s < slots_; ++s) n += owners(s);
    return n;
  }
  assignment_core& core(std::size_t i) { return *all_[i].core; }

  /// Slots that run nodes serve although they are not to, or the other way round.
  [[nodiscard]] std::size_t off_plan() const {
    std::vector<plan_member> members;
    for (std::size_t i = 0; i < nodes_; ++i)
      if (all_[i].core && !all_[i].draining) members.push_back({id_of(i), 0, all_[i].capacity});
    const auto plan = plans::plan_of(members, replicas_, slots_);
    std::size_t n = 0;
    for (std::size_t i = 0; i < nodes_; ++i) {
      for (std::uint32_t s = 0; s < slots_ && all_[i].core; ++s) {
        const bool mine = std::ranges::any_of(
            plan.owners(s), [&](auto x) { return plan.members()[x].id == id_of(i); });
        n += std::size_t{mine != all_[i].self->serves.contains(s)};
      }
    }
    return n;
  }

  [[nodiscard]] time_point now() const { return now_; }
  rng& random() { return random_; }

private:
  /// What a node says of itself.
  struct row_of_node {
    std::uint64_t version = 0;
    std::uint64_t life = 0;
    bool joined = false;
    std::optional<plan_member> planned = {};
    std::set<std::uint32_t> serves = {};
  };
  /// What a node finds of another.
  struct link {
    bool works = true;
    time_point since{};
    unreachable_owners verdict = unreachable_owners::none;
  };
  struct simulated {
    std::optional<assignment_core> core = {};
    std::uint64_t life = 0;
    std::shared_ptr<row_of_node> self = std::make_shared<row_of_node>();
    std::vector<std::shared_ptr<const row_of_node>> known = {};
    std::vector<link> verdicts = {};
    std::uint32_t capacity = 1;
    bool draining = false;
    bool paused = false;
    bool dirty = false;
    std::map<std::uint32_t, std::size_t> revoked_to = {};
    std::map<std::uint32_t, time_point> gone_with = {};  // slots that it served when it went
  };
  static net_id id_of(std::size_t i) { return plans::nth(1, static_cast<std::uint8_t>(i)); }
  static std::size_t index_of(const net_id& id) { return id.address.bytes[15]; }

  void after(duration delay, std::function<void()> what) {
    events_.at(now_ + delay, std::move(what));
  }
  duration delay(duration most) {
    return duration{
        static_cast<duration::rep>(random_.below(static_cast<std::uint64_t>(most.count())))};
  }

  [[nodiscard]] bool connected(std::size_t i, std::size_t j) const {
    const auto side = [&](std::size_t x) { return x < 32 ? side_ >> x & 1U : 0U; };
    return side(i) == side(j);
  }
  [[nodiscard]] bool reaches(std::size_t i, std::size_t j) const {
    return connected(i, j) && all_[j].core && !all_[j].paused;
  }
  [[nodiscard]] std::size_t owners(std::uint32_t slot) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        all_, [&](const auto& x) { return x.core && !x.paused && x.self->serves.contains(slot); }));
  }

  void note_gone(std::size_t i) {
    for (const auto slot : all_[i].self->serves) all_[i].gone_with[slot] = now_;
  }

  void tell(std::size_t i) {
    ++change(i).version;
    for (std::size_t to = 0; to < nodes_; ++to) {
      if (to == i) {
        all_[i].known[i] = all_[i].self;
        all_[i].dirty = true;
      } else {
        deliver(to, i);
      }
    }
  }

  /// What a node is about to say of itself. The others share what it said before.
  row_of_node& change(std::size_t i) {
    auto& self = all_[i].self;
    self = std::make_shared<row_of_node>(*self);
    return *self;
  }

  /// The program of one node gives its data of a slot to that of another.
  void pass_on(std::uint32_t slot, std::size_t from, std::size_t to) {
    if (reaches(to, from) && reaches(from, to)) written_.copy(slot, from, to);
  }

  void deliver(std::size_t to, std::size_t from) {
    after(
        delay(random_.chance(late_news) ? std::chrono::seconds{6} : std::chrono::milliseconds{500}),
        [this, to, from, news = std::shared_ptr<const row_of_node>{all_[from].self}] {
          auto& known = all_[to].known[from];
          if (!connected(to, from) || known->version >= news->version) return;
          known = news;
          all_[to].dirty = true;
        });
  }

  /// A crash shows after a second, silence after three, and that it is over after one.
  void judge_links() {
    using enum unreachable_owners;
    for (std::size_t i = 0; i < nodes_; ++i) {
      for (std::size_t j = 0; j < nodes_; ++j) {
        auto& x = all_[i].verdicts[j];
        const bool works = reaches(i, j);
        if (std::exchange(x.works, works) != works) x.since = now_;
        const bool refused = connected(i, j) && !all_[j].core;
        const auto then = works ? none : refused ? gone : silent;
        const auto wait = std::chrono::seconds{then == silent ? 3 : 1};
        if (x.verdict != then && now_ - x.since >= wait) {
          x.verdict = then;
          all_[i].dirty = true;
          // A program that finds another owner reachable again gives it what it has.
          for (const auto slot : all_[i].self->serves)
            if (then == none) pass_on(slot, i, j);
        }
      }
    }
  }

  group_sight sight(std::size_t i) {
    const auto& x = all_[i];
    group_sight seen;
    seen.owners.resize(slots_);
    seen.unreachable.resize(slots_);
    std::size_t hears = 0;
    bool silent = false;
    for (std::size_t j = 0; j < nodes_; ++j) {
      const auto& row = *x.known[j];
      const auto verdict = j == i ? unreachable_owners::none : x.verdicts[j].verdict;
      const bool reachable = verdict == unreachable_owners::none;
      if (!row.joined) continue;
      hears += std::size_t{j != i && reachable};
      silent |= verdict == unreachable_owners::silent;
      seen.members.push_back(
          {id_of(j), static_cast<std::uint32_t>(row.life), row.planned, reachable});
      for (const auto slot : row.serves) {
        if (j != i && reachable) seen.owners[slot].push_back(id_of(j));
        seen.unreachable[slot] = std::max(seen.unreachable[slot], verdict);
      }
    }
    seen.isolated = hears == 0 && silent;
    return seen;
  }

  void look(std::size_t i) {
    auto& x = all_[i];
    if (!x.core || x.paused) return;
    if (std::exchange(x.dirty, false))
      x.core->see(sight(i));
    else if (!x.core->next_due() || *x.core->next_due() > now_)
      return;
    x.core->wake(now_, now_);
    x.core->look(now_);
    carry_out(i);
    const auto wanted =
        x.core->takes_part() ? std::optional{plan_member{id_of(i), 0, x.capacity}} : std::nullopt;
    if (wanted != x.self->planned) {
      change(i).planned = wanted;
      tell(i);
    }
    if (x.draining && x.core->held().empty() && !x.self->planned) crash(i);
  }

  void carry_out(std::size_t i) {
    for (const auto& effect : all_[i].core->take())
      std::visit([&](const auto& x) { act(i, x); }, effect);
  }

  void act(std::size_t i, const slot_effects::claimed& x) {
    auto& self = change(i);
    if (x.what == slot_effects::claim::add) self.serves.insert(x.slot);
    if (x.what == slot_effects::claim::rmv && self.serves.erase(x.slot) > 0) {
      if (lost_ == std::pair{i, x.slot})
        all_[i].gone_with[x.slot] = now_;
      else
        judge(i, x.slot);
      lost_.reset();
    }
    tell(i);
  }
  void act(std::size_t i, const slot_effects::assigned& x) {
    ++loads_[i];
    written_.forget(i, x.slot);
    for (const auto& from : x.from) pass_on(x.slot, index_of(from), i);
    after(std::chrono::milliseconds{200} + delay(std::chrono::seconds{3}),
          in_life(i, [this, i, slot = x.slot, fails = random_.chance(load_failures)] {
            auto& core = *all_[i].core;
            fails ? core.failed(slot, now_) : core.ready(slot);
          }));
  }
  void act(std::size_t i, const slot_effects::revoked& x) {
    all_[i].revoked_to[x.slot] = x.to.size();
    for (const auto& to : x.to) pass_on(x.slot, i, index_of(to));
    after(delay(std::chrono::seconds{12}),
          in_life(i, [this, i, slot = x.slot] { all_[i].core->released(slot); }));
  }
  void act(std::size_t i, const slot_effects::lost& x) {
    ++losses_;
    written_.forget(i, x.slot);
    lost_ = {i, x.slot};
  }
  void act(std::size_t i, const slot_effects::release_question& x) {
    if (random_.chance(0.1)) return;  // it got lost
    const auto to = index_of(x.to);
    const auto answer = [this, i, x, to](bool yes) {
      after(delay(std::chrono::seconds{2}), [=, this] {
        if (!all_[i].core || all_[i].paused || !connected(i, to)) return;
        all_[i].core->wake(now_, now_);
        all_[i].core->answered(x.slot, x.to, x.number, yes, now_);
        all_[i].dirty = true;
      });
    };
    if (how_ == rule::none) return answer(true);
    after(delay(std::chrono::seconds{2}), in_life(to, [=, this] {
            if (reaches(i, to)) answer(all_[to].core->asked(x.slot, id_of(i), now_));
          }));
  }

  /// Does something if the node has not ended by then.
  std::function<void()> in_life(std::size_t i, std::function<void()> what) {
    return [this, i, life = all_[i].life, what = std::move(what)] {
      auto& x = all_[i];
      if (x.life != life || !x.core) return;
      if (x.paused) return after(step, in_life(i, what));
      x.core->wake(now_, now_);
      what();
      x.dirty = true;
      carry_out(i);
    };
  }

  /// A node has just stopped serving a slot by plan. Those that went a moment ago, after they
  /// promised to go on, count as if they had not.
  void judge(std::size_t i, std::uint32_t slot) {
    ++releases_;
    std::size_t left = 0;
    for (std::size_t j = 0; j < nodes_; ++j) {
      const auto& x = all_[j];
      const auto gone = x.gone_with.find(slot);
      const bool lately =
          gone != x.gone_with.end() && now_ - gone->second < std::chrono::seconds{25};
      left += std::size_t{j != i && ((reaches(i, j) && x.self->serves.contains(slot)) || lately)};
    }
    const auto targets = all_[i].revoked_to[slot];
    if (left < std::min({std::size_t{replicas_}, left + 1, targets})) ++planned_gaps_;
  }

  rng random_;
  std::uint32_t replicas_;
  rule how_;
  assignment_timing timing_;
  std::size_t nodes_;
  std::uint32_t slots_;
  std::vector<simulated> all_;
  simulation::event_queue events_;
  std::uint32_t side_ = 0;  // a bit for each node
  time_point now_ = at(std::chrono::seconds{1'000});
  std::size_t planned_gaps_ = 0;
  std::size_t releases_ = 0;
  std::vector<std::size_t> loads_;
  std::size_t losses_ = 0;
  std::optional<std::pair<std::size_t, std::uint32_t>> lost_;
  std::vector<duration> uncovered_;
  written_slots written_;
};

}  // namespace scalesmall::group_simulation
