#pragma once

#include <algorithm>
#include <chrono>
#include <limits>
#include <sys/resource.h>

namespace scalesmall::bench {

/// Keeps the compiler from removing the computation of x.
template <class T>
void keep(const T& x) {
  asm volatile("" : : "r"(&x) : "memory");
}

/// The time of one call of f, in nanoseconds.
template <class F>
double elapsed_ns(F f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  const auto end = std::chrono::steady_clock::now();
  return std::chrono::duration<double, std::nano>(end - start).count();
}

/// The least time of very many calls, in nanoseconds: other load can only add to it. Takes 0.3 s.
template <class F>
double best_ns(F f) {
  auto best = std::numeric_limits<double>::max();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{300};
  while (std::chrono::steady_clock::now() < end) best = std::min(best, elapsed_ns(f));
  return best;
}

/// The CPU time of this process so far, in milliseconds.
inline double cpu_ms() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

}  // namespace scalesmall::bench
