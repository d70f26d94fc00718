#include "actors/persistence/start_plan.hpp"

#include <algorithm>
#include <utility>

#include "actors/persistence/state_names.hpp"
#include "actors/persistence/state_text.hpp"
#include "actors/topology/incarnation_bound.hpp"

namespace scalesmall {

namespace {

/// Reads a file, or its former copy if the file is damaged. A missing file is none: a node replaces
/// its files in one step, so somebody took it away.
template <class State, class Parse>
std::optional<State> usable(const std::string& name, const found_file& found,
                            const found_file& former, Parse parse, start_plan& plan) {
  if (!found.text && found.error == std::errc::no_such_file_or_directory) return std::nullopt;
  plan.unusable.push_back(name);
  std::string why = "cannot be read: " + found.error.message();
  if (found.text) {
    if (auto state = parse(*found.text)) {
      plan.unusable.pop_back();
      return std::move(*state);
    } else {
      why = state.error().why;
    }
  }
  if (former.text) {
    if (auto state = parse(*former.text)) {
      plan.warnings.push_back("the file " + name + " " + why +
                              "; its former copy is used, which lacks the last change");
      return std::move(*state);
    }
  }
  plan.warnings.push_back("the file " + name + " " + why +
                          "; this node starts without what it held");
  return std::nullopt;
}

std::string in_hours(std::chrono::seconds x) {
  return std::to_string(std::chrono::duration_cast<std::chrono::hours>(x).count()) + " h";
}

/// Why the claims of a former life are not those of this one; empty if they are.
std::string foreign(const own_state& state, const node_identity& self, std::chrono::seconds now,
                    std::chrono::milliseconds forget) {
  if (state.cluster != self.cluster) return "is of the cluster \"" + state.cluster + '"';
  if (state.node != self.node) return "is of the node " + to_string(state.node);
  if (state.machine != self.machine) return "was written on another machine";
  if (const auto age = now - state.written; age > forget)
    return "is " + in_hours(age) + " old, and others forget a node sooner";
  return {};
}

void use(own_state state, const node_identity& self, std::chrono::seconds now,
         std::chrono::milliseconds forget, start_plan& plan) {
  const auto why = foreign(state, self, now, forget);
  const bool same_node = state.node == self.node && state.cluster == self.cluster;
  plan.incarnation = next_incarnation(same_node ? state.incarnation : 0, now);
  if (!why.empty()) {
    if (!state.kept.empty()) plan.unusable.push_back(self_file);
    const std::string rest =
        state.cluster == self.cluster ? "only the peers are used" : "nothing of it is used";
    plan.warnings.push_back("the file " + std::string{self_file} + " " + why + "; " +
                            (state.kept.empty() ? rest : "the claims in it are not made, " + rest));
    return;
  }
  plan.kept = std::move(state.kept);
  const auto has_key = [&](const std::string& x) {
    return std::ranges::find(self.keys, x) != self.keys.end();
  };
  if (!state.keys.empty() && !has_key(state.keys.front())) {
    plan.warnings.push_back("the key " + state.keys.front() +
                            ", with which this node last sealed, is not among its keys now");
  }
}

}  // namespace

std::uint32_t next_incarnation(std::uint32_t last, std::chrono::seconds now) {
  const auto by_clock = incarnation_at(now);
  // Beyond it the former clock was wrong, and others passed over what this node said.
  if (last >= incarnation_bound::latest_of_unknown(now)) return by_clock;
  return std::max(by_clock, last + 1);
}

start_plan plan_start(const found_state& found, const node_identity& self, std::chrono::seconds now,
                      std::chrono::milliseconds forget) {
  start_plan plan;
  plan.incarnation = next_incarnation(0, now);
  if (auto state =
          usable<own_state>(self_file, found.self, found.former_self, &parse_own_state, plan))
    use(std::move(*state), self, now, forget, plan);
  auto peers =
      usable<peers_state>(peers_file, found.peers, found.former_peers, &parse_peers_state, plan);
  if (peers && peers->cluster == self.cluster) {
    plan.peers = std::move(peers->reached);
    plan.peers.insert(plan.peers.end(), peers->heard.begin(), peers->heard.end());
  }
  return plan;
}

}  // namespace scalesmall
