#pragma once

#include <string_view>
#include <vector>

#include "tests/simulation/sim_case.hpp"

namespace scalesmall::simulation {

/// The kinds of cases that are about the detection of failures. In all of them all nodes take part
/// and have known each other for long. `wrong` names nodes that were held for unreachable by
/// healthy ones and should not have been.
///
/// - live-death: after `seconds`, `changes` hosts fall silent at once. hidden_50_s, hidden_95_s,
///   hidden_99_s, hidden_all_s: after which time so many of all pairs of a living node and a dead
///   one were so judged.
/// - live-kill: likewise, but the processes end, and their hosts live on.
/// - live-idle: nothing happens for `seconds`. frames, bytes, sealed_bytes: sent per node and
/// second.
/// - live-stalls: `changes` nodes stall again and again, each for up to `seconds`.
/// - live-slow: likewise, but they read what arrives up to `seconds` late, while their timers run.
/// - live-deaf, live-mute, live-pair: for `seconds` one node receives nothing; sends nothing; two
///   nodes do not reach each other.
/// - live-lossy, live-flip: for `seconds` one of hundred nodes loses 80 % of what arrives; or all
///   that arrives, 20 s of every 40 s. changes_max: how often one node changed its mind about one.
/// - live-70-30, live-50-50, live-40-30-30: cut for `seconds`. complete_s: when all on the first
///   side hold all others for unreachable; others_s: likewise on all sides; healed_s: when, after
///   the cut, nobody is held for unreachable.
/// - live-clock: the wall clocks of some nodes step by an hour, and some machines sleep a minute.
/// - live-liar: one node states all that it watches.
/// - live-mixed: mixed faults; then all nodes hold exactly the dead for unreachable. settled_s.
[[nodiscard]] const std::vector<std::string_view>& liveness_kinds();

/// Runs a case of one of these kinds.
[[nodiscard]] case_result run_liveness_case(const case_options& options);

}  // namespace scalesmall::simulation
