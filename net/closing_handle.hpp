#pragma once

#include <memory>
#include <utility>

namespace scalesmall {

/// The reference to a port that its users share: when the last copy goes, the port closes. A plain
/// shared_ptr would not do, because operations under way hold weak references: a port would stay
/// open while one of these is locked.
template <class Interface, class Port>
std::shared_ptr<Interface> closing_handle(std::shared_ptr<Port> port) {
  Interface* const interface = port.get();
  return {interface, [port = std::move(port)](Interface* x) mutable {
            x->close();
            port.reset();
          }};
}

}  // namespace scalesmall
