#include "actors/message_callers.hpp"

#include "actors/messaging/outbox.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

namespace {

/// Actors that may wait for room at a time.
constexpr std::size_t callers_max = 10'000;

}  // namespace

caf::result<done> message_callers::accept(send_message& what) {
  const bool known = find_group(*node_->topologies.read(), what.to.group) != nullptr;
  if (const auto why =
          refusal(what.to, what.content.size(), node_->config.message_bytes_max, known))
    return caf::make_error(*why);
  if (waiting_.empty() && node_->messages_out->try_put(what.to, what.content)) return done{};
  if (waiting_.size() >= callers_max) return caf::make_error(call_error::limit_exceeded);
  const auto promise = self_->make_response_promise<done>();
  waiting_.emplace_back(std::move(what), promise);
  return promise;
}

void message_callers::accept_waiting() {
  while (!waiting_.empty()) {
    const auto& [what, promise] = waiting_.front();
    if (!node_->messages_out->try_put(what.to, what.content)) return;
    promise.deliver(done{});
    waiting_.pop_front();
  }
}

}  // namespace scalesmall
