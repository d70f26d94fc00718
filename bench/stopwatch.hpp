#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

namespace scalesmall::bench {

/// Keeps the compiler from leaving out the work whose result x is.
template <class T>
void keep(const T& x) {
  asm volatile("" : : "r"(&x) : "memory");
}

/// How long one call of f takes, in nanoseconds.
template <class F>
double elapsed_ns(F f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  const auto end = std::chrono::steady_clock::now();
  return std::chrono::duration<double, std::nano>(end - start).count();
}

/// The least of very many calls: what the machine does besides can only add to it. Takes 0.3 s.
template <class F>
double best_ns(F f) {
  auto best = std::numeric_limits<double>::max();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{300};
  while (std::chrono::steady_clock::now() < end) best = std::min(best, elapsed_ns(f));
  return best;
}

}  // namespace scalesmall::bench
