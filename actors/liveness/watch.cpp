#include "actors/liveness/watch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace scalesmall {

namespace {

/// No verdict rests on fewer missed probes, however few observers it takes.
constexpr double missed_min = 10;

/// All observers that it takes miss as many probes by chance once in 10 to the power of this.
constexpr double certainty = 10;

/// No loss of probes makes a lasting silence need more of them than this one.
constexpr double usual_max = 0.8;

/// How much of what is between the usual share of missed probes and all of them a trial may miss.
constexpr double bearable_part = 0.25;

/// Probes in a row that must be missed before that is no chance.
double missed_wanted(double usual, unsigned observers) {
  if (usual <= 0) return missed_min;
  if (usual >= 1) return std::numeric_limits<double>::infinity();
  const auto wanted = certainty * std::numbers::ln10 / observers / -std::log(usual);
  return std::max(missed_min, std::ceil(wanted));
}

}  // namespace

watch::watch(const watch_settings& settings, bool speaks_first, time_point first)
    : settings_(settings), speaks_first_(speaks_first), next_probe_(first), wanted_(missed_min) {}

void watch::resume(finding stated, time_point now) {
  stated_ = stated;
  stated_at_ = now;
  next_probe_ = now;
}

void watch::heard(time_point now) {
  if (waiting_ || missed_ > 0 || stated_) return;
  refusals_ = 0;
  if (speaks_first_) return;
  // A member that speaks more often may be in doubt itself, and is heard whatever is lost.
  if (!steady_since_ || now - heard_at_ < settings_.period() / 2) steady_since_ = now;
  heard_at_ = now;
  await_sign(now);
}

void watch::await_sign(time_point now) {
  sign_due_ = now + settings_.period();
  // A little more, so that a sign of life that is late by less costs no probe.
  next_probe_ = settings_.tick_from(now + settings_.period() * 21 / 20);
}

void watch::answered(time_point now) {
  const bool awaited = std::exchange(waiting_, false);
  missed_ = 0;
  refusals_ = 0;
  urgent_ = false;
  if (!awaited) return;  // an earlier probe: its answer came late
  record(false, now);
  if (stated_) {
    if (trial_ == 0) trial_missed_ = 0;
    ++trial_;
    next_probe_ = now + settings_.retry();
  } else {
    next_probe_ = settings_.tick_from(now + duration{1});
    if (!speaks_first_) await_sign(now);
  }
}

void watch::refused(time_point now) {
  if (stated_) return;
  urgent_ = true;
  if (refusals_++ == 0) refused_at_ = now;
  // Its probe has failed, so there is nothing to wait for.
  const auto again = now + refused_again + link_ends_in;
  next_probe_ = refusals_ == 1 ? again : std::min(next_probe_, again);
}

void watch::disconnected(time_point now) {
  if (stated_) return;
  urgent_ = true;
  next_probe_ = std::min<time_point>(next_probe_, now + link_ends_in);
}

void watch::excuse(time_point now) {
  waiting_ = false;
  missed_ = 0;
  refusals_ = 0;
  trial_ = 0;
  sign_due_.reset();
  next_probe_ = std::max(next_probe_, now);
}

bool watch::probe_due(time_point now, bool well) {
  if (now < next_probe_) return false;
  if (waiting_) {
    record(true, now);
    ++missed_;
    if (trial_ > 0) {
      ++trial_;
      ++trial_missed_;
    }
  } else if (missed_ == 0) {
    run_since_ = now;
    if (sign_due_ && now >= *sign_due_) {
      run_since_ = *sign_due_;
      missed_ = 1;
    }
  }
  waiting_ = true;
  steady_since_.reset();
  sign_due_.reset();
  next_probe_ = next_after(now, well);
  return true;
}

time_point watch::next_after(time_point now, bool well) const {
  if (!well) return now + 3 * settings_.period();
  if (stated_) {
    if (trial_ > 0) return now + settings_.retry();
    return now + (now - stated_at_ < duration{often_for} ? 4 : 8) * settings_.retry();
  }
  const auto soon = now + settings_.hurry();
  if (missed_ == 0 && !urgent_) return settings_.tick_from(soon);
  if (refusals_ > 0 || (urgent_ && missed_ == 0)) return soon;
  // As many are to be missed at the end of the silence as make it certain.
  const auto pace = settings_.silence() / static_cast<duration::rep>(wanted_);
  return std::max(soon, run_since_ + (missed_ + 1) * pace);
}

std::optional<finding> watch::found(const judged_by& x, time_point now) const {
  if (!x.present) return std::nullopt;
  if (x.hears_others && x.trust_refusals && refusals_ >= 2 &&
      now - refused_at_ >= duration{refused_again})
    return finding::refused;
  if (missed_ < missed_min || now - run_since_ < settings_.silence()) return std::nullopt;
  const auto since = std::min(run_since_, x.stated_since.value_or(run_since_));
  // A node that hears nobody sends few probes, and chance does not explain that for so long.
  const auto enough =
      x.hears_others ? missed_wanted(std::min(x.usual_of_answering, usual_max), 1) : missed_min;
  if (now - since >= settings_.lasting() && missed_ >= enough) return finding::lasting;
  if (!x.hears_others) return std::nullopt;
  if (missed_ >= missed_wanted(x.usual, x.observers)) return finding::silent;
  return std::nullopt;
}

std::optional<finding> watch::judge(const judged_by& x, time_point now) {
  was_hidden_ = stated_ && (was_hidden_ || x.hidden);
  wanted_ = x.usual < 1 ? missed_wanted(x.usual, x.observers) : missed_min;
  if (!stated_) {
    if (now - returned_at_ > duration{steady_after}) trial_wanted_ = trial_first;
    stated_ = found(x, now);
    if (stated_) stated_at_ = now;
    trial_ = 0;
  } else if (trial_ >= (was_hidden_ ? trial_wanted_ : trial_first)) {
    const auto bearable = x.usual + (1 - x.usual) * bearable_part;
    if (trial_missed_ < bearable * trial_) withdraw(now);
    trial_ = 0;
  } else if (const auto again = found(x, now)) {
    trial_ = 0;
    if (*again == finding::lasting) stated_ = finding::lasting;
  }
  return stated_;
}

void watch::withdraw(time_point now) {
  stated_.reset();
  trial_ = 0;
  missed_ = 0;
  refusals_ = 0;
  if (std::exchange(was_hidden_, false)) {
    trial_wanted_ = std::min(trial_wanted_ * trial_growth, trial_last);
    returned_at_ = now;
  }
  ++returns_;
}

void watch::record(bool missed, time_point now) {
  if (now - outcome_at_ > duration{outcomes_for}) outcomes_known_ = 0;
  outcomes_ = outcomes_ << 1 | (missed ? 1U : 0U);
  outcomes_known_ = std::min(outcomes_known_ + 1, outcomes_max);
  outcome_at_ = now;
}

std::optional<probe_outcomes> watch::outcomes(time_point now) const {
  if (outcomes_known_ < outcomes_min || now - outcome_at_ > duration{outcomes_for}) {
    if (steady_since_ && now - *steady_since_ >= steady_periods * settings_.period())
      return probe_outcomes{0, outcomes_max};
    return std::nullopt;
  }
  const auto known = ~std::uint32_t{0} >> (outcomes_max - outcomes_known_);
  return probe_outcomes{static_cast<unsigned>(std::popcount(outcomes_ & known)), outcomes_known_};
}

}  // namespace scalesmall
