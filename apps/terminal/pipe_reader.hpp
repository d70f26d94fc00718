#pragma once

#include <optional>
#include <string>

#include "apps/terminal/line_reader.hpp"

namespace scalesmall {

/// Lines from a pipe or a file, without a prompt. A last line without an end counts.
class pipe_reader final : public line_reader {
public:
  /// `fd` stays the caller's.
  pipe_reader(int fd, const stop_signal& stop);

  [[nodiscard]] std::optional<std::string> next() override;

private:
  /// Takes in more input; false at its end or when the program is to stop.
  [[nodiscard]] bool fill();

  int fd_;
  const stop_signal& stop_;
  std::string buffer_;
};

}  // namespace scalesmall
