#include "actors/incoming_handler.hpp"

#include <iterator>
#include <utility>

#include "actors/arrival/newcomers.hpp"
#include "actors/arrival/standing.hpp"
#include "actors/broadcast/tcp_hop.hpp"
#include "actors/inbound/frame_admission.hpp"
#include "actors/liveness/signs_of_life.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/port_events.hpp"
#include "actors/submit_gossip.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// How soon to look again for room in this node for the content of a frame.
constexpr std::chrono::milliseconds room_retry{5};

constexpr std::chrono::seconds slow_check_period{1};

/// So often a probe goes the way of other gossips, so that a node whose receiver or peer_db does
/// not work does not pass for well.
constexpr std::chrono::seconds whole_way_period{10};

/// A node that cannot read the hello closes the connection sooner than this.
constexpr std::chrono::seconds at_once{1};

/// How long a large frame may hold its room while others wait for room. Short enough against a peer
/// that sends nothing, long enough for a slow line.
duration time_for(std::size_t frame_bytes) {
  constexpr std::size_t bytes_a_second = 1 << 20;
  return std::chrono::milliseconds{1'000 + 1'000 * frame_bytes / bytes_a_second};
}

}  // namespace

incoming_handler::incoming_handler(supervision::shell_pointer<handle> self, node_context_ptr node,
                                   std::shared_ptr<stream_port> stream, const net_id& remote,
                                   std::shared_ptr<connection_record> record)
    : self_(self),
      node_(std::move(node)),
      stream_(std::move(stream)),
      remote_(remote),
      record_(std::move(record)),
      backlog_(*node_->intake, remote_),
      opened_at_(now()),
      last_frame_(opened_at_) {
  stream_->own(events_to(handle{self_}));
  // The other side writes nothing before it knows that a node of its cluster is here.
  const auto hello = acknowledgement(node_->self, {}, node_->codec);
  node_->counts->bytes_sent += hello.size();
  (void)stream_->send(hello);
  stream_->grant(1);
  self_->delayed_send(self_, node_->config.incoming_idle, idle_check{});
}

incoming_handler::~incoming_handler() { stream_->close(); }

