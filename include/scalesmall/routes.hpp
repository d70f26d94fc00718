#pragma once

#include <cstdint>
#include <memory>
#include <scalesmall/key_of.hpp>
#include <scalesmall/owner_view.hpp>
#include <scalesmall/routing_index.hpp>
#include <scalesmall/supervision/table.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

class group_state;
struct topology;

/// The owners of the keys of one group, or of several together, and of those that they include, as
/// the node knows them now. This is the fastest way to ask, many million times a second. The object
/// holds one state of the groups. With each question it looks whether there is a newer one, which
/// costs one read of memory that changes only with the topology; so threads do not slow each other
/// down.
///
/// One thread at a time: let each thread have its own, copies are cheap. It may outlive the node
/// and then goes on with the last state.
class routes {
public:
  /// node::routes() makes it.
  routes(supervision::table<topology> topologies, std::vector<std::string> groups);
  routes(supervision::table<topology> topologies, std::string group);

  /// The owners of a key, none if the group is not known; valid until the next call of this object.
  /// Allocates no memory unless the topology has changed.
  [[nodiscard]] owner_view owners(std::uint32_t key) { return newest().owners(key); }

  /// The owners of the key that a string of bytes has (key_of).
  [[nodiscard]] owner_view owners(std::string_view name) { return owners(key_of(name)); }

  /// The whole index, for several questions of one moment.
  [[nodiscard]] const routing_index& newest() {
    if (topologies_.version() != seen_) refresh();
    return index_;
  }

private:
  void refresh();

  supervision::table<topology> topologies_;
  std::vector<std::string> groups_;
  std::vector<std::shared_ptr<const group_state>> states_;  // of several, those that index_ is of
  std::uint64_t seen_ = 0;
  routing_index index_;
};

}  // namespace scalesmall
