#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "net/closing_handle.hpp"
#include "testing/memory_stream.hpp"

namespace scalesmall::testing {

/// A listening address in memory. Only for the sources of memory_network.
class memory_acceptor final : public memory_port<acceptor_port> {
public:
  memory_acceptor(std::shared_ptr<memory_wire> wire, net_id host, net_id local)
      : memory_port(std::move(wire), host), local_(local) {}

  /// Queues a connection that a host has opened.
  void arrive(std::shared_ptr<memory_stream> stream) {
    backlog_.push_back(std::move(stream));
    wake();
  }

  [[nodiscard]] net_id local() const override { return local_; }

private:
  std::optional<port_event> next_input() override {
    if (backlog_.empty()) return std::nullopt;
    auto stream = std::move(backlog_.front());
    backlog_.pop_front();
    const auto remote = stream->remote();
    return port_accepted{closing_handle<stream_port>(std::move(stream)), remote};
  }

  void shut() override {
    wire_->listeners.erase(local_);
    for (const auto& stream : backlog_) stream->close();
    backlog_.clear();
  }

  net_id local_;
  std::deque<std::shared_ptr<memory_stream>> backlog_;
};

}  // namespace scalesmall::testing
