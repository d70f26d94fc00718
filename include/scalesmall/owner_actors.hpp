#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <scalesmall/done.hpp>
#include <scalesmall/node.hpp>
#include <scalesmall/routes.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <caf/actor.hpp>

namespace scalesmall {

class owner_proxies;

/// The actors that serve the keys of one group: those that its owners have published by CAF's
/// middleman, each on the port of its range. It follows the topology by itself. Link
/// scalesmall::owner_actors to use it.
///
/// One thread or actor at a time: let each have its own, copies are cheap. It may outlive the node;
/// then all requests fail.
class owner_actors {
public:
  /// The actors of a group as this node knows it. All objects of one node share the connections.
  /// Errors: std::errc::operation_not_supported if the actor system was not configured with
  /// caf::io::middleman.
  [[nodiscard]] static result<owner_actors, node_error> make(const node& host, std::string group);

  /// Where to send what concerns a key: the first of its owners, in the order of `node::owners`,
  /// that could be reached when last tried. Never waits; a message goes as soon as there is a
  /// connection.
  ///
  /// Each request is answered. The errors are call_error::not_found if the key has no owner, and
  /// sec::request_receiver_down if the owner cannot be reached or is lost before it has answered;
  /// then it is not known whether the owner did what it was asked. If one actor owes answers to
  /// node_config::open_requests_max requests, a further request makes the oldest fail in the same
  /// way.
  [[nodiscard]] caf::actor of(std::uint32_t key);

  /// The same for the key that a string of bytes has (key_of).
  [[nodiscard]] caf::actor of(std::string_view name) { return of(key_of(name)); }

private:
  /// Proxies that one object remembers before it begins anew.
  static constexpr std::size_t known_max = 1'000;

  owner_actors(scalesmall::routes where, std::shared_ptr<owner_proxies> proxies);

  [[nodiscard]] const caf::actor& proxy_of(const net_id& where);

  scalesmall::routes routes_;
  std::shared_ptr<owner_proxies> proxies_;
  std::unordered_map<net_id, caf::actor> known_;
};

/// Asks the owner of a key: `self->request` with the owner as the receiver. Self is an actor, or a
/// caf::scoped_actor in a thread that is none.
template <class Self, class Key, class... Message>
auto send_to_owner(Self& self, owner_actors& owners, const Key& key, std::chrono::nanoseconds limit,
                   Message&&... message) {
  return self->request(owners.of(key), limit, std::forward<Message>(message)...);
}

}  // namespace scalesmall
