#pragma once

#include <memory>
#include <optional>
#include <scalesmall/node.hpp>

namespace scalesmall {

struct node_context;
struct topology;

/// Takes the state directory of a node, if it has one. Errors: another process has it. Nothing else
/// keeps a node from its start.
[[nodiscard]] std::optional<node_error> take_state(node_context& context);

/// Goes on from what a former life of the node left, before the node says anything: makes the
/// claims that are kept and those of the configuration, as one row of a new incarnation in each
/// group, and writes that incarnation down.
/// @param start  the topology of a node that knows nothing yet
void resume(node_context& context, topology& start, const std::shared_ptr<const key_store>& keys);

}  // namespace scalesmall
