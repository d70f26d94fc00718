#include "messages/gossip.hpp"

namespace scalesmall {

std::string to_string(const silence& x) {
  return to_string(x.member) + " silent for " + std::to_string(x.seconds) + " s";
}

std::string to_string(const gossip& x) {
  auto text = to_string(x.current_id) + " seen " + std::to_string(x.seen_ids.size()) + " other " +
              std::to_string(x.other_ids.size()) + " for " +
              std::to_string(x.distribution_list.size()) + " messages " +
              std::to_string(x.messages.size());
  if (x.summary) text += ' ' + std::string{to_string(x.summary->stage)};
  if (!x.acknowledged.empty()) text += " acknowledges " + std::to_string(x.acknowledged.size());
  if (x.application) text += " from " + to_string(*x.application);
  return text;
}

}  // namespace scalesmall
