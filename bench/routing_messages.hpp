#pragma once

namespace scalesmall::bench {

/// What bench_routing is when it runs as the other process of a case.
int serve_messages();

/// The cases of messages between two processes; false if the other process does not start.
bool report_messages();

}  // namespace scalesmall::bench
