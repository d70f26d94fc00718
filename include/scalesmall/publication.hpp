#pragma once

#include <cstdint>
#include <scalesmall/node.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/stable_ref.hpp>
#include <set>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>

namespace scalesmall {

/// A stable reference that is published on a port by CAF's middleman until this object is destroyed
/// or end() is called. It holds a copy of the reference. It must end before the actor system. May
/// be moved. Link scalesmall::owner_actors to use it.
class publication {
public:
  /// Publishes the reference. Waits for CAF's middleman, as end() does.
  /// @param port 0 takes any free one; one that a former publication had may be taken at once
  /// @param address of this machine, on which to listen
  /// Errors: std::errc::operation_not_supported without caf::io::middleman; otherwise a sentence
  /// that says why the port cannot be had.
  template <class Handle>
  [[nodiscard]] static result<publication, node_error> make(
      caf::actor_system& system, const supervision::stable_ref<Handle>& ref, std::uint16_t port = 0,
      const std::string& address = "127.0.0.1") {
    return make(system, ref, system.message_types(ref.handle()), port, address);
  }

  ~publication() { end(); }
  publication(publication&& x) noexcept { swap(x); }
  publication& operator=(publication&& x) noexcept {
    publication{std::move(x)}.swap(*this);
    return *this;
  }

  /// The port that others reach it on; 0 once it has ended.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Closes the port: when this returns, it takes no further connection. Processes that are
  /// connected go on to reach the actor. A second call does nothing.
  void end();

private:
  publication(caf::actor_system& system, supervision::stable_ref_base ref, std::uint16_t port)
      : system_(&system), ref_(std::move(ref)), port_(port) {}

  static result<publication, node_error> make(caf::actor_system& system,
                                              const supervision::stable_ref_base& ref,
                                              std::set<std::string> interface, std::uint16_t port,
                                              const std::string& address);

  void swap(publication& x) noexcept {
    std::swap(system_, x.system_);
    std::swap(ref_, x.ref_);
    std::swap(port_, x.port_);
  }

  caf::actor_system* system_ = nullptr;
  supervision::stable_ref_base ref_;
  std::uint16_t port_ = 0;
};

}  // namespace scalesmall
