#include <scalesmall/owner_actors.hpp>

#include <caf/actor_cast.hpp>
#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>
#include <caf/sec.hpp>

#include "actors/caf_types.hpp"
#include "actors/owner_proxy.hpp"

namespace scalesmall {

namespace {

owner_proxy& impl(const caf::actor& link) {
  return *static_cast<owner_proxy*>(caf::actor_cast<caf::abstract_actor*>(link));
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

bool owner_proxies::has_failed(const caf::actor& link) { return impl(link).has_failed(); }

caf::actor owner_proxies::to(const net_id& where) {
  const auto now = std::chrono::steady_clock::now();
  caf::actor link;
  {
    const std::lock_guard lock{mutex_};
    if (closed_) return nobody_;
    const auto found = links_.find(where);
    if (found != links_.end() &&
        (!has_failed(found->second.link) || now - found->second.made < retry))
      return found->second.link;
    if (links_.size() >= links_max) forget_some();
    link = make();
    links_[where] = {link, now};
  }
  impl(link).connect(*net_, where, connect_timeout_);
  return link;
}

void owner_proxies::forget_some() {
  std::erase_if(links_, [](const auto& x) { return has_failed(x.second.link); });
  if (links_.size() < links_max) return;
  for (const auto& [where, x] : links_) impl(x.link).fail(gone());
  links_.clear();
}

void owner_proxies::close() {
  std::map<net_id, entry> links;
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    links.swap(links_);
  }
  for (const auto& [where, x] : links) impl(x.link).fail(gone());
}

caf::actor owner_actors::of(std::uint32_t key) {
  if (known_.size() > known_max) known_.clear();
  const caf::actor* failed = nullptr;
  for (const auto& x : routes_.owners(key)) {
    const auto& link = link_to({x.member.address, x.port});
    if (!owner_proxies::has_failed(link)) return link;
    if (failed == nullptr) failed = &link;
  }
  return failed == nullptr ? links_->nobody() : *failed;
}

const caf::actor& owner_actors::link_to(const net_id& where) {
  auto& known = known_[where];
  if (!known || owner_proxies::has_failed(known)) known = links_->to(where);
  return known;
}

}  // namespace scalesmall
