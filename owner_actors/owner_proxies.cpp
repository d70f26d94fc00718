#include "owner_actors/owner_proxies.hpp"

#include <scalesmall/call_answers.hpp>
#include <utility>

#include <caf/actor_cast.hpp>
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
  using supervision::detail::make_direct_actor;
  return make_direct_actor<owner_proxy, caf::actor>(*system_, open_requests_max_);
}

proxy_state owner_proxies::state(const caf::actor& proxy) { return impl(proxy).state(); }

owner_proxies::found owner_proxies::to(const net_id& where) {
  caf::actor fresh;
  bool again = false;
  {
    const std::lock_guard lock{mutex_};
    if (closed_) return {nobody_, proxy_state::failed};
    if (proxies_.size() >= proxies_max && !proxies_.contains(where)) forget_some();
    auto& [proxy, trial] = proxies_[where];
    if (trial) {
      if (state(trial) == proxy_state::connecting) return {trial, proxy_state::trying};
      proxy = std::exchange(trial, {});
    }
    if (proxy) {
      const auto now = state(proxy);
      if (now != proxy_state::failed) return {proxy, now};
      if (std::chrono::steady_clock::now() - impl(proxy).failed_at() < retry) return {proxy, now};
      again = true;
    }
    fresh = make();
    (again ? trial : proxy) = fresh;
  }
  impl(fresh).connect(*net_, where, connect_timeout_);
  return {fresh, again ? proxy_state::trying : proxy_state::connecting};
}

void owner_proxies::end(const entry& x) {
  impl(x.proxy).fail(gone());
  if (x.trial) impl(x.trial).fail(gone());
}

void owner_proxies::forget_some() {
  std::erase_if(proxies_, [](const auto& x) {
    const auto& [proxy, trial] = x.second;
    return !trial && state(proxy) == proxy_state::failed;
  });
  if (proxies_.size() < proxies_max) return;
  for (const auto& [where, x] : proxies_) end(x);
  proxies_.clear();
}

void owner_proxies::close() {
  std::map<net_id, entry> proxies;
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    proxies.swap(proxies_);
  }
  for (const auto& [where, x] : proxies) end(x);
}

}  // namespace scalesmall
