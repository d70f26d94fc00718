#pragma once

#include <scalesmall/node.hpp>
#include <scalesmall/supervision/caf_version.hpp>

#include <caf/fwd.hpp>

namespace scalesmall {

/// Prepares the configuration of an actor system for nodes. Call it before the system is made, and
/// before `parse` if the program's command line is to configure the node:
/// - `system.render(error)` names the errors of this library.
/// - The scheduler shares one queue, and an actor has at most 300 messages in a row. A node mostly
///   waits: so its workers sleep, and a busy actor starves no other. A file or an option may say
///   otherwise.
/// - The command line takes the options of a node, which config_of() reads:
///   `--scalesmall.listen=10.0.0.5:29999`,
///   `--scalesmall.peers=["10.0.0.1:29999", "seed.example:29999"]`,
///   `--scalesmall.no-multicast`, `--scalesmall.multicast-group=224.1.1.1:29999`,
///   `--scalesmall.cluster=NAME`, `--scalesmall.grace=10min`, `--scalesmall.forget=24h`,
///   `--scalesmall.clock-skew=30s`, `--scalesmall.on-stop=leave`, `--scalesmall.state=DIR`,
///   `--scalesmall.liveness`, `--scalesmall.unreachable-after=2500ms`.
void setup(caf::actor_system_config& config);

/// The configuration of a node as the options of setup() say, with the defaults for the rest.
/// Errors: std::errc::invalid_argument, with a sentence that names the option, or the one of
/// wrong_field.
[[nodiscard]] result<node_config, node_error> config_of(const caf::actor_system_config& config);

}  // namespace scalesmall
