#include "ops/event_feed.hpp"

#include <algorithm>
#include <scalesmall/node.hpp>
#include <utility>

#include "actors/node_access.hpp"
#include "actors/tree_reports.hpp"

namespace scalesmall {

namespace {

/// How long it listens on for readers that come back.
constexpr std::chrono::seconds linger{60};

/// A change of more events than this tells only that the group is to be read anew: most readers
/// would be too slow for the ring.
constexpr std::size_t events_of_update_max = 500;

/// What one operation may put into the log of events.
constexpr std::size_t line_bytes_shown_max = 1'000;

std::chrono::nanoseconds now_utc() { return std::chrono::system_clock::now().time_since_epoch(); }

}  // namespace

event_feed::event_feed(node& host, std::shared_ptr<std::atomic<unsigned>> open,
                       std::function<void()> on_news)
    : host_(host), streams_(std::move(open), std::move(on_news)) {
  reports_ = node_access::reports(host_).listen([this](const supervision::report& x) {
    const std::lock_guard lock{mutex_};
    if (listening_) add("tree", {}, to_json(x));
  });
}

event_feed::~event_feed() { close(); }

void event_feed::close() {
  streams_.close();
  subscription ended;
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    listening_ = false;
    ended = std::move(groups_);
  }
  ended.end();
  reports_.end();
}

std::optional<event_feed::opened> event_feed::open_at_once(const event_filter& wanted,
                                                           std::optional<std::uint64_t> last) {
  const std::lock_guard lock{mutex_};
  if (!listening_) return {};
  return attach(wanted, last);
}

/// A subscription begins with a snapshot of each group, which nobody needs: the first reader reads
/// the state of the node once this has returned.
event_feed::opened event_feed::open(const event_filter& wanted, std::optional<std::uint64_t> last) {
  const std::lock_guard opening{opening_};
  if (auto opened_now = open_at_once(wanted, last)) return std::move(*opened_now);
  {
    const std::lock_guard lock{mutex_};
    snapshots_due_.clear();
    snapshots_seen_.clear();
  }
  auto told = host_.subscribe(std::nullopt, [this](const group_update& x) { take(x); });
  if (!told) return describe(told.error());
  auto known = host_.groups();
  const std::lock_guard lock{mutex_};
  if (closed_) return command_error{command_fault::unavailable, "the program is stopping"};
  for (auto& group : known) {
    if (!snapshots_seen_.contains(group)) snapshots_due_.insert(std::move(group));
  }
  groups_ = std::move(*told);
  keys_ = host_.keys().read();
  listening_ = true;
  return attach(wanted, last);
}

event_feed::opened event_feed::attach(const event_filter& wanted,
                                      std::optional<std::uint64_t> last) {
  return streams_.attach(wanted, last, ring_streams::begin::now, [this] {
    const std::lock_guard lock{mutex_};
    add_keys_if_changed();
  });
}

void event_feed::take(const group_update& update) {
  subscription ended;
  {
    const std::lock_guard lock{mutex_};
    if (!listening_) {
      if (update.snapshot) snapshots_seen_.insert(update.group);
      return;
    }
    if (update.snapshot && snapshots_due_.erase(update.group) != 0) return;
    if (streams_.is_left_for(linger)) {
      listening_ = false;
      streams_.clear();
      ended = std::move(groups_);
    } else {
      const bool complete = update.events.size() <= events_of_update_max;
      if (update.snapshot || !complete) {
        add("group", update.group,
            {{"event", "snapshot"}, {"group", update.group}, {"complete", complete}});
      }
      for (const auto& event : update.events) {
        if (!complete) break;
        auto x = to_json(event);
        x["group"] = update.group;
        add("group", update.group, x);
      }
    }
  }
  ended.end();
}

void event_feed::tell_operation(const std::string& who, const std::string& line,
                                const std::string& refused) {
  const std::lock_guard lock{mutex_};
  if (!listening_) return;
  add("operator", {},
      {{"event", refused.empty() ? "done" : "refused"},
       {"who", who},
       {"line", line.substr(0, line_bytes_shown_max)},
       {"reason", refused.empty() ? json(nullptr) : json(refused)}});
  add_keys_if_changed();
}

void event_feed::add_keys_if_changed() {
  if (!listening_) return;
  auto keys = host_.keys().read();
  if (keys == keys_) return;
  keys_ = std::move(keys);
  add("keys", {}, {{"event", "keys_changed"}, {"keys", to_json(*keys_)}});
}

void event_feed::add(std::string_view type, std::string_view group, const json& event) {
  streams_.add(type, group, event_line(now_utc(), event));
}

}  // namespace scalesmall
