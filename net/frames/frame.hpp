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

/// The number that tells apart the plain frames of different clusters: FNV-1a (Fowler, Noll, Vo),
/// 32 bits, of the name; 0 for the empty name. It keeps strangers apart by mistake, not enemies:
/// only sealing does that.
[[nodiscard]] std::uint32_t cluster_number(std::string_view cluster) noexcept;

/// What is sealed along with a frame without being hidden: its clear header and the name of its
/// cluster.
[[nodiscard]] bytes associated_data(bytes_view header, std::string_view cluster);

/// Makes frames of bodies and bodies of frames, for one node of one cluster. With a primary key in
/// the store it seals what it makes and takes only what is sealed; without one it makes and takes
/// plain frames. Any thread may use it; copies share the keys and the memory of what was opened.
class frame_codec {
public:
  explicit frame_codec(std::string_view cluster = {},
                       std::shared_ptr<const key_store> keys = std::make_shared<key_store>(),
                       plain_frames plain = plain_frames::refused);

  /// The frame of this body, compressed if that makes it smaller. Throws std::length_error if more
  /// than limits::body_bytes_max would travel: who makes bodies splits them.
  [[nodiscard]] bytes wrap(bytes_view body) const;

  /// The body of exactly one frame. A fault of read_frame_header, or truncated, trailing_bytes,
  /// wrong_cluster, not_sealed, unknown_key, bad_seal, replayed, bad_compression, limit_exceeded.
  [[nodiscard]] result<bytes> unwrap(bytes_view frame) const;

  /// Whether this node seals, so that a plain frame is taken only for the change-over.
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
