#include "actors/incoming_handler.hpp"

#include "actors/exchange.hpp"
#include "actors/newcomers.hpp"
#include "actors/port_owner.hpp"

namespace scalesmall {

incoming_handler::incoming_handler(supervision::shell_pointer<handle> self, node_context_ptr node,
                                   std::shared_ptr<stream_port> stream, const net_id& remote,
                                   std::shared_ptr<std::atomic<bool>> spoke)
    : self_(self),
      node_(std::move(node)),
      stream_(std::move(stream)),
      remote_(remote),
      spoke_(std::move(spoke)),
      opened_at_(self_->clock().now().time_since_epoch()),
      last_frame_(opened_at_) {
  stream_->own(events_to(handle{self_}));
  stream_->grant(1);
  self_->delayed_send(self_, node_->config.incoming_idle, idle_check{});
}

incoming_handler::~incoming_handler() { stream_->close(); }

incoming_handler::handle::behavior_type incoming_handler::make_behavior() {
  return {
      [this](const port_notice& notice) { on(notice.event); },
      [this](const idle_check&) { close_if_idle(); },
      [this](const make_room&) { self_->quit(); },
  };
}

void incoming_handler::on(const port_event& event) {
  if (const auto* chunk = std::get_if<port_data>(&event)) {
    take(chunk->data);
  } else if (const auto* error = std::get_if<port_error>(&event)) {
    node_->log->debug("connection from {} broke: {}", to_string(remote_), error->code.message());
    self_->quit();
  } else if (std::holds_alternative<port_closed>(event)) {
    self_->quit();
  }
}

void incoming_handler::take(const bytes& chunk) {
  std::vector<bytes> frames;
  const auto fed = framer_.feed(chunk, frames);
  ++being_merged_;  // this chunk itself, so that the credit comes after the last of its frames
  for (const auto& frame : frames) pass_on(frame);
  if (!fed) {
    node_->intake->refuse(fed.error(), remote_);
    return close_for(fed.error());
  }
  merged();
}

void incoming_handler::pass_on(bytes_view frame) {
  ++node_->counts->frames_received;
  auto content = node_->intake->read(frame, remote_);
  if (!content) return close_for(content.error());
  *spoke_ = true;
  last_frame_ = self_->clock().now().time_since_epoch();
  if (!is_news(**content)) {
    self_->send(node_->peer_db, note_gossip{std::move(*content), arrival_path::tcp});
    return;
  }
  ++being_merged_;
  const arrived what{std::move(*content), arrival_path::tcp};
  const auto acknowledge = [this, what](done) {
    if (is_acknowledged(*what.content)) acknowledged_.push_back(what.content->current_id.seqno);
    merged();
  };
  self_->request(node_->receiver, caf::infinite, what).then(acknowledge, [this](const caf::error&) {
    merged();
  });
}

// What idle nodes ask each other each second, and of which nobody but the peer_db learns anything:
// the peer has turned to this node before, so it is no newcomer, and there is nothing to answer.
bool incoming_handler::is_news(const gossip& content) const {
  return content.current_id.origin == node_->self || !content.summary ||
         content.summary->stage != exchange::request || !content.messages.empty() ||
         last_frame_ - opened_at_ <= newcomers::newness ||
         !agrees(*node_->topologies.read(), *content.summary);
}

void incoming_handler::close_for(fault why) {
  node_->log->debug("connection from {} closed for bad bytes: {}", to_string(remote_),
                    to_string(why));
  self_->quit();
}

void incoming_handler::merged() {
  if (--being_merged_ > 0) return;
  if (!acknowledged_.empty()) {
    const auto frame = acknowledgement(node_->self, std::exchange(acknowledged_, {}), node_->codec);
    node_->counts->bytes_sent += frame.size();
    (void)stream_->send(frame);  // what has to wait is bounded by the port
  }
  stream_->grant(1);
}

void incoming_handler::close_if_idle() {
  const auto idle = self_->clock().now().time_since_epoch() - last_frame_;
  if (idle >= node_->config.incoming_idle) {
    ++node_->counts->connections_idle;
    return self_->quit();
  }
  self_->delayed_send(self_, node_->config.incoming_idle - idle, idle_check{});
}

}  // namespace scalesmall
