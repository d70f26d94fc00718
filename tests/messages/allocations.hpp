#pragma once

#include <cstddef>

namespace scalesmall {

/// Bytes that this program has ever asked of operator new, on all threads; what a piece of code
/// asks for is the difference.
[[nodiscard]] std::size_t allocated_bytes() noexcept;

}  // namespace scalesmall
