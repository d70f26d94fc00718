#pragma once

#include <future>

namespace scalesmall {

class node;

/// Whether a node does anything still: a worker thread of the actor system must run something, and
/// have the I/O thread of the network run something, too. Neither peers nor disks matter. Never
/// waits itself.
/// @returns what is ready once both have run; it may be forgotten
[[nodiscard]] std::future<void> feel_pulse(const node& host);

}  // namespace scalesmall
