#include "actors/message_handlers.hpp"

#include <utility>

#include "messages/application_batch.hpp"
#include "messages/group_name.hpp"

namespace scalesmall {

message_handlers::message_handlers(supervision::shell_pointer<messenger_actor> self,
                                   node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      published_(node_->handlers),
      handlers_(*node_->handlers.read()) {}

caf::result<done> message_handlers::add(const handle_messages& order) {
  if (!is_group_name(order.tag)) return caf::make_error(call_error::invalid_argument);
  handlers_.push_back(order);
  publish();
  return done{};
}

done message_handlers::remove(const message_handler_actor& who) {
  std::erase_if(handlers_, [&](const auto& x) { return x.who == who; });
  publish();
  return {};
}

std::size_t message_handlers::give(const std::shared_ptr<const application_batch>& batch,
                                   const std::function<void()>& then) {
  std::size_t given = 0;
  for (const auto& order : handlers_) {
    if (order.tag != batch->tag) continue;
    ++given;
    self_->request(order.who, caf::infinite, received_messages{batch})
        .then(then, [this, then, who = order.who, n = batch->sizes.size()](const caf::error& why) {
          node_->log->warn("a handler of messages ended: {}", caf::to_string(why));
          node_->counts->messages_failed += n;
          remove(who);
          then();
        });
  }
  return given;
}

void message_handlers::publish() {
  published_.publish(std::make_shared<const std::vector<handle_messages>>(handlers_));
}

}  // namespace scalesmall
