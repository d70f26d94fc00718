#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <scalesmall/network.hpp>
#include <utility>

#include <asio/post.hpp>

#include "net/sockets/io_state.hpp"
#include "net/sockets/thrown_error.hpp"

namespace scalesmall {

/// Base of the ports over Asio: their lock, owner, credit and end. Only for the sources of those
/// ports.
///
/// The lock is recursive, because an owner may call its port. Only the I/O thread takes the lock of
/// a second port while it holds one, since an owner may do anything to other ports. A former owner
/// may close such ports when its captures are destroyed, so it is destroyed outside of the lock.
/// Asio's handlers hold weak references, so that a port goes with its last user.
template <class Interface>
class io_port : public Interface, public std::enable_shared_from_this<io_port<Interface>> {
public:
  explicit io_port(std::shared_ptr<io_state> io) : io_(std::move(io)) {}

  void own(port_owner owner) final {
    auto other = owner ? std::make_shared<port_owner>(std::move(owner)) : nullptr;
    const lock guard{mutex_};
    if (closed_) return;
    owner_.swap(other);
    credits_ = 0;
    if (ended_) tell_end();
  }

  void grant(std::size_t credits) final {
    const lock guard{mutex_};
    credits_ += credits;
    if (wants_input() && !reading_) wait_for_input();
  }

  void close() final {
    std::shared_ptr<port_owner> former;
    const lock guard{mutex_};
    closed_ = true;
    owner_.swap(former);
    close_socket();
  }

protected:
  using lock = std::lock_guard<std::recursive_mutex>;

  /// Begins to wait for input and sets reading_. Called with the lock held, if wants_input() and
  /// not reading_.
  virtual void wait_for_input() = 0;
  /// Closes the socket. Called with the lock held, perhaps more than once.
  virtual void close_socket() = 0;

  [[nodiscard]] bool usable() const { return !closed_ && !ended_; }
  [[nodiscard]] bool wants_input() const { return usable() && ready_ && owner_ && credits_ > 0; }

  /// Passes the event to the owner, and takes a credit if the event costs one. Only on the I/O
  /// thread, with the lock held.
  void deliver(port_event event) {
    if (!owner_) return;
    const bool costs =
        std::holds_alternative<port_data>(event) || std::holds_alternative<port_accepted>(event);
    if (costs) --credits_;
    const auto owner = owner_;  // the owner may replace itself
    try {
      (*owner)(std::move(event));
    } catch (...) {
      if (costs && owner == owner_) ++credits_;
      throw;
    }
  }

  /// Makes the port dead; the I/O thread tells the owner. Called with the lock held.
  void end(port_event last) {
    if (!usable()) return;
    ended_ = std::move(last);
    close_socket();
    tell_end();
  }

  /// A handler of the port could not have what it needed, memory for example. On the I/O thread,
  /// with the lock held.
  virtual void on_exception(std::error_code why) { end(port_error{why}); }

  /// A handler for Asio that runs action(self, arguments...) with the lock held, if the port still
  /// exists and is usable.
  template <class Self, class Action>
  auto guarded(Action action) {
    return [weak = this->weak_from_this(), action = std::move(action)](auto&&... arguments) {
      const auto self = weak.lock();
      if (!self) return;
      const lock guard{self->mutex_};
      if (!self->usable()) return;
      try {
        action(static_cast<Self&>(*self), arguments...);
      } catch (...) {
        self->on_exception(thrown_error());
      }
    };
  }

  std::recursive_mutex mutex_;
  std::shared_ptr<io_state> io_;
  bool ready_ = true;     ///< false while a connection is being made: no input yet
  bool reading_ = false;  ///< waits for input or is taking it

private:
  void tell_end() {
    told_ = false;
    asio::post(io_->context, [weak = this->weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      const lock guard{self->mutex_};
      if (std::exchange(self->told_, true)) return;
      try {
        self->deliver(*self->ended_);
      } catch (...) {
        self->tell_end();  // an owner that is never told would keep the port for ever
        throw;             // after a pause
      }
    });
  }

  std::shared_ptr<port_owner> owner_;
  std::size_t credits_ = 0;
  std::optional<port_event> ended_;
  bool told_ = false;
  bool closed_ = false;
};

}  // namespace scalesmall
