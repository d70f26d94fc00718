#pragma once

#include <cstdint>
#include <scalesmall/key_of.hpp>
#include <scalesmall/owner_view.hpp>
#include <scalesmall/routing_index.hpp>
#include <scalesmall/supervision/table.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "actors/topology/topology.hpp"

namespace scalesmall {

/// Who serves which key of one group, as this node knows it now: the fastest way to ask, many
/// million times a second. It holds on to one state of the group and looks with each question
/// whether there is a newer one, which costs one read of memory that changes only with the
/// topology; so threads do not slow each other down.
///
/// For one thread at a time: let each thread have its own, copies are cheap. It may outlive the
/// node, and then goes on with the last state.
class routes {
public:
  routes(supervision::table<topology> topologies, std::string group)
      : topologies_(std::move(topologies)), group_(std::move(group)) {
    refresh();
  }

  /// The owners of a key, none if the group is not known; valid until the next call of this object.
  /// Asks for no memory unless the topology has changed.
  [[nodiscard]] owner_view owners(std::uint32_t key) { return newest().owners(key); }

  /// The owners of the key that a string of bytes has.
  [[nodiscard]] owner_view owners(std::string_view name) { return owners(key_of(name)); }

  /// The whole index, for several questions of one moment.
  [[nodiscard]] const routing_index& newest() {
    if (topologies_.version() != seen_) refresh();
    return index_;
  }

private:
  void refresh();

  supervision::table<topology> topologies_;
  std::string group_;
  std::uint64_t seen_ = 0;
  routing_index index_;
};

}  // namespace scalesmall
