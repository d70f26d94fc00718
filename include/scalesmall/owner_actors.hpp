#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/network.hpp>
#include <scalesmall/routes.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

namespace scalesmall {

class owner_proxy;

/// The links of one node to the actors that others have published, each made when it is first asked
/// for and used by all. Any thread.
class owner_proxies {
public:
  /// How long an actor that could not be reached is not tried again.
  static constexpr std::chrono::seconds retry{1};
  /// Links that are kept; beyond them, those that failed are forgotten, then all are ended.
  static constexpr std::size_t links_max = 10'000;

  owner_proxies(caf::actor_system& system, std::shared_ptr<network> net,
                std::chrono::milliseconds connect_timeout, std::size_t open_requests_max);
  ~owner_proxies() { close(); }
  owner_proxies(const owner_proxies&) = delete;
  owner_proxies& operator=(const owner_proxies&) = delete;

  /// The link to what is published there; one that has failed if it was tried a moment ago.
  [[nodiscard]] caf::actor to(const net_id& where);

  /// Whether a link has failed for good; then to() may give another.
  [[nodiscard]] static bool has_failed(const caf::actor& link);

  /// Answers every request with call_error::not_found.
  [[nodiscard]] const caf::actor& nobody() const noexcept { return nobody_; }

  /// Ends all links: whatever is asked is answered with an error. Again: nothing.
  void close();

private:
  struct entry {
    caf::actor link;
    std::chrono::steady_clock::time_point made;
  };

  [[nodiscard]] caf::actor make() const;
  void forget_some();

  caf::actor_system* system_;
  std::shared_ptr<network> net_;
  std::chrono::milliseconds connect_timeout_;
  std::size_t open_requests_max_;
  caf::actor nobody_;
  std::mutex mutex_;
  bool closed_ = false;
  std::map<net_id, entry> links_;
};

/// The actors that serve the keys of one group: those which its owners have published, each on the
/// port of its range and by CAF's middleman. It follows the topology by itself.
///
/// For one thread or actor at a time: let each have its own, copies are cheap. It may outlive the
/// node; all requests then fail.
class owner_actors {
public:
  owner_actors(scalesmall::routes where, std::shared_ptr<owner_proxies> links)
      : routes_(std::move(where)), links_(std::move(links)) {}

  /// Where to send what concerns a key: the link to the first of its owners, in the order of
  /// `owners`, that could be reached when last tried. Never waits; what is sent goes as soon as
  /// there is a connection. Each request is answered: with call_error::not_found if nobody serves
  /// the key, and with sec::request_receiver_down if the owner cannot be reached or is lost before
  /// it has answered, in which case nobody knows whether it did what it was asked
  /// (so is the oldest of node_config::open_requests_max requests to one actor that leaves them
  /// unanswered).
  [[nodiscard]] caf::actor of(std::uint32_t key);
  [[nodiscard]] caf::actor of(std::string_view name) { return of(key_of(name)); }

private:
  /// Links that one object remembers before it begins anew.
  static constexpr std::size_t known_max = 1'000;

  [[nodiscard]] const caf::actor& link_to(const net_id& where);

  scalesmall::routes routes_;
  std::shared_ptr<owner_proxies> links_;
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
