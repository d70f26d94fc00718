#pragma once

#include <optional>
#include <string>

#include "apps/terminal/line_reader.hpp"

namespace scalesmall {

/// Reads lines from a pipe or a file, without a prompt. The last line needs no newline.
class pipe_reader final : public line_reader {
public:
  /// Does not close `fd`. `stop` must outlive the reader.
  pipe_reader(int fd, const stop_signal& stop);

  [[nodiscard]] std::optional<std::string> next() override;

private:
  /// Reads more input; false at its end or when the program is to stop.
  [[nodiscard]] bool fill();

  int fd_;
  const stop_signal& stop_;
  std::string buffer_;
};

}  // namespace scalesmall
