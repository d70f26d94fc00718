#include "actors/outgoing_handler.hpp"

#include "actors/port_owner.hpp"

namespace scalesmall {

namespace {

/// How long a handler that could not connect goes on to say so, to frames that were on their way to
/// it.
constexpr std::chrono::milliseconds linger{100};

caf::error unreachable() { return caf::make_error(call_error::unavailable); }

}  // namespace

outgoing_handler::outgoing_handler(supervision::shell_pointer<handle> self, node_context_ptr node,
                                   const net_id& peer)
    : self_(self),
      node_(std::move(node)),
      peer_(peer),
      last_use_(self_->clock().now().time_since_epoch()) {
  stream_ = node_->net->connect(peer_, node_->config.connect_timeout, events_to(handle{self_}));
  self_->delayed_send(self_, node_->config.outgoing_idle, idle_check{});
}

outgoing_handler::~outgoing_handler() {
  if (stream_) stream_->close();
}

outgoing_handler::handle::behavior_type outgoing_handler::make_behavior() {
  return {
      [this](deliver& frame) { return enqueue(std::move(frame.frame)); },
      [this](const port_notice& notice) { on(notice.event); },
      [this](const idle_check&) { check(); },
  };
}

caf::result<done> outgoing_handler::enqueue(bytes frame) {
  if (unreachable_) return unreachable();
  last_use_ = self_->clock().now().time_since_epoch();
  const auto promise = self_->make_response_promise<done>();
  for (const auto& dropped : queue_.push(std::move(frame), answer{promise})) {
    ++node_->counts->frames_dropped;
    dropped.deliver(done{});  // its loss is accepted: anti-entropy brings what it said
  }
  pump();
  return promise;
}

void outgoing_handler::pump() {
  while (auto frame = queue_.take()) {
    ++node_->counts->frames_sent;
    node_->counts->bytes_sent += frame->size();
    confirm(stream_->send(std::move(*frame)));
  }
}

void outgoing_handler::confirm(std::size_t sent) {
  for (const auto& whole : queue_.confirm(sent)) whole.deliver(done{});
}

void outgoing_handler::on(const port_event& event) {
  if (std::holds_alternative<port_opened>(event)) {
    opened_ = true;
    stream_->grant(1);  // the peer has nothing to say here; reading only tells when it is gone
  } else if (const auto* sent = std::get_if<port_sent>(&event)) {
    confirm(sent->bytes);
    pump();
  } else if (const auto* error = std::get_if<port_error>(&event)) {
    give_up(error->code.message());
  } else if (std::holds_alternative<port_closed>(event)) {
    give_up("closed by the peer");
  } else if (std::holds_alternative<port_data>(event)) {
    give_up("the peer answers where it must not");
  }
}

void outgoing_handler::give_up(const std::string& why) {
  node_->log->debug("connection to {} lost: {}", to_string(peer_), why);
  // A connection that stood may have ended for reasons of its own: whatever is left learns that
  // this actor is gone and tries another. One that never stood says that the peer cannot be
  // reached, for a while to all who ask.
  if (opened_) return self_->quit();
  unreachable_ = true;
  for (const auto& undelivered : queue_.give_up()) undelivered.deliver(unreachable());
  self_->delayed_send(self_, linger, idle_check{});
}

void outgoing_handler::check() {
  if (unreachable_) return self_->quit();
  const auto idle = self_->clock().now().time_since_epoch() - last_use_;
  if (idle >= node_->config.outgoing_idle && queue_.empty()) {
    ++node_->counts->connections_idle;
    return self_->quit();
  }
  self_->delayed_send(self_,
                      std::max<moment>(node_->config.outgoing_idle - idle, std::chrono::seconds{1}),
                      idle_check{});
}

}  // namespace scalesmall
