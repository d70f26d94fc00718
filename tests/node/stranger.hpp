#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

#include "messages/codec/codec.hpp"
#include "net/frames/frame.hpp"
#include "net/frames/framer.hpp"
#include "tests/node/world.hpp"

namespace scalesmall {

/// A host that is no node, with one connection to node 1.
class stranger {
public:
  explicit stranger(world& w, std::uint8_t n = 9) : net_(w.wire.host(names::nth(n))) {
    stream_ = net_->connect(names::nth(1), std::chrono::seconds{2}, [this](port_event event) {
      opened = opened || std::holds_alternative<port_opened>(event);
      gone = gone || std::holds_alternative<port_closed>(event) ||
             std::holds_alternative<port_error>(event);
      if (const auto* chunk = std::get_if<port_data>(&event)) hear(chunk->data);
    });
    stream_->grant(10);
    w.run();
  }

  void say(bytes what) { (void)stream_->send(std::move(what)); }

  bool opened = false;
  bool gone = false;
  std::vector<std::uint64_t> acknowledged;

private:
  void hear(const bytes& chunk) {
    std::vector<bytes> frames;
    REQUIRE(framer_.feed(chunk, frames));
    for (const auto& frame : frames) {
      const auto told = decode(frame_codec{}.unwrap(frame).value()).value();
      acknowledged.insert(acknowledged.end(), told.acknowledged.begin(), told.acknowledged.end());
    }
    stream_->grant(1);
  }

  framer framer_;
  std::shared_ptr<network> net_;
  std::shared_ptr<stream_port> stream_;
};

/// True if no actor of the node was restarted.
inline bool all_live(const node& x) {
  return std::ranges::all_of(x.tree(), [](const auto& entry) { return entry.restarts == 0; });
}

/// True if node 1 learns a change of node 2 within this time.
inline bool serves(world& w, std::chrono::milliseconds within = std::chrono::milliseconds{50}) {
  static std::uint32_t key = 0;
  ++key;
  if (!w.add_item(2, "g", {key, key})) return false;
  w.advance(within);
  return w[1].topology("g") == w[2].topology("g");
}

inline const frame_codec codec;

inline bytes frame_with(const gossip& content) { return codec.wrap(encode(content)); }

}  // namespace scalesmall
