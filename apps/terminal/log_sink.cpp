#include "apps/terminal/log_sink.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include <nlohmann/json.hpp>
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

/// syslog(3) has the numbers.
std::string_view priority_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return "<2>";
    case spdlog::level::err:
      return "<3>";
    case spdlog::level::warn:
      return "<4>";
    case spdlog::level::info:
      return "<6>";
    default:
      return "<7>";
  }
}

/// In UTC, as RFC 3339 has it.
std::string time_of(spdlog::log_clock::time_point x) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(x.time_since_epoch()).count();
  const std::time_t seconds = since / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const auto milliseconds = std::to_string(1000 + since % 1000);
  return std::string{text.data(), length} + '.' + milliseconds.substr(1) + 'Z';
}

std::string json_of(const spdlog::details::log_msg& what, std::string_view text) {
  const auto level = spdlog::level::to_string_view(what.level);
  const nlohmann::ordered_json line{{"time", time_of(what.time)},
                                    {"level", std::string{level.data(), level.size()}},
                                    {"text", text}};
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

class log_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  log_sink(std::shared_ptr<line_writer> writer, log_form form)
      : writer_(std::move(writer)), form_(form) {}

private:
  void sink_it_(const spdlog::details::log_msg& what) override {
    const std::string_view text{what.payload.data(), what.payload.size()};
    std::string line;
    if (form_.journal) line = priority_of(what.level);
    if (form_.json) {
      line += json_of(what, text) + '\n';
    } else if (form_.journal) {
      line.append(text) += '\n';
    } else {
      line = formatted(what);
    }
    writer_->write(std::move(line));
  }

  std::string formatted(const spdlog::details::log_msg& what) {
    spdlog::memory_buf_t text;
    formatter_->format(what, text);
    std::string line{text.data(), text.size()};
    if (form_.coloured && what.color_range_end > what.color_range_start) {
      line.insert(what.color_range_end, "\033[m");
      line.insert(what.color_range_start, colour_of(what.level));
    }
    return line;
  }

  void flush_() override {}

  std::shared_ptr<line_writer> writer_;
  log_form form_;
};

}  // namespace

bool is_journal(int fd, const variable_reader& variable) {
  const auto stream = variable("JOURNAL_STREAM");
  struct stat about {};
  if (!stream || ::fstat(fd, &about) == -1) return false;
  return *stream == std::to_string(about.st_dev) + ':' + std::to_string(about.st_ino);
}

std::shared_ptr<spdlog::sinks::sink> make_log_sink(std::shared_ptr<line_writer> writer,
                                                   log_form form) {
  return std::make_shared<log_sink>(std::move(writer), form);
}

}  // namespace scalesmall
