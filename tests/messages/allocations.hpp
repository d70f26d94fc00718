#pragma once

#include <cstddef>

namespace scalesmall {

/// The bytes that this program has requested of operator new so far, on all threads. Measure a
/// piece of code by the difference.
[[nodiscard]] std::size_t allocated_bytes() noexcept;

}  // namespace scalesmall
