#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <scalesmall/supervision/calls.hpp>
#include <scalesmall/supervision/child_spec.hpp>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace scalesmall::supervision {

namespace detail {

template <class Handle>
struct shell_base {
  using type = typename Handle::base;
};
template <>
struct shell_base<caf::actor> {
  using type = caf::event_based_actor;
};

/// The text of an exception as an exit reason.
[[nodiscard]] caf::error error_of(std::exception_ptr e);

/// Installs what all shells have in common: exceptions become exit reasons with their text, `crash`
/// throws, other unexpected messages are errors to their sender and no noise.
void set_shell_handlers(caf::scheduled_actor& self);

}  // namespace detail

/// An actor around a plain class. `State` has
/// - `handle`: caf::actor or a caf::typed_actor,
/// - `static constexpr const char* name`,
/// - a constructor that takes a pointer to the actor (`shell_pointer<handle>`) and the spawn
/// arguments,
/// - `make_behavior()`.
///
/// The State is made in the actor's own first turn, so that a constructor that throws is a failed
/// start with that text, and released when the actor ends, not when its last handle goes.
template <class State>
class actor_shell : public detail::shell_base<typename State::handle>::type {
public:
  using base = typename detail::shell_base<typename State::handle>::type;
  using behavior_type = typename base::behavior_type;

  template <class... Args>
  explicit actor_shell(caf::actor_config& config, Args... args) : base(config) {
    detail::set_shell_handlers(*this);
    make_state_ = [this, pack = std::make_tuple(std::move(args)...)]() mutable {
      std::apply([this](auto&... xs) { state_ = std::make_unique<State>(this, std::move(xs)...); },
                 pack);
    };
  }

  behavior_type make_behavior() override {
    make_state_();
    make_state_ = nullptr;
    return state_->make_behavior();
  }

  void on_exit() override {
    state_.reset();
    make_state_ = nullptr;
  }

  const char* name() const override { return State::name; }

  /// The State while the actor runs; for tests.
  [[nodiscard]] State* state() noexcept { return state_.get(); }

private:
  std::function<void()> make_state_;
  std::unique_ptr<State> state_;
};

/// What a State gets as `self`.
template <class Handle>
using shell_pointer = typename detail::shell_base<Handle>::type*;

/// The start function of an actor_shell<State>. The arguments are copied for each start.
template <class State, class... Args>
[[nodiscard]] start_function start_shell(Args... args) {
  return [pack = std::make_tuple(std::move(args)...)](
             const start_context& context) -> caf::expected<caf::strong_actor_ptr> {
    return std::apply(
        [&](const auto&... xs) {
          return caf::actor_cast<caf::strong_actor_ptr>(
              context.lazily ? context.parent.spawn<actor_shell<State>, caf::lazy_init>(xs...)
                             : context.parent.spawn<actor_shell<State>>(xs...));
        },
        pack);
  };
}

}  // namespace scalesmall::supervision
