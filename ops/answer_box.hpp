#pragma once

#include <cstdint>
#include <mutex>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "ops/files/descriptor.hpp"
#include "ops/http/answer.hpp"

namespace scalesmall {

/// The answers that other threads give, and what wakes the thread of the server.
class answer_box {
public:
  void put(std::uint64_t number, http_answer answer) {
    {
      const std::lock_guard lock{mutex_};
      answers_.emplace_back(number, std::move(answer));
    }
    wake();
  }

  void wake() const {
    const std::uint64_t one = 1;
    // If the counter is full, it wakes all the same.
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
  }

  [[nodiscard]] std::vector<std::pair<std::uint64_t, http_answer>> take() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(event_.get(), &count, sizeof count);
    const std::lock_guard lock{mutex_};
    return std::exchange(answers_, {});
  }

  [[nodiscard]] int fd() const { return event_.get(); }

private:
  descriptor event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"};
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, http_answer>> answers_;
};

}  // namespace scalesmall
