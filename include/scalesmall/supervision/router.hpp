#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>

namespace scalesmall::supervision {

namespace detail {

/// The running children of the supervisor at one path, kept until they change.
class running_instances {
public:
  running_instances(tree of, std::string path) : tree_(std::move(of)), path_(std::move(path)) {}

  /// In start order.
  [[nodiscard]] const std::vector<caf::strong_actor_ptr>& now();

private:
  tree tree_;
  std::string path_;
  std::shared_ptr<const child_table> table_;
  std::uint64_t version_ = 0;
  std::vector<caf::strong_actor_ptr> running_;
};

}  // namespace detail

/// Spreads messages over the instances of a pool, that is, over the running children of one
/// supervisor, as a rule a simple_one_for_one. It follows starts, restarts and ends by itself, and
/// asks no actor. An instance that ends with a request in its mailbox answers it with an error.
///
/// A question takes constant time while the pool does not change, then time in proportion to its
/// size. One thread or actor at a time: let each have its own. It must end before the actor system.
///
/// @tparam Handle caf::actor, or the caf::typed_actor that all instances are; that is not checked.
template <class Handle>
class router {
public:
  /// @param path of the supervisor, e.g. `app/pool`; it need not run yet
  router(tree of, std::string path) : instances_(std::move(of), std::move(path)) {}

  /// The instances in turn. None if no instance runs now.
  [[nodiscard]] std::optional<Handle> next() {
    const auto& running = instances_.now();
    if (running.empty()) return std::nullopt;
    return caf::actor_cast<Handle>(running[turn_++ % running.size()]);
  }

  /// All instances that run now, in start order.
  [[nodiscard]] std::vector<Handle> all() {
    std::vector<Handle> handles;
    for (const auto& x : instances_.now()) handles.push_back(caf::actor_cast<Handle>(x));
    return handles;
  }

private:
  detail::running_instances instances_;
  std::size_t turn_ = 0;
};

}  // namespace scalesmall::supervision
