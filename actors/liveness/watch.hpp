#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <scalesmall/time.hpp>

#include "actors/liveness/probe_loss.hpp"
#include "actors/liveness/statement.hpp"

namespace scalesmall {

/// How a node watches another.
struct watch_settings {
  /// A member that ends without a word is stated after this time, or up to four tenths of it later,
  /// as it ends just before or just after a tick. The other times of a watch follow from it.
  duration unreachable_after = std::chrono::milliseconds{2'500};

  /// Between two probes of a member that answers: 1.25 s of 2.5.
  [[nodiscard]] constexpr duration period() const { return unreachable_after / 2; }
  /// A member is silent that has not answered for so long, counted from the first probe that it did
  /// not answer: 2.25 s of 2.5.
  [[nodiscard]] constexpr duration silence() const { return unreachable_after * 9 / 10; }
  /// A member that was silent or stated for so long is stated as lasting: 30 s of 2.5. Much less
  /// would let both sides of a short partition act, and accuse each other when it is over.
  [[nodiscard]] constexpr duration lasting() const { return 12 * unreachable_after; }
  /// The least time between two probes of a member that did not answer: 0.1125 s of 2.5.
  [[nodiscard]] constexpr duration hurry() const { return silence() / 20; }
  /// The usual time between two of them, and between two of a trial: 0.225 s of 2.5.
  [[nodiscard]] constexpr duration retry() const { return silence() / 10; }
  /// The first of the points in time, a period apart and the same for all nodes of a machine, that
  /// is not before this one.
  [[nodiscard]] constexpr time_point tick_from(time_point x) const {
    const auto periods = (x.time_since_epoch() + period() - duration{1}) / period();
    return time_point{periods * period()};
  }
};

/// One member as this node, which watches it, finds it.
///
/// - The side that speaks first sends a probe each tick. To the other side the probes are a sign
///   of life; it sends a probe of its own only if they stay away. A sign that stays away counts as
///   a missed probe.
/// - Whether a probe was answered is looked at when the next one is due, so a node that finds
///   nothing wrong wakes once each period. A member that did not answer then gets a probe each
///   hurry(), until it has had one for each retry() since the first, and each retry() from then on.
///   Only an answer counts now, or a member that sends but does not receive would pass.
/// - After enough missed probes the member is stated. It goes on to be probed, each 4 retry() and
///   later each 8, and each retry() once it answers.
/// - It is withdrawn when it has answered enough probes of a trial. If it was held for unreachable,
///   the next trial within ten minutes is eight times as long.
///
/// Not thread-safe.
class watch {
public:
  /// A member that is stated for longer is probed half as often.
  static constexpr std::chrono::minutes often_for{1};
  /// Between a refused connection and a second one whose refusal counts.
  static constexpr std::chrono::milliseconds refused_again{100};
  /// What held a connection that ended, or was refused, needs so long to end itself. A probe that
  /// comes sooner may be lost with it.
  static constexpr std::chrono::milliseconds link_ends_in{20};
  static constexpr unsigned trial_first = 4;
  static constexpr unsigned trial_last = 256;
  static constexpr unsigned trial_growth = 8;
  /// So long ago a return is forgotten.
  static constexpr std::chrono::minutes steady_after{10};
  /// Outcomes of probes that count, and how long they are remembered.
  static constexpr unsigned outcomes_max = 32;
  /// Fewer outcomes than this say nothing.
  static constexpr unsigned outcomes_min = 4;
  static constexpr std::chrono::minutes outcomes_for{1};
  /// A member that speaks first, and was not missed for so many periods, counts as one that misses
  /// no probe.
  static constexpr int steady_periods = 8;

  /// @param first when to send the first probe; later ones are sent at ticks
  watch(const watch_settings& settings, bool speaks_first, time_point first);

  /// Goes on with what a former watch of the member has stated.
  void resume(finding stated, time_point now);

  void set_speaks_first(bool yes) noexcept { speaks_first_ = yes; }

