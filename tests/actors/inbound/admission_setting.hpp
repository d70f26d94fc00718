#pragma once

#include <chrono>
#include <memory>

#include <doctest/doctest.h>

#include "actors/inbound/frame_admission.hpp"
#include "messages/codec/codec.hpp"
#include "tests/actors/names.hpp"
#include "tests/at.hpp"

namespace scalesmall {

/// A frame_admission with a manual clock, and frames for it.
struct admission_setting {
  time_point now = at(std::chrono::hours{1});
  frame_codec codec;
  std::shared_ptr<counters> counts = std::make_shared<counters>();
  frame_admission intake{codec, counts, std::make_shared<logger>(), [this] { return now; }};

  /// A frame of node 2.
  /// @param number   of its gossip
  /// @param members  number of members in it
  /// @param step     distance of their addresses
  /// @param clocks   number of different clocks
  [[nodiscard]] bytes frame(std::uint64_t number, std::uint32_t members, std::uint64_t step = 1,
                            std::uint32_t clocks = 1) const {
    message many{"g", {}, {}};
    for (std::uint32_t i = 0; i < members; ++i)
      many.time.advance({{ip_address::from_halves(1, i * step), 1}, {5 + i % clocks, 0}});
    return codec.wrap(encode({{names::nth(2), number}, {}, {}, {}, {many}, {}}));
  }

  [[nodiscard]] opened_frame opened(const bytes& frame) {
    auto opened = intake.open(frame, names::nth(2));
    REQUIRE(opened);
    return *opened;
  }
};

}  // namespace scalesmall
