#include "actors/multicast_handler.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "actors/inbound/frame_admission.hpp"
#include "actors/port_events.hpp"
#include "actors/submit_gossip.hpp"

namespace scalesmall {

namespace {

/// Datagrams that may be received and not yet merged. Others wait in the socket's buffer.
constexpr std::size_t datagrams_in_hand_max = 8;

/// Opening a socket costs little, and a network that comes back is to be used soon.
constexpr std::chrono::seconds retry_last{4};

/// Whether the socket's interface or address may be gone, so that a new socket is needed.
bool is_of_interface(const std::error_code& x) {
  constexpr std::array gone{std::errc::no_such_device,   std::errc::no_such_device_or_address,
                            std::errc::network_down,     std::errc::network_unreachable,
                            std::errc::host_unreachable, std::errc::address_not_available,
                            std::errc::invalid_argument, std::errc::bad_file_descriptor};
  return std::ranges::any_of(gone, [&](std::errc each) { return x == each; });
}

}  // namespace

multicast_handler::multicast_handler(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self), node_(std::move(node)) {
  if (node_->config.multicast) open();
}

multicast_handler::~multicast_handler() {
  if (port_) port_->close();
}

multicast_handler::handle::behavior_type multicast_handler::make_behavior() {
  return {
      [this](const send_datagram& what) { send(what.frame); },
      // A datagram leaves, or is lost, while its message is handled.
      [](const flush_datagrams&) { return done{}; },
      [this](const port_notice& notice) { on(notice.event); },
      [this](const reopen_port&) { open(); },
  };
}

void multicast_handler::open() {
  if (port_) return;
  const multicast_options options{.group = node_->config.multicast_group,
                                  .interface = node_->self.address,
                                  .ttl = node_->config.multicast_ttl};
  auto opened = node_->net->multicast(options, events_to(handle{self_}));
  if (!opened) return reopen_later(opened.error());
  port_ = std::move(*opened);
  retry_ = std::chrono::seconds{1};
  if (std::exchange(failing_, false))
    node_->log->info("multicast on {} works again", to_string(node_->config.multicast_group));
  port_->grant(datagrams_in_hand_max);
}

void multicast_handler::reopen_later(const std::error_code& why) {
  node_->log->warn("no multicast on {} ({}); going on by TCP and trying again",
                   to_string(node_->config.multicast_group), why.message());
  failing_ = true;
  port_.reset();
  self_->delayed_send(self_, retry_, reopen_port{});
  retry_ = std::min(retry_ * 2, retry_last);
}

void multicast_handler::send(const bytes& frame) {
  if (!port_) return;
  if (const auto failed = port_->send(frame)) {
    ++node_->counts->datagrams_failed;
    if (is_of_interface(failed)) return reopen_later(failed);
    return node_->log->warn("a multicast could not be sent: {}", failed.message());
  }
  ++node_->counts->datagrams_sent;
  node_->counts->bytes_sent += frame.size();
}

void multicast_handler::on(const port_event& event) {
  if (const auto* datagram = std::get_if<port_data>(&event)) {
    take(*datagram);
  } else if (const auto* error = std::get_if<port_error>(&event); error && port_) {
    reopen_later(error->code);
  }
}

void multicast_handler::take(const port_data& datagram) {
  ++node_->counts->datagrams_received;
  if (!node_->intake->has_room()) {
    ++node_->counts->datagrams_dropped;
    return make_room();
  }
  auto opened = node_->intake->open(datagram.data, datagram.from);
  if (!opened) return make_room();
  auto content = node_->intake->read(*opened, datagram.from);
  if (!content) return make_room();
  if (!*content) {
    ++node_->counts->datagrams_dropped;
    return make_room();
  }
  submit_gossip(self_, *node_,
                {std::move(*content), arrival_path::multicast, {}, datagram.from.address},
                [this](bool) { make_room(); });
}

void multicast_handler::make_room() {
  if (port_) port_->grant(1);
}

}  // namespace scalesmall
