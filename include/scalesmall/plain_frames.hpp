#pragma once

namespace scalesmall {

/// Whether a node that seals takes plain frames, too, for the time in which a cluster changes over.
enum class plain_frames : bool { refused, accepted };

}  // namespace scalesmall
