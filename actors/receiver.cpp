#include "actors/receiver.hpp"

#include "supervision/guarded_promise.hpp"

namespace scalesmall {

receiver::handle::behavior_type receiver::make_behavior() {
  return {
      [this](const arrived& what) -> caf::result<caf::unit_t> { return merge(what); },
  };
}

caf::result<caf::unit_t> receiver::merge(const arrived& what) {
  if (what.content->current_id.origin == node_->self)
    return caf::unit;  // our own multicast comes back
  self_->send(node_->peer_db, note_gossip{what.content, what.path});
  if (what.content->messages.empty()) {
    act(what, {}, false);
    return caf::unit;
  }
  const auto promise = self_->make_response_promise<caf::unit_t>();
  const supervision::guarded_promise<caf::unit_t> answer{promise};
  self_->request(node_->topology_db, caf::infinite, apply_rows{what.content})
      .then(
          [this, what, answer](const applied& outcome) {
            act(what, outcome.news, outcome.gap);
            answer.deliver(caf::unit);
          },
          [this, what, answer](const caf::error&) {
            // The merge was lost with the actor that made it. Others must still be served, and
            // nobody knows what was new.
            act(what, what.content->messages, true);
            answer.deliver(caf::unit);
          });
  return promise;
}

void receiver::act(const arrived& what, const std::vector<message>& news, bool gap) {
  for (auto& effect : conclude(*what.content, what.path, news, gap, *node_->topologies.read())) {
    std::visit([this](auto& x) { self_->send(node_->broadcaster, std::move(x)); }, effect);
  }
}

}  // namespace scalesmall
