#pragma once

#include <chrono>
#include <ostream>
#include <string>

#include "apps/client/client_command.hpp"
#include "apps/client/client_failure.hpp"
#include "apps/client/event_parser.hpp"

/// The verbs that follow what happens at a node.
namespace scalesmall {

using follow_outcome = result<client_status, client_failure>;

/// Writes each event as it comes, until the node ends.
[[nodiscard]] follow_outcome show_events(const std::string& socket, const client_command& command,
                                         std::ostream& out);

/// `watch`: writes what happens to a group. With --exec a command gets the events instead, as lines
/// of JSON on its standard input; it runs once for all that has come while it ran before. Its
/// environment has SCALESMALL_GROUP and SCALESMALL_SOCKET. At the begin it gets one event `reset`.
[[nodiscard]] follow_outcome watch_group(const std::string& socket, const client_command& command,
                                         std::ostream& out, std::ostream& err);

/// `await`: waits for the events of a group until a count is at least the number, or at most with
/// --at-most.
[[nodiscard]] follow_outcome await_count(const std::string& socket, const client_command& command,
                                         std::ostream& out);

/// `drain`: asks until the node serves nothing of the group by plan, because a node lets nobody
/// wait for long.
[[nodiscard]] follow_outcome await_drained(const std::string& socket, const client_command& command,
                                           std::ostream& out);

/// An event as a line for people.
[[nodiscard]] std::string event_text(const sent_event& x);

/// The same for `watch`, which is about one group.
[[nodiscard]] std::string watched_text(const sent_event& x);

}  // namespace scalesmall
