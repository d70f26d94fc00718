#include "actors/outgoing_handler.hpp"

#include <algorithm>
#include <utility>

#include "actors/broadcast/tcp_hop.hpp"
#include "actors/failure_detector_messages.hpp"
#include "actors/inbound/frame_admission.hpp"
#include "actors/incoming_handler_messages.hpp"
#include "actors/liveness/signs_of_life.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/port_events.hpp"

namespace scalesmall {

namespace {

/// A peer that cannot read what this node says closes the connection sooner than this.
constexpr std::chrono::seconds at_once{1};

/// How long a handler that could not connect stays alive to refuse frames that are on their way.
constexpr std::chrono::milliseconds linger{100};

caf::error unreachable() { return caf::make_error(call_error::unavailable); }

}  // namespace

outgoing_handler::outgoing_handler(supervision::shell_pointer<handle> self, node_context_ptr node,
                                   const net_id& peer)
    : self_(self), node_(std::move(node)), peer_(peer), last_use_(self_->clock().now()) {
  stream_ = node_->net->connect(peer_, node_->config.connect_timeout, events_to(handle{self_}),
                                node_->self.address);
  self_->delayed_send(self_, node_->config.outgoing_idle, idle_check{});
}

outgoing_handler::~outgoing_handler() {
  if (stream_) stream_->close();
}

outgoing_handler::handle::behavior_type outgoing_handler::make_behavior() {
  return {
      [this](deliver& frame) { return enqueue(frame); },
      [this](post& frame) { enqueue(frame); },
      [this](const port_notice& notice) { on(notice.event); },
      [this](const make_room&) {
        if (greeted_ || unreachable_) return;
        ++node_->counts->connections_crowded_out;
        give_up("it has not said hello, and others want its place");
      },
      [this](const hello_due&) {
        if (!greeted_ && !unreachable_) give_up("no hello");
      },
      [this](const idle_check&) { check(); },
  };
}

caf::result<done> outgoing_handler::enqueue(deliver& frame) {
  if (unreachable_) return unreachable();
  const auto promise = self_->make_response_promise<done>();
  unacknowledged_.emplace(frame.number, answer{promise});
  push(std::move(frame.frame), {frame.number, std::move(frame.room)}, frame.flow);
  return promise;
}

void outgoing_handler::enqueue(post& frame) {
  if (unreachable_) return report_unreachable();
  push(std::move(frame.frame), {{}, std::move(frame.room)}, frame.flow);
}

void outgoing_handler::push(bytes frame, waiting tag, std::uint64_t flow) {
  last_use_ = self_->clock().now();
  for (const auto& dropped : queue_.push(std::move(frame), std::move(tag), flow)) {
    ++node_->counts->frames_dropped;
    if (dropped.number) refuse(*dropped.number);
  }
  pump();
}

void outgoing_handler::acknowledged(std::uint64_t number) {
  const auto [first, last] = unacknowledged_.equal_range(number);
  for (auto x = first; x != last; ++x) x->second.deliver(done{});
  unacknowledged_.erase(first, last);
}

void outgoing_handler::note_answer() {
  if (node_->signs && node_->signs->answered(peer_, self_->clock().now()))
    self_->send(node_->failure_detector, signs_due{});
}

void outgoing_handler::refuse(std::uint64_t number) {
  const auto found = unacknowledged_.find(number);
  if (found == unacknowledged_.end()) return;
  found->second.deliver(caf::make_error(call_error::limit_exceeded));
  unacknowledged_.erase(found);
}

void outgoing_handler::pump() {
  if (!greeted_) return;
  while (auto frame = queue_.take()) {
    ++node_->counts->frames_sent;
    node_->counts->bytes_sent += frame->size();
    confirm(stream_->send(std::move(*frame)));
  }
}

void outgoing_handler::confirm(std::size_t sent) { (void)queue_.confirm(sent); }

void outgoing_handler::on(const port_event& event) {
  if (std::holds_alternative<port_opened>(event)) {
    self_->delayed_send(self_, node_->config.connect_timeout, hello_due{});
    opened_ = true;
    opened_at_ = self_->clock().now();
    stream_->grant(1);
  } else if (const auto* sent = std::get_if<port_sent>(&event)) {
    confirm(sent->bytes);
    pump();
  } else if (const auto* error = std::get_if<port_error>(&event)) {
    report_end(error->code == std::errc::connection_refused);
    give_up(error->code.message());
  } else if (std::holds_alternative<port_closed>(event)) {
    if (opened_ && !answered_ && self_->clock().now() - opened_at_ < at_once)
      node_->intake->closed_by(peer_);
    report_end(false);
    give_up("closed by the peer");
  } else if (const auto* chunk = std::get_if<port_data>(&event)) {
    take(chunk->data);
  }
}

void outgoing_handler::take(const bytes& chunk) {
  std::vector<bytes> frames;
  const auto fed = framer_.feed(chunk, frames);
  const auto refuse = [this](fault why) { give_up("bad bytes: " + std::string{to_string(why)}); };
  for (const auto& frame : frames) {
    // Without room the hops that it acknowledges become overdue.
    if (greeted_ && !node_->intake->has_room()) continue;
    auto opened = node_->intake->open(frame, peer_);
    if (!opened) return refuse(opened.error());
    const auto content = node_->intake->read(*opened, peer_);
    if (!content) return refuse(content.error());
    if (!std::exchange(answered_, true)) node_->intake->answered_by(peer_);
    if (!*content) continue;
    if (!greeted_) {
      if ((*content)->current_id.origin != peer_) return give_up("another node answers there");
      greet();
    }
    for (const auto number : (*content)->acknowledged) {
      number == probe_number ? note_answer() : acknowledged(number);
    }
  }
  if (!fed) {
    node_->intake->refuse(fed.error(), peer_);
    return refuse(fed.error());
  }
  stream_->grant(1);
}

void outgoing_handler::greet() {
  greeted_ = true;
  self_->send(node_->peer_db, peer_reached{peer_});
  pump();
}

void outgoing_handler::give_up(const std::string& why) {
  node_->log->debug("connection to {} lost: {}", to_string(peer_), why);
  // A connection to a peer that has spoken may have ended for reasons of its own: the senders see
  // this actor end and try another one. Otherwise the peer cannot be reached, and this actor
  // answers so for a while.
  if (greeted_) return self_->quit();
  unreachable_ = true;
  stream_->close();
  const auto unsent = queue_.give_up();
  if (std::ranges::any_of(unsent, [](const waiting& x) { return !x.number; })) report_unreachable();
  for (const auto& [number, undelivered] : std::exchange(unacknowledged_, {}))
    undelivered.deliver(unreachable());
  self_->delayed_send(self_, linger, idle_check{});
}

void outgoing_handler::report_end(bool refused) {
  if (node_->config.liveness) self_->send(node_->failure_detector, link_ended{peer_, refused});
}

void outgoing_handler::report_unreachable() {
  ++node_->counts->peers_unreachable;
  self_->send(node_->peer_db, peer_unreachable{peer_});
}

void outgoing_handler::check() {
  if (unreachable_) return self_->quit();
  const auto idle = self_->clock().now() - last_use_;
  if (idle >= node_->config.outgoing_idle && queue_.empty() && unacknowledged_.empty()) {
    ++node_->counts->connections_idle;
    return self_->quit();
  }
  self_->delayed_send(
      self_, std::max<duration>(node_->config.outgoing_idle - idle, std::chrono::seconds{1}),
      idle_check{});
}

}  // namespace scalesmall
