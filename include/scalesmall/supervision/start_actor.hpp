#pragma once

#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/child_spec.hpp>
#include <tuple>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/local_actor.hpp>
#include <caf/spawn_options.hpp>

namespace scalesmall::supervision {

namespace detail {

/// A detached actor has a thread of its own, which CAF does not start lazily.
[[nodiscard]] constexpr bool may_be_lazy(caf::spawn_options options) noexcept {
  return !caf::has_detach_flag(options) && !caf::has_lazy_init_flag(options);
}

/// Makes a start function of one that takes CAF's options, the parent and copies of the arguments.
template <caf::spawn_options Options, class Spawn, class... Args>
[[nodiscard]] start_function start_by(Spawn spawn, Args... args) {
  return [spawn, pack = std::make_tuple(std::move(args)...)](
             const start_context& context) -> caf::expected<caf::strong_actor_ptr> {
    return std::apply(
        [&](const auto&... xs) {
          if constexpr (may_be_lazy(Options)) {
            if (context.lazily)
              return caf::actor_cast<caf::strong_actor_ptr>(
                  spawn.template operator()<Options + caf::lazy_init>(context.parent, xs...));
          }
          return caf::actor_cast<caf::strong_actor_ptr>(
              spawn.template operator()<Options>(context.parent, xs...));
        },
        pack);
  };
}

}  // namespace detail

/// Makes a start function that spawns CAF's function-based actors: `function` is what
/// caf::actor_system::spawn takes. Each start copies the arguments. A function that calls
/// adopt(self) first reports its exceptions with their texts.
/// @tparam Options CAF's, e.g. caf::detached. Do not link or monitor: the supervisor monitors.
template <caf::spawn_options Options = caf::no_spawn_options, class F, class... Args>
[[nodiscard]] start_function start_actor(F function, Args... args) {
  return detail::start_by<Options>(
      [function]<caf::spawn_options X>(caf::local_actor& parent, const auto&... xs) {
        return parent.spawn<X>(function, xs...);
      },
      std::move(args)...);
}

/// Makes a start function that spawns actors of a class. Each start copies the arguments.
template <class T, caf::spawn_options Options = caf::no_spawn_options, class... Args>
[[nodiscard]] start_function start_class(Args... args) {
  return detail::start_by<Options>(
      []<caf::spawn_options X>(caf::local_actor& parent, const auto&... xs) {
        return parent.spawn<T, X>(xs...);
      },
      std::move(args)...);
}

}  // namespace scalesmall::supervision
