#include <scalesmall/owner_actors.hpp>
#include <system_error>

#include <caf/actor_system.hpp>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "owner_actors/owner_proxies.hpp"

namespace scalesmall {

result<owner_actors, node_error> owner_actors::make(const node& host, std::string group) {
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
  return owner_actors{host.routes(std::move(group)),
                      std::static_pointer_cast<owner_proxies>(proxies)};
}

owner_actors::owner_actors(scalesmall::routes where, std::shared_ptr<owner_proxies> proxies)
    : routes_(std::move(where)), proxies_(std::move(proxies)) {}

caf::actor owner_actors::of(std::uint32_t key) {
  if (known_.size() > known_max) known_.clear();
  const caf::actor* failed = nullptr;
  for (const auto& x : routes_.owners(key)) {
    const auto& proxy = proxy_of({x.member.address, x.port});
    if (!owner_proxies::has_failed(proxy)) return proxy;
    if (failed == nullptr) failed = &proxy;
  }
  return failed == nullptr ? proxies_->nobody() : *failed;
}

const caf::actor& owner_actors::proxy_of(const net_id& where) {
  auto& known = known_[where];
  if (!known || owner_proxies::has_failed(known)) known = proxies_->to(where);
  return known;
}

}  // namespace scalesmall
