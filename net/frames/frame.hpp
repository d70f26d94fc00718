#pragma once

#include <cstdint>
#include <memory>
#include <scalesmall/bytes.hpp>
#include <scalesmall/key_store.hpp>
#include <scalesmall/plain_frames.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <string_view>

#include "net/frames/frame_header.hpp"
#include "net/frames/replay_guard.hpp"

namespace scalesmall {

/// The number that tells the plain frames of different clusters apart: FNV-1a (Fowler, Noll, Vo),
/// 32 bits, of the name; 0 for the empty name. It guards against mistakes, not against attacks:
/// for these there is sealing.
[[nodiscard]] std::uint32_t cluster_number(std::string_view cluster) noexcept;

/// The associated data of a sealed frame, which the seal protects but does not hide: the clear
/// header, then the name of the cluster.
[[nodiscard]] bytes associated_data(bytes_view header, std::string_view cluster);

/// Wraps bodies into frames and unwraps frames, for one node of one cluster. With a primary key in
/// the store the codec seals each frame that it makes, and refuses plain frames unless they are
/// accepted. Without one it makes plain frames and accepts them. It opens frames sealed with any
/// key of the store. Any thread. Copies share the keys and the memory of opened frames.
class frame_codec {
public:
  explicit frame_codec(std::string_view cluster = {},
                       std::shared_ptr<const key_store> keys = std::make_shared<key_store>(),
                       plain_frames plain = plain_frames::refused);

  /// The frame of this body, compressed if that makes it smaller. Throws std::length_error if the
  /// body, or what would travel of it, exceeds limits::body_bytes_max; the sender must split longer
  /// bodies.
  [[nodiscard]] bytes wrap(bytes_view body) const;

  /// The body of exactly one frame. Faults: those of read_frame_header; truncated, trailing_bytes,
  /// wrong_cluster, not_sealed, unknown_key, bad_seal, replayed, bad_compression, limit_exceeded.
  [[nodiscard]] result<bytes> unwrap(bytes_view frame) const;

  /// Whether the store has a primary key, so that this node seals.
  [[nodiscard]] bool seals() const { return keys_->read()->primary() != nullptr; }

private:
  [[nodiscard]] result<bytes> unseal(const frame_header& header, bytes_view frame) const;

  std::string cluster_;
  std::uint32_t number_;
  std::shared_ptr<const key_store> keys_;
  plain_frames plain_;
  std::shared_ptr<replay_guard> opened_ = std::make_shared<replay_guard>();
};

}  // namespace scalesmall
