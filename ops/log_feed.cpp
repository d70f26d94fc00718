#include "ops/log_feed.hpp"

#include <chrono>
#include <utility>

#include "actors/node_access.hpp"
#include "ops/events/event_json.hpp"
#include "ops/verbs/log_levels.hpp"
#include "ops/verbs/printable.hpp"

namespace scalesmall {

log_feed::log_feed(node& host, std::shared_ptr<std::atomic<unsigned>> open,
                   std::function<void()> on_news)
    : streams_(std::move(open), std::move(on_news)),
      lines_(node_access::log_lines(host).add(
          [this](log_level level, std::string_view text) { take(level, text); })) {}

void log_feed::close() {
  streams_.close();
  lines_.end();
}

void log_feed::take(log_level level, std::string_view text) {
  if (level < log_level::info && !streams_.has_readers()) return;
  const auto name = to_string(level);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  streams_.add(name, {}, event_line(now, {{"level", name}, {"text", printable(text)}}));
}

ring_streams::opened log_feed::open(log_level level, std::optional<std::uint64_t> last) {
  event_filter wanted;
  for (const auto x : all_log_levels) {
    if (x >= level) wanted.types.emplace_back(to_string(x));
  }
  return streams_.attach(wanted, last, ring_streams::begin::oldest);
}

}  // namespace scalesmall
