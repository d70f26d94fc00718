#include "tests/messages/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> allocated{0};

}  // namespace

std::size_t scalesmall::allocated_bytes() noexcept { return allocated; }

// All other forms of operator new, except the aligned ones, call one of these two. A sanitizer
// replaces the second if it is not defined here.
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  allocated += n;
  return std::malloc(n == 0 ? 1 : n);
}

void* operator new(std::size_t n) {
  if (auto* p = operator new(n, std::nothrow)) return p;
  throw std::bad_alloc{};
}

void operator delete(void* p) noexcept { std::free(p); }

void operator delete(void* p, std::size_t) noexcept { std::free(p); }
