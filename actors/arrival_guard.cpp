#include "actors/arrival_guard.hpp"

#include <string>
#include <string_view>

#include <caf/sec.hpp>

namespace scalesmall {

namespace {

std::string_view undone(arrival_step step) {
  switch (step) {
    case arrival_step::merge:
      return "merged";
    case arrival_step::decide:
      return "acted upon";
    case arrival_step::note:
      return "noted";
    case arrival_step::deliver:
      return "delivered";
    case arrival_step::send:
      return "answered or passed on";
  }
  return {};
}

}  // namespace

caf::error failed_arrival(const node_context& node, arrival_step step, const char* why) {
  ++node.counts->arrivals_failed;
  node.log->error("what a peer said could not be {}: {}", undone(step), why);
  return caf::make_error(caf::sec::runtime_error, std::string{why});
}

}  // namespace scalesmall
