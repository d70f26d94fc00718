#include <ctime>
#include <scalesmall/service_fence.hpp>

namespace scalesmall {

bool service_fence::is_open() const noexcept { return now().count() < until_; }

std::chrono::nanoseconds service_fence::now() noexcept {
  std::timespec t{};
  ::clock_gettime(CLOCK_BOOTTIME, &t);
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

}  // namespace scalesmall
