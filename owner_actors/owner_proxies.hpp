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

namespace scalesmall {

class network;

/// The proxies of one node for the actors that others have published, each made when it is first
/// asked for and used by all. Any thread.
class owner_proxies final : public node_part {
public:
  /// How long an actor that could not be reached is not tried again.
  static constexpr std::chrono::seconds retry{1};
  /// Proxies that are kept. Beyond them, those that failed are forgotten, then all are ended.
  static constexpr std::size_t proxies_max = 10'000;

  owner_proxies(caf::actor_system& system, std::shared_ptr<network> net,
                std::chrono::milliseconds connect_timeout, std::size_t open_requests_max);
  ~owner_proxies() override { close(); }

  /// The proxy of what is published there; one that has failed if it was tried a moment ago.
  [[nodiscard]] caf::actor to(const net_id& where);

  /// Whether a proxy has failed for good; then to() may give another.
  [[nodiscard]] static bool has_failed(const caf::actor& proxy);

  /// Answers every request with call_error::not_found.
  [[nodiscard]] const caf::actor& nobody() const noexcept { return nobody_; }

  /// Ends all proxies: each request is answered with an error.
  void close() override;

private:
  struct entry {
    caf::actor proxy;
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
  std::map<net_id, entry> proxies_;
};

}  // namespace scalesmall
