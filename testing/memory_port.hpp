#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <scalesmall/network.hpp>
#include <utility>

#include "testing/memory_wire.hpp"

namespace scalesmall::testing {

/// Base of the ports in memory: owner, credit, end, and the step that delivers one event. Only for
/// the sources of memory_network. The wire holds weak references, so that a port goes with its last
/// user.
template <class Interface>
class memory_port : public Interface, public std::enable_shared_from_this<memory_port<Interface>> {
public:
  memory_port(std::shared_ptr<memory_wire> wire, net_id host)
      : wire_(std::move(wire)), host_(host) {}

  void own(port_owner owner) final {
    if (closed_) return;
    owner_ = owner ? std::make_shared<port_owner>(std::move(owner)) : nullptr;
    credits_ = 0;
    told_end_ = false;
    wake();
  }

  void grant(std::size_t credits) final {
    credits_ += credits;
    wake();
  }

  void close() final {
    if (std::exchange(closed_, true)) return;
    owner_ = nullptr;
    if (!ended_) shut();
  }

  [[nodiscard]] const net_id& host() const { return host_; }

protected:
  /// The next event that needs no credit, if there is one.
  virtual std::optional<port_event> next_free_event() { return std::nullopt; }
  /// The next event that takes a credit, if there is one.
  virtual std::optional<port_event> next_input() = 0;

  /// Called once, when the port closes or dies.
  virtual void shut() = 0;

  [[nodiscard]] bool usable() const { return !closed_ && !ended_; }

  /// Makes the port dead; `last` is told to each owner from now on.
  void end(port_event last) {
    if (!usable()) return;
    ended_ = std::move(last);
    shut();
    wake();
  }

  /// Schedules the delivery of events, if there are any.
  void wake() {
    if (std::exchange(awake_, true)) return;
    wire_->soon([weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->step();
    });
  }

  /// An action for the wire that runs what(self) if the port still exists and is usable.
  template <class Self, class Action>
  auto guarded(Action what) {
    return [weak = this->weak_from_this(), what = std::move(what)] {
      const auto self = weak.lock();
      if (self && self->usable()) what(static_cast<Self&>(*self));
    };
  }

  std::shared_ptr<memory_wire> wire_;

private:
  void step() {
    awake_ = false;
    if (!owner_) return;
    auto event =
        ended_ ? std::exchange(told_end_, true) ? std::nullopt : ended_ : next_free_event();
    if (!event && usable() && credits_ > 0) {
      event = next_input();
      if (event) --credits_;
    }
    if (!event) return;
    const auto owner = owner_;  // the owner may replace itself
    (*owner)(std::move(*event));
    wake();
  }

  net_id host_;
  std::shared_ptr<port_owner> owner_;
  std::size_t credits_ = 0;
  std::optional<port_event> ended_;
  bool told_end_ = false;
  bool closed_ = false;
  bool awake_ = false;
};

}  // namespace scalesmall::testing
