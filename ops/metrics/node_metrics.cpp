#include "ops/metrics/node_metrics.hpp"

#include <algorithm>
#include <map>

#include "ops/metrics/metrics_text.hpp"

namespace scalesmall {

namespace {

using counter_field = std::atomic<std::uint64_t> counters::*;
using enum metric_type;

struct counter_row {
  std::string_view name;
  std::string_view help;
  counter_field value;
};

constexpr counter_row plain_counters[]{
    {"sent_bytes_total", "Bytes of datagrams and frames sent, with headers.",
     &counters::bytes_sent},
    {"received_bytes_total", "Bytes of datagrams and frames received, with headers.",
     &counters::bytes_received},
    {"frames_sent_total", "Frames sent over TCP.", &counters::frames_sent},
    {"frames_received_total", "Frames received over TCP.", &counters::frames_received},
    {"datagrams_sent_total", "Datagrams sent by multicast.", &counters::datagrams_sent},
    {"datagrams_received_total", "Datagrams received by multicast.", &counters::datagrams_received},
    {"datagrams_send_failures_total", "Datagrams that the operating system refused.",
     &counters::datagrams_failed},
    {"plain_frames_accepted_total", "Plain frames accepted by a node that seals.",
     &counters::plain_accepted},
    {"claims_refused_total", "Rows and claims over a limit.", &counters::claims_refused},
    {"requests_refused_total", "Requests of peers that asked too often.",
     &counters::requests_refused},
    {"answers_refused_total", "Questions from elsewhere than their sender, or without room.",
     &counters::answers_refused},
    {"hops_refused_total", "Hops not served, over a limit or without room.",
     &counters::hops_refused},
    {"hops_overdue_total", "Hops that were not acknowledged in time.", &counters::hops_overdue},
    {"connection_failures_total", "Connections that could not be made or broke.",
     &counters::peers_unreachable},
    {"connections_refused_total", "Connections not opened, to what can be no peer.",
     &counters::connections_refused},
    {"arrivals_failed_total", "Gossips whose handling threw.", &counters::arrivals_failed},
    {"probes_sent_total", "Probes of the detection of failures.", &counters::probes_sent},
    {"statements_ignored_total", "Statements on members that no verdict rests on.",
     &counters::statements_ignored},
    {"verdicts_changed_total", "Changes of who counts as unreachable.",
     &counters::verdicts_changed},
    {"messages_sent_total", "Program messages sent.", &counters::messages_sent},
    {"messages_handled_total", "Program messages given to every handler of their tag.",
     &counters::messages_handled},
    {"messages_undelivered_total", "Program messages that a peer missed.",
     &counters::messages_undelivered},
    {"batches_repeated_total", "Duplicates of batches of program messages.",
     &counters::batches_repeated},
    {"batches_refused_total", "Batches too large, or too many at a time.",
     &counters::batches_refused},
};

struct labelled_row {
  std::string_view label;
  counter_field value;
};

struct labelled_counter {
  std::string_view name;
  std::string_view help;
  std::vector<labelled_row> rows;
};

const std::vector<labelled_counter>& labelled_counters() {
  static const std::vector<labelled_counter> all{
      {"frames_shed_total",
       "Frames dropped since there was too much to do.",
       {{"peer_queue_full", &counters::frames_dropped},
        {"merge_backlog", &counters::datagrams_dropped},
        {"unfolds_too_much", &counters::frames_passed_over}}},
      {"connections_closed_total",
       "Connections that this node closed.",
       {{"idle", &counters::connections_idle},
        {"crowded_out", &counters::connections_crowded_out}}},
      {"messages_unhandled_total",
       "Program messages that no handler took.",
       {{"failed", &counters::messages_failed},
        {"unknown_tag", &counters::messages_unknown_tag},
        {"unknown_group", &counters::messages_unknown_group}}}};
  return all;
}

std::string full(std::string_view name) { return "scalesmall_" + std::string{name}; }

void add_counters(metrics_text& text, const counters& counts) {
  for (const auto& [name, help, value] : plain_counters) {
    text.begin(full(name), counter, help);
    text.add((counts.*value).load());
  }
  for (const auto& [name, help, rows] : labelled_counters()) {
    text.begin(full(name), counter, help);
    for (const auto& [label, value] : rows) text.add((counts.*value).load(), {{"reason", label}});
  }
  text.begin("scalesmall_frames_refused_total", counter, "Frames refused, by reason.");
  for (std::size_t i = 0; i < fault_count; ++i)
    text.add(counts.faults[i].load(), {{"reason", to_string(static_cast<fault>(i))}});
}

template <class Value>
void add_group_metric(metrics_text& text, const node_figures& node, std::string_view name,
                      std::string_view help, Value value) {
  text.begin(full(name), gauge, help);
  for (const auto& group : node.groups) text.add(group.*value, {{"group", group.name}});
}

void add_groups(metrics_text& text, const node_figures& node) {
  text.begin("scalesmall_groups", gauge, "Groups that this node knows.");
  text.add(node.groups_known);
  text.begin("scalesmall_groups_without_series", gauge,
             "Groups of which the metrics do not tell, since there are too many.");
  text.add(node.groups_known - std::min<std::uint64_t>(node.groups_known, node.groups.size()));
  text.begin("scalesmall_topology_changes_total", counter,
             "Changes of any group that this node learned.");
  text.add(node.changes);
  add_group_metric(text, node, "group_members", "Members of the group.", &group_figures::members);
  add_group_metric(text, node, "group_claims", "Claims in the group, tombstones included.",
                   &group_figures::claims);
  add_group_metric(text, node, "group_covered_ratio",
                   "Share of all keys that a reachable member serves.",
                   &group_figures::covered_ratio);
  add_group_metric(text, node, "group_gaps", "Ranges that no member serves.", &group_figures::gaps);
  add_group_metric(text, node, "group_overlaps", "Ranges that several reachable members serve.",
                   &group_figures::overlaps);
  text.begin("scalesmall_group_digest", gauge,
             "Hash of all claims: nodes whose values differ know different things.");
  // A sample is a double, which holds integers of 53 bits exactly.
  constexpr auto bits = (std::uint64_t{1} << 53) - 1;
  for (const auto& group : node.groups) {
    if (group.digest) text.add(*group.digest & bits, {{"group", group.name}});
  }
}

/// Children whose names are made at run time share a series with their siblings.
std::string series_of(const std::string& path) {
  const auto slash = path.rfind('/') + 1;
  const bool is_word = std::all_of(path.begin() + static_cast<std::ptrdiff_t>(slash), path.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return is_word ? path : path.substr(0, slash) + '*';
}

void add_process(metrics_text& text, const process_figures& x) {
  text.begin("process_cpu_seconds_total", counter, "Total user and system CPU time in seconds.");
  text.add(x.cpu_seconds);
  text.begin("process_virtual_memory_bytes", gauge, "Virtual memory size in bytes.");
  text.add(x.virtual_bytes);
  text.begin("process_resident_memory_bytes", gauge, "Resident memory size in bytes.");
  text.add(x.resident_bytes);
  text.begin("process_open_fds", gauge, "Number of open file descriptors.");
  text.add(x.open_fds);
  text.begin("process_max_fds", gauge, "Maximum number of open file descriptors.");
  text.add(x.max_fds);
  text.begin("process_start_time_seconds", gauge, "Start time of the process since 1970.");
  text.add(x.start_time_seconds);
}

}  // namespace

std::vector<std::string> groups_told(const std::vector<std::string>& mine,
                                     const std::vector<std::string>& known, std::size_t most) {
  std::vector<std::string> told;
  for (const auto* list : {&mine, &known}) {
    for (const auto& group : *list) {
      if (told.size() == most) break;
      if (std::ranges::find(told, group) == told.end()) told.push_back(group);
    }
  }
  std::ranges::sort(told);
  return told;
}

std::string metrics_of(const node_figures& node, const counters& counts) {
  metrics_text text;
  text.begin("scalesmall_build_info", gauge, "What this node runs; always 1.");
  text.add(std::uint64_t{1}, {{"version", node.version}, {"compiler", node.compiler}});
  text.begin("scalesmall_node_info", gauge, "Which node this is; always 1.");
  text.add(std::uint64_t{1}, {{"node", node.node}, {"cluster", node.cluster}});
  text.begin("scalesmall_ready", gauge, "Whether this node has heard of what its seeds know.");
  text.add(std::uint64_t{node.ready});
  text.begin("scalesmall_isolated", gauge, "Whether this node hears none of those that it should.");
  text.add(std::uint64_t{node.isolated});
  text.begin("scalesmall_peers", gauge, "Other nodes that this node knows, by state.");
  text.add(node.peers_reachable, {{"state", "reachable"}});
  text.add(node.peers_suspect, {{"state", "suspect"}});
  text.add(node.peers_unreachable, {{"state", "unreachable"}});
  add_groups(text, node);
  add_counters(text, counts);
  std::map<std::string, std::uint64_t> restarts;
  for (const auto& [path, count] : node.restarts) restarts[series_of(path)] += count;
  text.begin("scalesmall_actor_restarts_total", counter, "Restarts of actors by their supervisor.");
  for (const auto& [actor, count] : restarts) text.add(count, {{"actor", actor}});
  add_process(text, node.process);
  return std::move(text).take();
}

}  // namespace scalesmall
