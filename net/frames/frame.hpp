#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

/// How a codec knows the time.
struct frame_clock {
  /// The time since 1970. By default that of the system's clock.
  std::function<std::chrono::milliseconds()> now = {};
  /// How far the clocks of two nodes may be apart.
  std::chrono::milliseconds skew = std::chrono::seconds{30};
};

/// What a frame held.
struct unwrapped_frame {
  bytes body;
  /// It was sealed before this codec began, as far as clocks can tell: it may be a repetition of
  /// what a former life of this node has opened.
  bool from_before = false;
};

/// Wraps bodies into frames and unwraps frames, for one node of one cluster. With a primary key in
/// the store the codec seals each frame that it makes, and refuses plain frames unless they are
/// accepted. Without one it makes plain frames and accepts them. It opens frames sealed with any
/// key of the store. Any thread. Copies share the keys and the memory of opened frames.
///
/// A sealed frame says when it was sealed. It is opened once, within age_max of that time, and not
/// if it is from before this codec began. Clocks may be apart by frame_clock::skew.
class frame_codec {
public:
  /// How long a frame may be on its way.
  static constexpr std::chrono::milliseconds age_max = std::chrono::minutes{2};

  explicit frame_codec(std::string_view cluster = {},
                       std::shared_ptr<const key_store> keys = std::make_shared<key_store>(),
                       plain_frames plain = plain_frames::refused, frame_clock clock = {});

  /// The frame of this body, compressed if that makes it smaller. Throws std::length_error if the
  /// body, or what would travel of it, exceeds limits::body_bytes_max; the sender must split longer
  /// bodies.
  [[nodiscard]] bytes wrap(bytes_view body) const;

  /// The body of exactly one frame. Faults: those of read_frame_header; truncated, trailing_bytes,
  /// wrong_cluster, not_sealed, unknown_key, bad_seal, replayed, wrong_time, bad_compression,
  /// limit_exceeded.
  [[nodiscard]] result<bytes> unwrap(bytes_view frame) const;

  /// Likewise, and whether the frame may be older than this codec.
  [[nodiscard]] result<unwrapped_frame> open(bytes_view frame) const;

  /// Whether the store has a primary key, so that this node seals.
  [[nodiscard]] bool seals() const { return keys_->read()->primary() != nullptr; }

private:
  [[nodiscard]] result<unwrapped_frame> unseal(const frame_header& header, bytes_view frame) const;
  [[nodiscard]] std::optional<fault> judge(bytes_view sealed,
                                           std::chrono::milliseconds sealed_at) const;

  std::string cluster_;
  std::uint32_t number_;
  std::shared_ptr<const key_store> keys_;
  plain_frames plain_;
  frame_clock clock_;
  std::chrono::milliseconds begun_at_;
  std::shared_ptr<replay_guard> opened_ = std::make_shared<replay_guard>();
};

}  // namespace scalesmall
