#include "ops/ring_streams.hpp"

#include <string>
#include <utility>

#include "ops/http/bounds.hpp"

namespace scalesmall {

namespace {

/// A node has fewer events than its life has microseconds. So the numbers of its next life are
/// greater, and a reader that comes back then is told to begin anew.
std::uint64_t first_number() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::microseconds>(now).count());
}

}  // namespace

struct ring_streams::content {
  content(std::shared_ptr<std::atomic<unsigned>> all_open, std::function<void()> f)
      : open(std::move(all_open)), on_news(std::move(f)) {}

  const std::shared_ptr<std::atomic<unsigned>> open;
  mutable std::mutex mutex;  // held for moments, also while on_news runs
  std::function<void()> on_news;
  event_ring ring{first_number()};
  unsigned readers = 0;
  std::chrono::steady_clock::time_point left_at{};  // when the last reader left
};

/// It may outlive the feed, if a client leaves while the server ends.
class ring_streams::reader final : public answer_stream {
public:
  reader(std::shared_ptr<content> from, event_filter wanted, event_ring::cursor at,
         std::function<void()> before_read)
      : from_(std::move(from)),
        wanted_(std::move(wanted)),
        at_(std::move(at)),
        before_read_(std::move(before_read)) {}

  ~reader() override {
    --*from_->open;
    const std::lock_guard lock{from_->mutex};
    --from_->readers;
    from_->left_at = std::chrono::steady_clock::now();
  }

  std::string next(bool beat) override {
    if (before_read_) before_read_();
    const std::lock_guard lock{from_->mutex};
    auto text = from_->ring.read(at_, wanted_, http_bounds::stream_bytes_max);
    // No event, but the number from which the client goes on if it comes back.
    if (text.empty() && beat) text = "id: " + std::to_string(at_.next - 1) + "\n\n";
    return text;
  }

private:
  const std::shared_ptr<content> from_;
  const event_filter wanted_;
  event_ring::cursor at_;
  const std::function<void()> before_read_;
};

ring_streams::ring_streams(std::shared_ptr<std::atomic<unsigned>> open,
                           std::function<void()> on_news)
    : content_(std::make_shared<content>(std::move(open), std::move(on_news))) {}

void ring_streams::add(std::string_view type, std::string_view group, std::string_view data) {
  const std::lock_guard lock{content_->mutex};
  content_->ring.add(type, group, data);
  if (content_->readers != 0 && content_->on_news) content_->on_news();
}

void ring_streams::clear() {
  const std::lock_guard lock{content_->mutex};
  content_->ring.clear();
}

void ring_streams::close() {
  const std::lock_guard lock{content_->mutex};
  content_->on_news = nullptr;
}

ring_streams::opened ring_streams::attach(const event_filter& wanted,
                                          std::optional<std::uint64_t> last, begin where,
                                          std::function<void()> before_read) {
  if (++*content_->open > http_bounds::streams_max) {
    --*content_->open;
    return command_error{command_fault::unavailable, "too many streams of events are open"};
  }
  const std::lock_guard lock{content_->mutex};
  if (!last && where == begin::oldest) last = content_->ring.oldest() - 1;
  ++content_->readers;
  return std::shared_ptr<answer_stream>{std::make_shared<reader>(
      content_, wanted, content_->ring.from(last), std::move(before_read))};
}

bool ring_streams::has_readers() const {
  const std::lock_guard lock{content_->mutex};
  return content_->readers != 0;
}

bool ring_streams::is_left_for(std::chrono::seconds time) const {
  const std::lock_guard lock{content_->mutex};
  return content_->readers == 0 && std::chrono::steady_clock::now() - content_->left_at > time;
}

}  // namespace scalesmall
