#include <scalesmall/publication.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <system_error>
#include <utility>

#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>

namespace scalesmall {

result<publication, node_error> publication::make(caf::actor_system& system,
                                                  const supervision::stable_ref_base& ref,
                                                  std::set<std::string> interface,
                                                  std::uint16_t port, const std::string& address) {
  if (!system.has_middleman()) {
    return node_error{"nothing can be published without caf::io::middleman",
                      std::make_error_code(std::errc::operation_not_supported)};
  }
  caf::scoped_actor self{system};
  std::uint16_t bound = 0;
  std::string why;
  // With SO_REUSEADDR, since connections outlive a publication: they keep the port of their side in
  // use, for a minute even after their end. A port on which somebody listens stays refused.
  constexpr bool reuse = true;
  self->request(system.middleman().actor_handle(), caf::infinite, caf::publish_atom_v, port,
                ref.actor(), std::move(interface), address, reuse)
      .receive([&](std::uint16_t x) { bound = x; },
               [&](const caf::error& e) { why = supervision::describe(e); });
  if (bound == 0) {
    return node_error{"cannot publish on " + address + ':' + std::to_string(port) + ": " + why, {}};
  }
  return publication{system, ref, bound};
}

void publication::end() {
  if (port_ == 0) return;
  caf::scoped_actor self{*system_};
  // An error means that CAF has ended the publication before.
  self->request(system_->middleman().actor_handle(), caf::infinite, caf::unpublish_atom_v,
                ref_.actor()->get()->address(), std::exchange(port_, std::uint16_t{0}))
      .receive([] {}, [](const caf::error&) {});
  ref_ = {};
}

}  // namespace scalesmall
