#pragma once

#include <memory>

#include <spdlog/sinks/sink.h>

#include "apps/terminal/line_writer.hpp"

namespace scalesmall {

/// A sink that hands its lines to a line_writer, with the colour of the level if asked. Any thread.
[[nodiscard]] std::shared_ptr<spdlog::sinks::sink> make_log_sink(
    std::shared_ptr<line_writer> writer, bool coloured);

}  // namespace scalesmall
