#include "owner_actors/owner_proxies.hpp"

#include <scalesmall/done.hpp>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>
#include <caf/sec.hpp>

#include "owner_actors/owner_proxy.hpp"

namespace scalesmall {

namespace {

owner_proxy& impl(const caf::actor& proxy) {
  return *static_cast<owner_proxy*>(caf::actor_cast<caf::abstract_actor*>(proxy));
}

caf::error gone() { return caf::make_error(caf::sec::request_receiver_down); }

}  // namespace

owner_proxies::owner_proxies(caf::actor_system& system, std::shared_ptr<network> net,
                             std::chrono::milliseconds connect_timeout,
                             std::size_t open_requests_max)
    : system_(&system),
      net_(std::move(net)),
      connect_timeout_(connect_timeout),
      open_requests_max_(open_requests_max),
      nobody_(make()) {
  impl(nobody_).fail(caf::make_error(call_error::not_found));
}

caf::actor owner_proxies::make() const {
  caf::actor_config config;
  return caf::make_actor<owner_proxy, caf::actor>(system_->next_actor_id(), system_->node(),
                                                  system_, config, open_requests_max_);
}

bool owner_proxies::has_failed(const caf::actor& proxy) { return impl(proxy).has_failed(); }

caf::actor owner_proxies::to(const net_id& where) {
  const auto now = std::chrono::steady_clock::now();
  caf::actor proxy;
  {
    const std::lock_guard lock{mutex_};
    if (closed_) return nobody_;
    const auto found = proxies_.find(where);
    if (found != proxies_.end() &&
        (!has_failed(found->second.proxy) || now - found->second.made < retry))
      return found->second.proxy;
    if (proxies_.size() >= proxies_max) forget_some();
    proxy = make();
    proxies_[where] = {proxy, now};
  }
  impl(proxy).connect(*net_, where, connect_timeout_);
  return proxy;
}

void owner_proxies::forget_some() {
  std::erase_if(proxies_, [](const auto& x) { return has_failed(x.second.proxy); });
  if (proxies_.size() < proxies_max) return;
  for (const auto& [where, x] : proxies_) impl(x.proxy).fail(gone());
  proxies_.clear();
}

void owner_proxies::close() {
  std::map<net_id, entry> proxies;
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    proxies.swap(proxies_);
  }
  for (const auto& [where, x] : proxies) impl(x.proxy).fail(gone());
}

}  // namespace scalesmall
