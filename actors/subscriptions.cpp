#include "actors/subscriptions.hpp"

#include <algorithm>
#include <utility>

#include "messages/group_name.hpp"

namespace scalesmall {

subscriptions::subscriptions(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self), node_(std::move(node)), published_(node_->subscribers) {
  for (const auto& order : *published_.read()) enlist(order);
  observe(node_->topologies.read());
}

subscriptions::handle::behavior_type subscriptions::make_behavior() {
  return {
      [this](const subscribe& order) -> caf::result<done> {
        if (order.group && (!is_group_name(*order.group) || is_reserved(*order.group)))
          return caf::make_error(call_error::invalid_argument);
        enlist(order);
        publish();
        // After publish(), since the topology_db tells of changes only while there are subscribers.
        observe(node_->topologies.read());
        return done{};
      },
      [this](const unsubscribe& call) {
        std::erase_if(subscribers_, [&](const auto& x) { return x.second.order.who == call.who; });
        publish();
        return done{};
      },
      [this](const topology_changed& what) {
        // A topology that was read from the table may be newer than one that arrives later.
        if (observed_version_ < what.now->version) observe(what.now);
      },
  };
}

void subscriptions::enlist(const subscribe& order) {
  subscribers_.try_emplace(next_number_++, subscriber{order, update_queue{order.group}});
}

void subscriptions::observe(const std::shared_ptr<const topology>& now) {
  observed_version_ = now->version;
  for (auto& [number, x] : subscribers_) {
    x.updates.observe(now);
    tell(number, x);
  }
}

void subscriptions::tell(std::uint64_t number, subscriber& to) {
  if (to.busy) return;
  auto update = to.updates.next();
  if (!update) return;
  to.busy = true;
  // No time limit: a subscriber may be slow, and if it ends, the request fails at once.
  self_->request(to.order.who, caf::infinite, std::move(*update))
      .then([this, number] { told(number); },
            [this, number](const caf::error&) { remove(number); });
}

void subscriptions::told(std::uint64_t number) {
  const auto found = subscribers_.find(number);
  if (found == subscribers_.end()) return;
  found->second.busy = false;
  tell(number, found->second);
}

void subscriptions::remove(std::uint64_t number) {
  if (subscribers_.erase(number) != 0) publish();
}

void subscriptions::publish() {
  std::vector<subscribe> all;
  all.reserve(subscribers_.size());
  for (const auto& [number, x] : subscribers_) all.push_back(x.order);
  published_.publish(std::make_shared<const std::vector<subscribe>>(std::move(all)));
}

}  // namespace scalesmall