incoming_handler::handle::behavior_type incoming_handler::make_behavior() {
  return {
      [this](const port_notice& notice) { on(notice.event); },
      [this](const idle_check&) { close_if_idle(); },
      [this](const frame_due&) {
        retry_armed_ = false;
        if (!merging_) pass_on_next();
      },
      [this](const room_given&) {
        if (!merging_) read_on();
      },
      [this](const slow_check&) {
        slow_check_armed_ = false;
        close_if_slow();
      },
      [this](const make_room&) { self_->quit(); },
      [this](const arrival_failed&) { self_->quit(); },
      [this](const acknowledge& hop) {
        acknowledged_.push_back(hop.number);
        if (reading_ && !merging_) send_acknowledgements();
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
  if (silent_ && now() - opened_at_ < at_once) node_->intake->left_by(remote_);
  // Earlier frames are merged first; read_on() ends this actor after them.
  if (reading_ && !merging_ && backlog_.empty()) self_->quit();
}

void incoming_handler::take(const bytes& chunk) {
  reading_ = false;
  if (std::exchange(silent_, false)) node_->intake->spoken_to_by(remote_);
  std::vector<bytes> frames;
  if (const auto fed = framer_.feed(chunk, frames); !fed) failed_ = fed.error();
  node_->counts->frames_received += frames.size();
  if (!frames.empty()) {
    backlog_.add(std::move(frames), std::exchange(reservation_, nullptr));
    frame_due_by_.reset();
  }
  if (!merging_) pass_on_next();
}

void incoming_handler::pass_on_next() {
  while (true) {
    auto content = backlog_.next();
    node_->counts->frames_passed_over += backlog_.take_dropped();
    if (!content) return close_for(content.error());
    if (!*content) break;
    note_frame((*content)->current_id.origin);
    const auto connection = caf::actor_cast<acknowledging_actor>(handle{self_});
    if (needs_action(**content))
      return pass_on({std::move(*content), arrival_path::tcp, connection, remote_.address});
    if (is_probe(**content)) {
      acknowledged_.push_back((*content)->current_id.seqno);
    } else {
      self_->send(node_->peer_db,
                  note_gossip{std::move(*content), arrival_path::tcp, true, connection});
    }
  }
  if (!backlog_.empty()) retry_later();
  send_acknowledgements();
  if (backlog_.is_read()) read_on();
}

void incoming_handler::note_frame(const net_id& sender) {
  last_frame_ = now();
  if (node_->signs && sender != node_->self) node_->signs->heard(sender, last_frame_);
  record_->spoke = true;
  record_->used_at = last_frame_;
  record_->reached =
      standing_of(sender, remote_.address, node_->peers.read()->reached) == standing::reached;
}

void incoming_handler::retry_later() {
  if (std::exchange(retry_armed_, true)) return;
  self_->delayed_send(self_, room_retry, frame_due{});
}

void incoming_handler::pass_on(const arrived& what) {
  merging_ = true;
  if (is_probe(*what.content)) probe_passed_on_ = now();
  const bool answered = is_acknowledged(*what.content);
  const auto number = what.content->current_id.seqno;
  submit_gossip(self_, *node_, what, [this, answered, number](const submission& became) {
    merging_ = false;
    if (became.failed) return self_->quit();
    if (answered && became.done) acknowledged_.push_back(number);
    pass_on_next();
  });
}

// True unless it is a probe, or a request of an exchange that both sides agree on. Idle nodes send
// each other such a request every second, and only the peer_db needs to see its envelope.
bool incoming_handler::needs_action(const gossip& content) const {
  if (content.current_id.origin == node_->self || last_frame_ - opened_at_ <= newcomers::newness)
    return true;
  if (is_probe(content)) return last_frame_ - probe_passed_on_ >= whole_way_period;
  return !content.summary || content.summary->stage != exchange::request ||
         !content.messages.empty() ||
         !agrees(*node_->topologies.read(), *content.summary, content.current_id.origin);
}

void incoming_handler::close_for(fault why) {
  node_->log->debug("connection from {} closed for bad bytes: {}", to_string(remote_),
                    to_string(why));
  self_->quit();
}

void incoming_handler::read_on() {
  if (failed_) {
    node_->intake->refuse(*failed_, remote_);
    return close_for(*failed_);
  }
  if (ended_ && backlog_.empty()) return self_->quit();
  if (reading_ || ended_ || !has_room_for_rest()) return;
  reading_ = true;
  stream_->grant(1);
}

bool incoming_handler::has_room_for_rest() {
  const auto frame_bytes = framer_.announced();
  if (frame_bytes <= limits::large_frame_bytes_min) return true;
  if (!reservation_) {
    reservation_ = node_->large_frames->ask(frame_bytes, [address = handle{self_}.address()] {
      if (const auto alive =
              caf::actor_cast<handle>(caf::actor_cast<caf::strong_actor_ptr>(address)))
        caf::anon_send(alive, room_given{});
    });
  }
  if (!reservation_->granted()) return false;
  if (!frame_due_by_) frame_due_by_ = now() + time_for(frame_bytes);
  if (!std::exchange(slow_check_armed_, true))
    self_->delayed_send(self_, slow_check_period, slow_check{});
  return true;
}

void incoming_handler::close_if_slow() {
  if (!frame_due_by_) return;
  if (now() >= *frame_due_by_ && reservation_->is_in_demand()) {
    ++node_->counts->connections_crowded_out;
    return self_->quit();
  }
  slow_check_armed_ = true;
  self_->delayed_send(self_, slow_check_period, slow_check{});
}

time_point incoming_handler::now() const { return self_->clock().now(); }

void incoming_handler::send_acknowledgements() {
  if (acknowledged_.empty()) return;
  const auto frame = acknowledgement(node_->self, std::exchange(acknowledged_, {}), node_->codec);
  node_->counts->bytes_sent += frame.size();
  (void)stream_->send(frame);  // the port bounds the bytes that wait
}

void incoming_handler::close_if_idle() {
  const auto idle = now() - last_frame_;
  if (idle >= node_->config.incoming_idle) {
    ++node_->counts->connections_idle;
    return self_->quit();
  }
  self_->delayed_send(self_, node_->config.incoming_idle - idle, idle_check{});
}

}  // namespace scalesmall
