#include "actors/inbound/frame_admission.hpp"

#include <algorithm>

#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

constexpr std::size_t entry_bytes = 80;

/// The memory of a gossip, in entries. The body's bytes stand for names and program messages.
std::size_t entries_of(const gossip& x, std::size_t body_bytes) {
  auto n = body_bytes / entry_bytes + x.seen_ids.size() + x.other_ids.size() +
           x.distribution_list.size() + x.silent.size();
  if (x.application) n += x.application->sizes.size() * sizeof(std::uint32_t) / entry_bytes;
  n += x.messages.size() * (sizeof(message) / entry_bytes);
  for (const auto& group : x.messages)
    n += group.within.ranges().size() + group.time.clocks().size() + group.items.size() +
         group.absent.size();
  if (x.summary) {
    n += x.summary->groups.size() * (sizeof(group_digest) / entry_bytes);
    for (const auto& group : x.summary->groups)
      n += group.within.ranges().size() + group.time.clocks().size();
  }
  return n;
}

/// The number of entries above which a frame counts as dense, that is, probably made to be large.
/// An ordinary frame has at least a byte for each entry, unless it is small.
std::size_t dense_from(const opened_frame& frame) {
  constexpr std::size_t few_bytes = 4'096;
  return 4'096 + frame.frame_bytes + 15 * std::min(frame.frame_bytes, few_bytes);
}

/// What is logged of a host of which a frame was refused for this reason; empty: nothing.
std::string_view words_for(fault why) {
  switch (why) {
    case fault::unknown_version:
      return "speaks a newer format, which this program cannot read";
    case fault::not_sealed:
      return "sends plain frames, which are dropped without --accept-plain";
    case fault::wrong_time:
      return "sends frames from another time: its clock is off by more than --clock-skew, or "
             "somebody repeats old frames";
    case fault::unknown_key:
      return "seals with a key that this node does not have";
    case fault::bad_seal:
      return "seals for another cluster name; what it sends is dropped";
    case fault::wrong_cluster:
      return "has another cluster name; what it sends is dropped";
    default:
      return {};
  }
}

}  // namespace

frame_admission::frame_admission(frame_codec codec, std::shared_ptr<counters> counts,
                                 std::shared_ptr<const logger> log, std::function<time_point()> now)
    : codec_(std::move(codec)),
      counts_(std::move(counts)),
      log_(std::move(log)),
      now_(std::move(now)) {}

result<opened_frame> frame_admission::open(bytes_view frame, const net_id& from) {
  counts_->bytes_received += frame.size();
  auto opened = codec_.open(frame);
  if (!opened) {
    refuse(opened.error(), from);
    return opened.error();
  }
  if (any_refused_) note_readable(from);
  if (codec_.seals() && !read_frame_header(frame)->sealed) {
    ++counts_->plain_accepted;
    warn_once(from, "sends plain frames, which --accept-plain lets in");
  }
  return opened_frame{std::move(opened->body), frame.size(), opened->from_before};
}

result<frame_admission::gossip_ptr> frame_admission::read(opened_frame& frame, const net_id& from) {
  auto content = read_body(frame);
  if (!content) refuse(content.error(), from);
  return content;
}

result<frame_admission::gossip_ptr> frame_admission::read_body(opened_frame& frame) {
  if (frame.dense) return read_dense(frame);
  auto content = decode(frame.body, std::min(limits::frame_entries_max, dense_from(frame)));
  if (!content && content.error() == fault::limit_exceeded) {
    frame.dense = true;
    return read_dense(frame);
  }
  if (!content) return content.error();
  // A former life of this node may have handled these messages.
  if (content->application && frame.from_before) return fault::wrong_time;
  const auto entries = entries_of(*content, frame.body.size());
  held_->entries += entries;
  const auto release = [held = held_, entries](const gossip* x) {
    delete x;
    held->entries -= entries;
  };
  return gossip_ptr{new gossip{std::move(*content)}, release};
}

result<frame_admission::gossip_ptr> frame_admission::read_dense(const opened_frame& frame) {
  if (!held_->dense.begin(now_())) return gossip_ptr{};
  auto content = decode(frame.body);
  if (content && content->application && frame.from_before) content = fault::wrong_time;
  if (!content) {
    held_->dense.end(now_());
    return content.error();
  }
  const auto release = [held = held_, now = now_](const gossip* x) {
    delete x;
    held->dense.end(now());
  };
  return gossip_ptr{new gossip{std::move(*content)}, release};
}

void frame_admission::refuse(fault why, const net_id& from) {
  counts_->count(why);
  if (const auto words = words_for(why); !words.empty()) warn_once(from, words, why);
}

void frame_admission::note_readable(const net_id& from) {
  bool over = false;
  {
    const std::scoped_lock lock{mutex_};
    for (auto& [key, warned] : warned_) {
      if (key.first == from.address && !warned.over) over = warned.over = true;
    }
    any_refused_ = std::ranges::any_of(warned_, [](const auto& x) { return !x.second.over; });
  }
  if (over) log_->info("what {} sends can be read now", to_string(from.address));
}

void frame_admission::closed_by(const net_id& peer) {
  if (refusals_.closed(peer))
    log_->warn(
        "{} closes this node's connections without an answer: it has another cluster name, key or "
        "format, and its log may say which",
        to_string(peer));
}

void frame_admission::answered_by(const net_id& peer) {
  if (refusals_.answered(peer)) log_->info("{} takes this node's connections now", to_string(peer));
}

void frame_admission::left_by(const net_id& from) {
  if (leavers_.closed({from.address, 0}))
    warn_once(from,
              "connects and closes without a word: it has another cluster name, key or format, or "
              "it is no node and looks whether this one is there");
}

void frame_admission::spoken_to_by(const net_id& from) {
  (void)leavers_.answered({from.address, 0});
}

std::vector<ip_address> frame_admission::silent_hosts() const {
  std::vector<ip_address> hosts;
  for (const auto& x : leavers_.all()) hosts.push_back(x.address);
  return hosts;
}

std::vector<std::pair<ip_address, fault>> frame_admission::unreadable() const {
  std::vector<std::pair<ip_address, fault>> all;
  const std::scoped_lock lock{mutex_};
  for (const auto& [key, warned] : warned_) {
    if (warned.why && !warned.over) all.emplace_back(key.first, *warned.why);
  }
  return all;
}

/// @param what  a literal, since its view is kept
void frame_admission::warn_once(const net_id& from, std::string_view what,
                                std::optional<fault> why) {
  {
    const std::scoped_lock lock{mutex_};
    const std::pair key{from.address, what};
    if (warned_.size() >= hosts_max || !warned_.emplace(key, warning{why}).second) return;
    any_refused_ = true;
  }
  log_->warn("{} {}", to_string(from.address), what);
}

}  // namespace scalesmall
