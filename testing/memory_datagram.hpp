#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "testing/memory_port.hpp"

namespace scalesmall::testing {

/// A member of a multicast group in memory. Only for the sources of memory_network.
class memory_datagram final : public memory_port<datagram_port> {
public:
  memory_datagram(std::shared_ptr<memory_wire> wire, net_id host, const multicast_options& options)
      : memory_port(std::move(wire), host), options_(options) {}

  [[nodiscard]] std::error_code send(bytes_view datagram) override {
    if (!usable()) return std::make_error_code(std::errc::not_connected);
    if (datagram.size() > options_.datagram_bytes_max)
      return std::make_error_code(std::errc::message_size);
    for (const auto& weak : wire_->members) {
      const auto member = weak.lock();
      if (!member || !hears_me(*member) || wire_->random.chance(wire_->faults.datagram_loss))
        continue;
      const int copies = wire_->random.chance(wire_->faults.datagram_duplication) ? 2 : 1;
      for (int i = 0; i < copies; ++i) {
        const auto arrives = [data = bytes(datagram.begin(), datagram.end()),
                              from = host()](memory_datagram& x) {
          if (x.in_.size() < receive_buffer_datagrams) x.in_.push_back({data, from});
          x.wake();
        };
        wire_->at(wire_->now + wire_->delay(), member->guarded<memory_datagram>(arrives));
      }
    }
    return {};
  }

private:
  /// Datagrams that may wait for the reader; further ones are lost.
  static constexpr std::size_t receive_buffer_datagrams = 1'024;

  [[nodiscard]] bool hears_me(const memory_datagram& member) const {
    if (member.options_.group != options_.group) return false;
    if (member.host() == host()) return true;
    return wire_->subnet(member.host()) == wire_->subnet(host()) &&
           !wire_->deaf.contains(member.host()) && !wire_->is_cut(member.host(), host());
  }

  std::optional<port_event> next_input() override {
    if (in_.empty()) return std::nullopt;
    auto event = std::move(in_.front());
    in_.pop_front();
    return event;
  }

  void shut() override {
    in_.clear();
    std::erase_if(wire_->members, [this](const auto& x) {
      const auto member = x.lock();
      return !member || member.get() == this;
    });
  }

  multicast_options options_;
  std::deque<port_data> in_;
};

}  // namespace scalesmall::testing
