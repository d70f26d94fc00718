#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "apps/client/follow.hpp"

namespace scalesmall {

/// `debug`: writes what the node tells of itself into a tar file, which only this user may read,
/// and names what is in it. There is no key in it. The counters are in it twice, with some seconds
/// between. Without a path it is "scalesmall-debug.tar" in the current directory. An existing file
/// is refused.
[[nodiscard]] follow_outcome save_bundle(const std::string& socket, const client_command& command,
                                         std::ostream& out);

/// A file in a tar archive (ustar, POSIX.1-1988); an archive ends with tar_end().
/// @param name at most 100 bytes
/// @param seconds since 1970
[[nodiscard]] std::string tar_entry(std::string_view name, std::string_view content,
                                    std::int64_t seconds);
[[nodiscard]] std::string tar_end();

}  // namespace scalesmall
