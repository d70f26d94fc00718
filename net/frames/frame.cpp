#include "net/frames/frame.hpp"

#include <algorithm>
#include <scalesmall/detail/byte_order.hpp>
#include <stdexcept>
#include <utility>

#include "messages/codec/compression.hpp"
#include "messages/limits.hpp"
#include "net/frames/seal.hpp"

namespace scalesmall {

namespace {

std::chrono::milliseconds system_time() {
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

/// What is sealed: when, then the payload.
bytes timed(std::chrono::milliseconds at, bytes_view payload) {
  bytes x(seal_time_bytes);
  store_big_endian(static_cast<std::uint64_t>(at.count()), x.data());
  x.insert(x.end(), payload.begin(), payload.end());
  return x;
}

}  // namespace

std::uint32_t cluster_number(std::string_view cluster) noexcept {
  if (cluster.empty()) return 0;
  std::uint32_t hash = 0x811c9dc5U;
  for (const auto c : cluster) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x01000193U;
  return hash;
}

bytes associated_data(bytes_view header, std::string_view cluster) {
  bytes data;
  data.reserve(header.size() + cluster.size());
  data.insert(data.end(), header.begin(), header.end());
  data.insert(data.end(), cluster.begin(), cluster.end());
  return data;
}

frame_codec::frame_codec(std::string_view cluster, std::shared_ptr<const key_store> keys,
                         plain_frames plain, frame_clock clock)
    : cluster_(cluster),
      number_(cluster_number(cluster)),
      keys_(std::move(keys)),
      plain_(plain),
      clock_(std::move(clock)) {
  if (!clock_.now) clock_.now = system_time;
  begun_at_ = clock_.now();
}

bytes frame_codec::wrap(bytes_view body) const {
  const auto ring = keys_->read();
  const auto* key = ring->primary().get();
  bytes smaller;
  const bool compressed = compress_if_smaller(body, smaller);
  const auto payload = compressed ? bytes_view{smaller} : body;
  const auto size = payload.size() + (key ? seal_bytes + seal_time_bytes : 0);
  if (body.size() > limits::body_bytes_max || size > limits::body_bytes_max)
    throw std::length_error("frame_codec::wrap: body over the limit");

  bytes frame;
  frame.reserve(frame_header_bytes + size);
  write_frame_header({.compressed = compressed,
                      .sealed = key != nullptr,
                      .body_size = size,
                      .key_id = key ? key->id() : number_},
                     frame);
  if (key) {
    seal(*key, random_nonce(), associated_data(frame, cluster_), timed(clock_.now(), payload),
         frame);
  } else {
    frame.insert(frame.end(), payload.begin(), payload.end());
  }
  return frame;
}

result<bytes> frame_codec::unwrap(bytes_view frame) const {
  auto opened = open(frame);
  if (!opened) return opened.error();
  return std::move(opened->body);
}

result<unwrapped_frame> frame_codec::open(bytes_view frame) const {
  const auto header = read_frame_header(frame);
  if (!header) return header.error();
  const auto payload = frame.subspan(frame_header_bytes);
  if (payload.size() < header->body_size) return fault::truncated;
  if (payload.size() > header->body_size) return fault::trailing_bytes;

  if (header->sealed) {
    auto opened = unseal(*header, frame);
    if (!opened || !header->compressed) return opened;
    auto body = decompress(opened->body, limits::body_bytes_max);
    if (!body) return body.error();
    return unwrapped_frame{std::move(*body), opened->from_before};
  }
  if (header->key_id != number_) return fault::wrong_cluster;
  if (plain_ == plain_frames::refused && seals()) return fault::not_sealed;
  if (!header->compressed) return unwrapped_frame{bytes(payload.begin(), payload.end())};
  auto body = decompress(payload, limits::body_bytes_max);
  if (!body) return body.error();
  return unwrapped_frame{std::move(*body)};
}

result<unwrapped_frame> frame_codec::unseal(const frame_header& header, bytes_view frame) const {
  const auto associated = associated_data(frame.first(frame_header_bytes), cluster_);
  const auto sealed = frame.subspan(frame_header_bytes);
  result<bytes> opened = fault::unknown_key;
  const auto ring = keys_->read();
  for (const auto& key : ring->keys()) {
    if (key->id() != header.key_id) continue;
    opened = scalesmall::open(*key, associated, sealed);
    if (opened) break;
  }
  if (!opened) return opened.error();
  if (opened->size() < seal_time_bytes) return fault::truncated;
  // Later times than these do not fit the clock's type, and are far in the future.
  constexpr std::uint64_t latest = std::uint64_t{1} << 50;
  const auto time = std::min(load_big_endian(opened->data()), latest);
  const std::chrono::milliseconds sealed_at{static_cast<std::int64_t>(time)};
  if (const auto why = judge(sealed, sealed_at)) return *why;
  opened->erase(opened->begin(), opened->begin() + seal_time_bytes);
  return unwrapped_frame{std::move(*opened), sealed_at < begun_at_};
}

std::optional<fault> frame_codec::judge(bytes_view sealed,
                                        std::chrono::milliseconds sealed_at) const {
  const auto now = clock_.now();
  if (sealed_at > now + clock_.skew || sealed_at < now - clock_.skew - age_max ||
      sealed_at < begun_at_ - clock_.skew)
    return fault::wrong_time;
  switch (opened_->note(sealed.first<seal_nonce_bytes>(), sealed_at)) {
    case replay_guard::verdict::fresh:
      return std::nullopt;
    case replay_guard::verdict::repeated:
      return fault::replayed;
    case replay_guard::verdict::too_old:
      break;
  }
  return fault::wrong_time;
}

}  // namespace scalesmall
