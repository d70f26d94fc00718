#include "apps/terminal/log_sink.hpp"

#include <mutex>
#include <string_view>
#include <utility>

#include <spdlog/sinks/base_sink.h>

namespace scalesmall {

namespace {

std::string_view colour_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return "\033[36m";
    case spdlog::level::info:
      return "\033[32m";
    case spdlog::level::warn:
      return "\033[33m\033[1m";
    case spdlog::level::err:
      return "\033[31m\033[1m";
    case spdlog::level::critical:
      return "\033[1m\033[41m";
    default:
      return "\033[37m";
  }
}

class log_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  log_sink(std::shared_ptr<line_writer> writer, bool coloured)
      : writer_(std::move(writer)), coloured_(coloured) {}

private:
  void sink_it_(const spdlog::details::log_msg& what) override {
    spdlog::memory_buf_t text;
    formatter_->format(what, text);
    std::string line{text.data(), text.size()};
    if (coloured_ && what.color_range_end > what.color_range_start) {
      line.insert(what.color_range_end, "\033[m");
      line.insert(what.color_range_start, colour_of(what.level));
    }
    writer_->write(std::move(line));
  }

  void flush_() override {}

  std::shared_ptr<line_writer> writer_;
  bool coloured_;
};

}  // namespace

std::shared_ptr<spdlog::sinks::sink> make_log_sink(std::shared_ptr<line_writer> writer,
                                                   bool coloured) {
  return std::make_shared<log_sink>(std::move(writer), coloured);
}

}  // namespace scalesmall
