#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/net_id.hpp>

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include "actors/node_access.hpp"
#include "owner_actors/owner_proxy.hpp"

namespace scalesmall {

class network;

/// The proxies of one node for the actors that others have published, each made when it is first
/// asked for and used by all. Any thread.
class owner_proxies final : public node_part {
public:
  /// How long after its failure an actor that could not be reached is not tried again.
  static constexpr std::chrono::seconds retry{1};
  /// Proxies that are kept. Beyond them, those that failed are forgotten, then all are ended.
  static constexpr std::size_t proxies_max = 10'000;

  owner_proxies(caf::actor_system& system, std::shared_ptr<network> net,
                std::chrono::milliseconds connect_timeout, std::size_t open_requests_max);
  ~owner_proxies() override { close(); }

  struct found {
    caf::actor proxy;
    proxy_state state;
  };

  /// The proxy of what is published there, and its state. After a failure another proxy connects in
  /// the background, and takes the place of the failed one once it is bound. Until then the state
  /// is proxy_state::trying or proxy_state::failed, so that a caller with a choice asks another
  /// owner.
  [[nodiscard]] found to(const net_id& where);

  /// The state of a proxy that to() has given.
  [[nodiscard]] static proxy_state state(const caf::actor& proxy);

  /// Answers every request with call_error::not_found.
  [[nodiscard]] const caf::actor& nobody() const noexcept { return nobody_; }

  /// Ends all proxies: each request is answered with an error.
  void close() override;

private:
  struct entry {
    caf::actor proxy;
    caf::actor trial;  // connects in the background, if the proxy has failed
  };

  [[nodiscard]] caf::actor make() const;
  void forget_some();
  static void end(const entry& x);

  caf::actor_system* system_;
  std::shared_ptr<network> net_;
  std::chrono::milliseconds connect_timeout_;
  std::size_t open_requests_max_;
  caf::actor nobody_;
  std::mutex mutex_;
  bool closed_ = false;
  std::map<net_id, entry> proxies_;
};

}  // namespace scalesmall
