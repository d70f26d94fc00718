#pragma once

// g++ defines macros for sanitizers, clang has a question.
#if defined(__has_feature)
#define SCALESMALL_HAS_FEATURE(x) __has_feature(x)
#else
#define SCALESMALL_HAS_FEATURE(x) 0
#endif

namespace scalesmall {

/// Whether a sanitizer makes this program several times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    SCALESMALL_HAS_FEATURE(address_sanitizer) || SCALESMALL_HAS_FEATURE(thread_sanitizer)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

}  // namespace scalesmall
