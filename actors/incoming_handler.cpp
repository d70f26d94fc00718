#include "actors/incoming_handler.hpp"

#include <iterator>

#include "actors/exchange.hpp"
#include "actors/newcomers.hpp"
#include "actors/port_owner.hpp"

namespace scalesmall {

namespace {

/// When to look again whether there is room in this node for what a frame says.
constexpr std::chrono::milliseconds room_retry{5};

}  // namespace

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
      [this](const frame_due&) { pass_on_next(); },
      [this](const make_room&) { self_->quit(); },
      [this](const acknowledge& hop) {
        acknowledged_.push_back(hop.number);
        if (!busy_) send_acknowledgements();
      },
  };
}

void incoming_handler::on(const port_event& event) {
  if (const auto* chunk = std::get_if<port_data>(&event)) {
    take(chunk->data);
  } else if (const auto* error = std::get_if<port_error>(&event)) {
    node_->log->debug("connection from {} broke: {}", to_string(remote_), error->code.message());
    end();
  } else if (std::holds_alternative<port_closed>(event)) {
    end();
  }
}

void incoming_handler::end() {
  ended_ = true;
  if (!busy_) self_->quit();  // else once what came before has been merged
}

void incoming_handler::take(const bytes& chunk) {
  std::vector<bytes> frames;
  if (const auto fed = framer_.feed(chunk, frames); !fed) failed_ = fed.error();
  waiting_.insert(waiting_.end(), std::make_move_iterator(frames.begin()),
                  std::make_move_iterator(frames.end()));
  busy_ = true;
  pass_on_next();
}

bool incoming_handler::open_next() {
  if (waiting_.empty()) {
    read_on();
    return false;
  }
  ++node_->counts->frames_received;
  auto frame = node_->intake->open(waiting_.front(), remote_);
  waiting_.pop_front();
  if (!frame) {
    close_for(frame.error());
    return false;
  }
  opened_ = std::move(*frame);
  return true;
}

void incoming_handler::pass_on_next() {
  while (opened_ || open_next()) {
    auto content = node_->intake->read(*opened_, remote_);
    if (!content) return close_for(content.error());
    if (!*content) return self_->delayed_send(self_, room_retry, frame_due{});
    opened_.reset();
    *spoke_ = true;
    last_frame_ = self_->clock().now().time_since_epoch();
    if (is_news(**content))
      return pass_on({std::move(*content), arrival_path::tcp,
                      caf::actor_cast<acknowledging_actor>(handle{self_})});
    self_->send(node_->peer_db, note_gossip{std::move(*content), arrival_path::tcp});
  }
}

void incoming_handler::pass_on(const arrived& what) {
  const bool acknowledge = is_acknowledged(*what.content);
  const auto number = what.content->current_id.seqno;
  self_->request(node_->receiver, caf::infinite, what)
      .then(
          [this, acknowledge, number](done) {
            if (acknowledge) acknowledged_.push_back(number);
            pass_on_next();
          },
          [this](const caf::error&) { pass_on_next(); });
}

// What idle nodes ask each other each second, and of which nobody but the peer_db learns anything:
// the peer has turned to this node before, so it is no newcomer, and there is nothing to answer.
bool incoming_handler::is_news(const gossip& content) const {
  return content.current_id.origin == node_->self || !content.summary ||
         content.summary->stage != exchange::request || !content.messages.empty() ||
         last_frame_ - opened_at_ <= newcomers::newness ||
         !agrees(*node_->topologies.read(), *content.summary, content.current_id.origin);
}

void incoming_handler::close_for(fault why) {
  node_->log->debug("connection from {} closed for bad bytes: {}", to_string(remote_),
                    to_string(why));
  self_->quit();
}

void incoming_handler::read_on() {
  busy_ = false;
  if (!acknowledged_.empty()) send_acknowledgements();
  if (failed_) {
    node_->intake->refuse(*failed_, remote_);
    return close_for(*failed_);
  }
  if (ended_) return self_->quit();
  stream_->grant(1);
}

void incoming_handler::send_acknowledgements() {
  const auto frame = acknowledgement(node_->self, std::exchange(acknowledged_, {}), node_->codec);
  node_->counts->bytes_sent += frame.size();
  (void)stream_->send(frame);  // what has to wait is bounded by the port
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
