#include "net/frames/frame.hpp"

#include <stdexcept>
#include <utility>

#include "messages/codec/compression.hpp"
#include "messages/limits.hpp"
#include "net/frames/seal.hpp"

namespace scalesmall {

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
                         plain_frames plain)
    : cluster_(cluster), number_(cluster_number(cluster)), keys_(std::move(keys)), plain_(plain) {}

bytes frame_codec::wrap(bytes_view body) const {
  const auto ring = keys_->read();
  const auto* key = ring->primary().get();
  bytes smaller;
  const bool compressed = compress_if_smaller(body, smaller);
  const auto payload = compressed ? bytes_view{smaller} : body;
  const auto size = payload.size() + (key ? seal_bytes : 0);
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
    seal(*key, random_nonce(), associated_data(frame, cluster_), payload, frame);
  } else {
    frame.insert(frame.end(), payload.begin(), payload.end());
  }
  return frame;
}

result<bytes> frame_codec::unwrap(bytes_view frame) const {
  const auto header = read_frame_header(frame);
  if (!header) return header.error();
  const auto payload = frame.subspan(frame_header_bytes);
  if (payload.size() < header->body_size) return fault::truncated;
  if (payload.size() > header->body_size) return fault::trailing_bytes;

  if (header->sealed) {
    auto opened = unseal(*header, frame);
    if (!opened || !header->compressed) return opened;
    return decompress(*opened, limits::body_bytes_max);
  }
  if (header->key_id != number_) return fault::wrong_cluster;
  if (plain_ == plain_frames::refused && seals()) return fault::not_sealed;
  if (header->compressed) return decompress(payload, limits::body_bytes_max);
  return bytes(payload.begin(), payload.end());
}

result<bytes> frame_codec::unseal(const frame_header& header, bytes_view frame) const {
  const auto associated = associated_data(frame.first(frame_header_bytes), cluster_);
  const auto sealed = frame.subspan(frame_header_bytes);
  result<bytes> opened = fault::unknown_key;
  const auto ring = keys_->read();
  for (const auto& key : ring->keys()) {
    if (key->id() != header.key_id) continue;
    opened = open(*key, associated, sealed);
    if (opened) break;
  }
  if (opened && !opened_->is_new(sealed.first<seal_nonce_bytes>())) return fault::replayed;
  return opened;
}

}  // namespace scalesmall