  /// Something arrived from the member.
  void heard(time_point now);
  /// The member answered a probe.
  void answered(time_point now);
  /// The member's host refused a connection.
  void refused(time_point now);
  /// A connection to the member ended: it is probed soon.
  void disconnected(time_point now);

  /// Forgets the probes that are not answered; for a node that was itself not there to hear the
  /// answers.
  void excuse(time_point now);

  /// Ends the long pauses between the probes of a node that heard nobody.
  void hasten(time_point now) noexcept {
    if (!stated_ && waiting_) next_probe_ = std::min(next_probe_, now);
  }

  /// Sends a probe if that is due.
  [[nodiscard]] bool probe_due(time_point now, bool well);
  [[nodiscard]] time_point next_probe() const noexcept { return next_probe_; }

  struct judged_by {
    /// The part of the probes of other members that is lost; see probe_loss.
    double usual = 0;
    /// The same of those members alone that have answered one of their newest probes.
    double usual_of_answering = 0;
    /// How many observers it takes to hide the member.
    unsigned observers = 1;
    /// Whether all hold the member for unreachable.
    bool hidden = false;
    /// Since when somebody states the member, or one behind which it is watched.
    std::optional<time_point> stated_since = {};
    /// Whether a refusal counts as such, or as mere silence.
    bool trust_refusals = true;
    /// Whether this node hears others. If not, it states only what lasts.
    bool hears_others = true;
    /// False: this node was absent lately, and states nothing new.
    bool present = true;
  };

  /// What this node states of the member from now on; nothing: it is reachable.
  std::optional<finding> judge(const judged_by& x, time_point now);
  [[nodiscard]] std::optional<finding> stated() const noexcept { return stated_; }

  /// The newest probes, and those that the member did not answer in time. A member that is steady
  /// and needed no probes missed none. Nothing: too little is known.
  [[nodiscard]] std::optional<probe_outcomes> outcomes(time_point now) const;

  /// Whether there is anything to judge.
  [[nodiscard]] bool is_in_doubt() const noexcept {
    return stated_.has_value() || missed_ > 0 || refusals_ > 0;
  }

  /// Whether the member has not answered for as long as makes it silent, or is stated. Unlike a
  /// statement this does not depend on what this node finds of others.
  [[nodiscard]] bool is_quiet(time_point now) const noexcept {
    return stated_ || (missed_ > 0 && now - run_since_ >= settings_.silence());
  }

  /// Times that the member was withdrawn.
  [[nodiscard]] unsigned returns() const noexcept { return returns_; }

private:
  void record(bool missed, time_point now);
  [[nodiscard]] time_point next_after(time_point now, bool well) const;
  void await_sign(time_point now);
  [[nodiscard]] std::optional<finding> found(const judged_by& x, time_point now) const;
  void withdraw(time_point now);

  watch_settings settings_;
  bool speaks_first_;
  time_point next_probe_;
  bool waiting_ = false;        // for an answer to the last probe
  bool urgent_ = false;         // a connection ended, and no probe was answered since
  time_point run_since_{};      // when the first probe was sent that it has not answered
  unsigned missed_ = 0;         // probes in a row
  double wanted_;               // missed probes that make it silent, as last judged
  unsigned refusals_ = 0;       // in a row
  time_point refused_at_{};     // the first of them
  std::uint32_t outcomes_ = 0;  // the newest in bit 0; 1: missed
  unsigned outcomes_known_ = 0;
  time_point outcome_at_{};
  std::optional<time_point> steady_since_;  // heard in time, and so not probed
  time_point heard_at_{};
  std::optional<time_point> sign_due_;  // of a member that speaks first
  std::optional<finding> stated_;
  time_point stated_at_{};
  bool was_hidden_ = false;  // since it is stated
  unsigned trial_ = 0;       // probes of it so far; 0: there is none
  unsigned trial_missed_ = 0;
  unsigned trial_wanted_ = trial_first;
  unsigned returns_ = 0;
  time_point returned_at_{};
};

}  // namespace scalesmall
