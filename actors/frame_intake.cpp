#include "actors/frame_intake.hpp"

#include "messages/codec.hpp"

namespace scalesmall {

frame_intake::frame_intake(frame_codec codec, std::shared_ptr<counters> counts,
                           std::shared_ptr<spdlog::logger> log)
    : codec_(std::move(codec)), counts_(std::move(counts)), log_(std::move(log)) {}

result<std::shared_ptr<const gossip>> frame_intake::read(bytes_view frame, const net_id& from) {
  auto content = decode_body(frame);
  if (!content) {
    refuse(content.error(), from);
  } else if (codec_.seals() && !read_frame_header(frame)->sealed) {
    ++counts_->plain_accepted;
    warn_once(from, "sends plain frames, which --accept-plain lets in");
  }
  return content;
}

result<std::shared_ptr<const gossip>> frame_intake::decode_body(bytes_view frame) {
  const auto body = codec_.unwrap(frame);
  if (!body) return body.error();
  auto content = decode(*body);
  if (!content) return content.error();
  return std::make_shared<const gossip>(std::move(*content));
}

void frame_intake::refuse(fault why, const net_id& from) {
  counts_->count(why);
  if (why == fault::unknown_version)
    warn_once(from, "speaks a newer format, which this program cannot read");
  if (why == fault::not_sealed)
    warn_once(from, "sends plain frames, which are dropped without --accept-plain");
  if (why == fault::unknown_key) warn_once(from, "seals with a key that this node does not have");
}

/// The texts are literals, so they may stand for themselves.
void frame_intake::warn_once(const net_id& from, std::string_view what) {
  {
    const std::scoped_lock lock{mutex_};
    if (told_.size() >= hosts_max || !told_.emplace(from.address, what).second) return;
  }
  log_->warn("{} {}", to_string(from.address), what);
}

}  // namespace scalesmall
