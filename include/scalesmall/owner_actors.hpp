#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/node.hpp>
#include <scalesmall/routes.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>

namespace scalesmall {

class owner_proxies;

/// Which owner of a key comes first.
enum class owner_order : std::uint8_t {
  /// By member, then range, as in `node::owners`. The lowest address gets all requests for keys
  /// that it serves together with others.
  address,
  /// By a number that key and member give together (rendezvous hashing; Thaler, Ravishankar 1996).
  /// All nodes agree on it, and the keys that several members serve are spread over them evenly.
  rendezvous,
};

namespace detail {

/// owner_actors without the type of the actors.
class owner_finder {
public:
  [[nodiscard]] static result<owner_finder, node_error> make(const node& host, std::string group,
                                                             owner_order order);

  [[nodiscard]] caf::actor of(std::uint32_t key);
  [[nodiscard]] std::vector<caf::actor> all_of(std::uint32_t key);
  [[nodiscard]] caf::actor at(const net_id& member);

private:
  /// Proxies that one object remembers before it begins anew.
  static constexpr std::size_t known_max = 1'000;
  /// Owners of one key that are tried side by side.
  static constexpr std::size_t tried_max = 8;

  struct place {
    std::uint64_t weight = 0;
    net_id where;
  };
  struct choice;

  owner_finder(scalesmall::routes where, std::shared_ptr<owner_proxies> proxies, owner_order order);

  [[nodiscard]] choice look_at(const net_id& where);
  /// Calls f with the place of each owner in order, until it returns false.
  template <class F>
  void visit(std::uint32_t key, const F& f);

  scalesmall::routes routes_;
  std::shared_ptr<owner_proxies> proxies_;
  owner_order order_;
  std::unordered_map<net_id, caf::actor> known_;
  std::vector<place> places_;  // used again for each key
};

}  // namespace detail

/// The actors that serve the keys of one group: those that its owners have published by CAF's
/// middleman, each on the port of its range. It follows the topology by itself. Link
/// scalesmall::owner_actors to use it.
///
/// One thread or actor at a time: let each have its own, copies are cheap. It may outlive the node;
/// then all requests fail. It must end before the actor system.
///
/// @tparam Interface the caf::typed_actor that the owners publish; requests are then checked by the
///                   compiler. It is not checked that the owners publish that. Default: caf::actor.
template <class Interface = caf::actor>
class owner_actors {
public:
  /// The actors of a group as this node knows it. All objects of one node share the connections.
  /// Errors: std::errc::operation_not_supported if the actor system was not configured with
  /// caf::io::middleman.
  [[nodiscard]] static result<owner_actors, node_error> make(
      const node& host, std::string group, owner_order order = owner_order::address) {
    auto found = detail::owner_finder::make(host, std::move(group), order);
    if (!found) return found.error();
    return owner_actors{std::move(*found)};
  }

  /// Where to send what concerns a key. Never waits; a message goes as soon as there is a
  /// connection. In the order of `owner_order` it is
  /// 1. the first owner that is connected and answers,
  /// 2. otherwise the first to which a connection is being made for the first time,
  /// 3. otherwise the first that is connected but has not answered for half a second,
  /// 4. otherwise the first that is tried once more, in the background, after a failure.
  ///
  /// Each request is answered. The errors are call_error::not_found if the key has no owner, and
  /// sec::request_receiver_down if the owner cannot be reached or is lost before it has answered;
  /// then it is not known whether the owner did what it was asked. If one actor owes answers to
  /// node_config::open_requests_max requests, a further request makes the oldest fail in the same
  /// way.
  [[nodiscard]] Interface of(std::uint32_t key) { return cast(finder_.of(key)); }

  /// The same for the key that a string of bytes has (key_of).
  [[nodiscard]] Interface of(std::string_view name) { return of(key_of(name)); }

  /// All owners of a key in the order of `owner_order`, whether they answer or not; none if the key
  /// has no owner. A member that serves the key by several ranges on one port is listed once.
  [[nodiscard]] std::vector<Interface> all_of(std::uint32_t key) {
    std::vector<Interface> all;
    for (auto& x : finder_.all_of(key)) all.push_back(cast(std::move(x)));
    return all;
  }

  /// The same for the key that a string of bytes has (key_of).
  [[nodiscard]] std::vector<Interface> all_of(std::string_view name) {
    return all_of(key_of(name));
  }

  /// The actor of a member: the one on the port of its first range. If it serves none, requests are
  /// answered with call_error::not_found. Takes time in proportion to the ranges of the group.
  [[nodiscard]] Interface at(const net_id& member) { return cast(finder_.at(member)); }

private:
  explicit owner_actors(detail::owner_finder finder) : finder_(std::move(finder)) {}

  static Interface cast(caf::actor x) {
    if constexpr (std::is_same_v<Interface, caf::actor>)
      return x;
    else
      return caf::actor_cast<Interface>(std::move(x));
  }

  detail::owner_finder finder_;
};

/// Asks the owner of a key: `self->request` with the owner as the receiver. Self is an actor, a
/// pointer to one such as `this`, or a caf::scoped_actor in a thread that is none.
template <class Self, class Interface, class Key, class... Message>
auto send_to_owner(Self&& self, owner_actors<Interface>& owners, const Key& key,
                   std::chrono::nanoseconds limit, Message&&... message) {
  return self->request(owners.of(key), limit, std::forward<Message>(message)...);
}

}  // namespace scalesmall
