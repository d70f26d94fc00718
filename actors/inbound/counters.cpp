#include <scalesmall/counters.hpp>

namespace scalesmall {

std::vector<std::pair<std::string, std::uint64_t>> to_pairs(const counters& x) {
  std::vector<std::pair<std::string, std::uint64_t>> pairs{
      {"datagrams_sent", x.datagrams_sent},
      {"datagrams_received", x.datagrams_received},
      {"datagrams_failed", x.datagrams_failed},
      {"frames_sent", x.frames_sent},
      {"frames_received", x.frames_received},
      {"bytes_sent", x.bytes_sent},
      {"bytes_received", x.bytes_received},
      {"frames_dropped", x.frames_dropped},
      {"peers_unreachable", x.peers_unreachable},
      {"hops_overdue", x.hops_overdue},
      {"connections_idle", x.connections_idle},
      {"connections_crowded_out", x.connections_crowded_out},
      {"datagrams_dropped", x.datagrams_dropped},
      {"frames_passed_over", x.frames_passed_over},
      {"plain_accepted", x.plain_accepted},
      {"claims_refused", x.claims_refused},
      {"requests_refused", x.requests_refused},
      {"answers_refused", x.answers_refused},
      {"connections_refused", x.connections_refused},
      {"hops_refused", x.hops_refused},
      {"groups_left_out", x.groups_left_out},
      {"arrivals_failed", x.arrivals_failed},
      {"gossips_unsendable", x.gossips_unsendable},
      {"probes_sent", x.probes_sent},
      {"statements_made", x.statements_made},
      {"statements_ignored", x.statements_ignored},
      {"verdicts_changed", x.verdicts_changed},
      {"absences", x.absences},
      {"messages_sent", x.messages_sent},
      {"messages_handled", x.messages_handled},
      {"messages_failed", x.messages_failed},
      {"messages_unknown_tag", x.messages_unknown_tag},
      {"messages_unknown_group", x.messages_unknown_group},
      {"messages_undelivered", x.messages_undelivered},
      {"batches_repeated", x.batches_repeated},
      {"batches_refused", x.batches_refused},
  };
  for (std::size_t i = 0; i < fault_count; ++i) {
    pairs.emplace_back("fault_" + std::string{to_string(static_cast<fault>(i))}, x.faults[i]);
  }
  return pairs;
}

}  // namespace scalesmall
