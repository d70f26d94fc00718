#pragma once

#include <memory>
#include <utility>

namespace scalesmall {

/// The reference to a port that its users get: the last of them closes it. The port itself has
/// other references, weak ones in what is under way, so that a plain shared_ptr would leave it open
/// for as long as one of those is locked.
template <class Interface, class Port>
std::shared_ptr<Interface> closing_handle(std::shared_ptr<Port> port) {
  Interface* const interface = port.get();
  return {interface, [port = std::move(port)](Interface* x) mutable {
            x->close();
            port.reset();
          }};
}

}  // namespace scalesmall
