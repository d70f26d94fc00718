#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <scalesmall/supervision/caf_version.hpp>
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

/// The exit reason for an exception, with its text: supervisor_error::out_of_resources for
/// std::bad_alloc and for a std::system_error that says so, otherwise sec::runtime_error.
[[nodiscard]] caf::error error_of(std::exception_ptr e);

/// Installs the handlers that all shells share. An exception becomes an exit reason with its text,
/// and `crash` makes the actor throw. The sender of any other unexpected message gets
/// sec::unexpected_message; nothing is printed.
void set_shell_handlers(caf::scheduled_actor& self);

}  // namespace detail

/// An actor around a plain class. `State` has
/// - `handle`: caf::actor or a caf::typed_actor,
/// - `static constexpr const char* name`,
/// - a constructor that takes a `shell_pointer<handle>` and the spawn arguments,
/// - `make_behavior()`.
///
/// The State is constructed in the actor's first turn, so an exception of its constructor is a
/// failed start with that text. The State is destroyed when the actor ends, not when the last
/// handle to the actor is released.
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

  /// The State; null before the first turn and after the end. For tests.
  [[nodiscard]] State* state() noexcept { return state_.get(); }

private:
  std::function<void()> make_state_;
  std::unique_ptr<State> state_;
};

/// The type of the `self` pointer that a State gets.
template <class Handle>
using shell_pointer = typename detail::shell_base<Handle>::type*;

/// Makes a start function that spawns an actor_shell<State>. Each start copies the arguments.
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
