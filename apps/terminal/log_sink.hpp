#pragma once

#include <cstdint>
#include <memory>

#include <spdlog/sinks/sink.h>

#include "apps/terminal/line_writer.hpp"
#include "ops/files/socket_places.hpp"

namespace scalesmall {

/// How a line of the log looks.
struct log_form {
  bool coloured = false;  ///< the level of a text has its colour
  bool json = false;      ///< one object a line: {"time":...,"level":...,"text":...}
  /// The line begins with its priority, "<4>", and a text has neither a time nor a level: the
  /// journal keeps both.
  bool journal = false;
};

/// Whether what is written to a descriptor goes to systemd's journal ($JOURNAL_STREAM).
[[nodiscard]] bool is_journal(int fd, const variable_reader& variable = read_variable);

/// A sink that hands its lines to a line_writer. Any thread.
[[nodiscard]] std::shared_ptr<spdlog::sinks::sink> make_log_sink(
    std::shared_ptr<line_writer> writer, log_form form);

}  // namespace scalesmall
