#include <algorithm>
#include <functional>
#include <scalesmall/owner_actors.hpp>
#include <system_error>

#include <caf/actor_system.hpp>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "owner_actors/owner_order.hpp"
#include "owner_actors/owner_proxies.hpp"

namespace scalesmall::detail {

struct owner_finder::choice {
  caf::actor proxy;
  proxy_state state = proxy_state::failed;
};

result<owner_finder, node_error> owner_finder::make(const node& host, std::string group,
                                                    owner_order order) {
  auto& system = node_access::system(host);
  if (!system.has_middleman()) {
    return node_error{
        "the owners' actors cannot be reached without CAF's middleman: load "
        "caf::io::middleman in the configuration of the actor system",
        std::make_error_code(std::errc::operation_not_supported)};
  }
  const auto& context = node_access::context(host);
  const auto proxies = node_access::part(host, [&] {
    return std::make_shared<owner_proxies>(system, context.net, context.config.connect_timeout,
                                           context.config.open_requests_max);
  });
  return owner_finder{host.routes(std::move(group)),
                      std::static_pointer_cast<owner_proxies>(proxies), order};
}

owner_finder::owner_finder(scalesmall::routes where, std::shared_ptr<owner_proxies> proxies,
                           owner_order order)
    : routes_(std::move(where)), proxies_(std::move(proxies)), order_(order) {}

template <class F>
void owner_finder::visit(std::uint32_t key, const F& f) {
  if (order_ == owner_order::address) {
    for (const auto& x : routes_.owners(key)) {
      if (!f({x.member.address, x.port})) return;
    }
    return;
  }
  places_.clear();
  for (const auto& x : routes_.owners(key))
    places_.push_back({rendezvous_weight(key, x.member), {x.member.address, x.port}});
  // Owners come ascending by member, so those of equal weight stay in that order.
  std::ranges::stable_sort(places_, std::greater{}, &place::weight);
  for (const auto& x : places_) {
    if (!f(x.where)) return;
  }
}

caf::actor owner_finder::of(std::uint32_t key) {
  choice best;
  std::size_t looked_at = 0;
  visit(key, [&](const net_id& where) {
    auto next = look_at(where);
    if (!best.proxy || next.state < best.state) best = std::move(next);
    return best.state != proxy_state::bound && ++looked_at < tried_max;
  });
  return best.proxy ? best.proxy : proxies_->nobody();
}

std::vector<caf::actor> owner_finder::all_of(std::uint32_t key) {
  std::vector<caf::actor> all;
  std::vector<net_id> listed;
  visit(key, [&](const net_id& where) {
    if (std::ranges::find(listed, where) == listed.end()) {
      listed.push_back(where);
      all.push_back(look_at(where).proxy);
    }
    return true;
  });
  return all;
}

caf::actor owner_finder::at(const net_id& member) {
  const auto all = routes_.newest().all();
  const auto found = std::ranges::find(all, member, &range_owner::member);
  if (found == all.end()) return proxies_->nobody();
  return look_at({member.address, found->port}).proxy;
}

owner_finder::choice owner_finder::look_at(const net_id& where) {
  if (known_.size() > known_max) known_.clear();
  auto& known = known_[where];
  if (known) {
    const auto state = owner_proxies::state(known);
    if (state != proxy_state::failed) return {known, state};
  }
  auto found = proxies_->to(where);
  // A trial is not the proxy of that place yet.
  if (found.state != proxy_state::trying) known = found.proxy;
  return {std::move(found.proxy), found.state};
}

}  // namespace scalesmall::detail
