#pragma once

namespace scalesmall::bench {

/// The main function of the second process of the message cases.
int serve_messages();

/// Runs the cases with messages between two processes; false if the second process does not start.
bool report_messages();

}  // namespace scalesmall::bench
