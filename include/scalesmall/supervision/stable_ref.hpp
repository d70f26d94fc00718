#pragma once

#include <cstddef>
#include <memory>
#include <scalesmall/supervision/caf_version.hpp>

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision {

/// The untyped part of a stable reference: an actor without a mailbox that forwards each message to
/// the actor it is bound to. Sender and request id stay as they are, so answers go straight to the
/// requester. Copies denote the same reference. All functions are thread-safe.
///
/// - *bound*: messages go to the target in the order in which they arrived.
/// - *waiting* (initially, and from the target's end until the supervisor decides): messages are
///   parked, up to a limit. Beyond the limit a request is answered with
///   supervisor_error::parking_full, and any other message is dropped.
/// - *refusing* (the supervisor will not restart the child): requests are answered with
///   sec::request_receiver_down at once, other messages are dropped.
///
/// A request that the target took before it died is not repeated: its sender gets an error.
///
/// The actor ends when the last copy of the reference is destroyed. Handles of the actor may
/// remain, also in other processes or in CAF's registry of published actors; then it is *refusing*.
/// All copies must be gone before the actor system.
class stable_ref_base {
public:
  stable_ref_base() = default;
  stable_ref_base(caf::actor_system& system, std::size_t parked_max);

  [[nodiscard]] explicit operator bool() const noexcept { return self_ != nullptr; }
  [[nodiscard]] const caf::strong_actor_ptr& actor() const noexcept { return self_; }

  /// Sends the parked messages to `target`, then all later ones. When `target` ends, it is waiting
  /// again.
  void bind(const caf::strong_actor_ptr& target) const;
  /// Answers the parked requests with an error and refuses messages until the next `bind`.
  void refuse() const;
  /// As `refuse`, but does nothing while it is bound to a living actor.
  void refuse_unless_bound() const;

  friend bool operator==(const stable_ref_base& a, const stable_ref_base& b) noexcept {
    return a.self_ == b.self_;
  }

private:
  caf::strong_actor_ptr self_;
  std::shared_ptr<const void> life_;  // shared by all copies; its end is the actor's
};

/// A handle that stays valid across restarts. Make it before the tree starts; give its handle to
/// the users and the reference itself to the supervisor in a child_spec. Keep a copy as long as the
/// handle is to be used.
/// @tparam Handle caf::actor or a caf::typed_actor. The bound actor must understand this interface;
///   that is not checked.
template <class Handle>
class stable_ref : public stable_ref_base {
public:
  /// @param parked_max number of messages held while the actor is being restarted
  explicit stable_ref(caf::actor_system& system, std::size_t parked_max = 1000)
      : stable_ref_base(system, parked_max) {}

  [[nodiscard]] Handle handle() const { return caf::actor_cast<Handle>(actor()); }
};

}  // namespace scalesmall::supervision
