#pragma once

#include <cstddef>

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision {

/// The untyped part of a stable reference: an actor without a mailbox that hands each message on to
/// whichever actor it is bound to, with sender and request id as they were, so that answers go
/// straight back. Copies are the same reference. All functions may be called from any thread.
///
/// - *bound*: messages go to the target in the order in which they came.
/// - *waiting* (at first, and from the target's death until the supervisor's decision): messages
/// are parked, up to a
///   bound; beyond it a request is answered with supervisor_error::parking_full and other messages
///   are dropped.
/// - *refusing* (the child will not come back by itself): requests are answered with
/// sec::request_receiver_down at
///   once, other messages are dropped.
///
/// A request that the dying actor had already taken is not repeated: its sender gets an error.
class stable_ref_base {
public:
  stable_ref_base() = default;
  stable_ref_base(caf::actor_system& system, std::size_t parked_max);

  [[nodiscard]] explicit operator bool() const noexcept { return self_ != nullptr; }
  [[nodiscard]] const caf::strong_actor_ptr& actor() const noexcept { return self_; }

  /// Sends what is parked, then all that follows, to `target`; waits again when `target` ends.
  void bind(const caf::strong_actor_ptr& target) const;
  /// Answers what is parked with an error; refuses until the next `bind`.
  void refuse() const;
  /// `refuse` unless bound.
  void refuse_unless_bound() const;

  friend bool operator==(const stable_ref_base& a, const stable_ref_base& b) noexcept {
    return a.self_ == b.self_;
  }

private:
  caf::strong_actor_ptr self_;
};

/// A handle that stays valid across restarts: made before the tree starts, given to its users as an
/// ordinary handle and to the supervisor in a child_spec.
/// @tparam Handle caf::actor or a caf::typed_actor; that the bound actor understands it is the
/// maker's promise
template <class Handle>
class stable_ref : public stable_ref_base {
public:
  /// @param parked_max messages held while the actor is being restarted
  explicit stable_ref(caf::actor_system& system, std::size_t parked_max = 1000)
      : stable_ref_base(system, parked_max) {}

  [[nodiscard]] Handle handle() const { return caf::actor_cast<Handle>(actor()); }
};

}  // namespace scalesmall::supervision
