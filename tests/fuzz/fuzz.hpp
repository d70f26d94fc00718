#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <scalesmall/bytes.hpp>
#include <string_view>

/// A fuzz target is a source that defines this function. libFuzzer runs it with inputs that it
/// invents, replay.cpp with inputs from files. It returns 0 for any input; a law that does not hold
/// ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace scalesmall::fuzz {

/// Ends the process if the law does not hold. Unlike an assertion it works in every build, and no
/// catch can hide it.
inline void must(bool law, const char* what) {
  if (law) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace scalesmall::fuzz
