#include "testing/memory_stream.hpp"

#include <algorithm>
#include <utility>

#include "testing/memory_acceptor.hpp"

namespace scalesmall::testing {

namespace {

// The bytes that an operating system's sockets would take while the peer does not read.
constexpr std::size_t socket_buffer_bytes = 256 * 1024;

port_event error_event(std::errc code) { return port_error{std::make_error_code(code)}; }

}  // namespace

memory_stream::memory_stream(std::shared_ptr<memory_wire> wire, net_id host, net_id remote)
    : memory_port(std::move(wire), host), remote_(remote) {}

void memory_stream::connect(std::chrono::milliseconds timeout, port_owner owner) {
  ready_ = false;
  own(std::move(owner));
  const auto begin = wire_->now;
  wire_->at(begin + wire_->delay(), guarded<memory_stream>([](memory_stream& x) { x.reach(); }));
  wire_->at(begin + timeout, guarded<memory_stream>([](memory_stream& x) {
              if (!x.ready_) x.end(error_event(std::errc::timed_out));
            }));
}

void memory_stream::reach() {
  const auto found = wire_->listeners.find(remote_);
  const auto acceptor = found == wire_->listeners.end() ? nullptr : found->second.lock();
  if (wire_->black_holes.contains(remote_) || (acceptor && wire_->is_cut(host(), acceptor->host())))
    return;
  if (!acceptor || wire_->refused.contains(remote_))
    return end(error_event(std::errc::connection_refused));

  const net_id from{host().address, wire_->free_port()};
  const auto other = std::make_shared<memory_stream>(wire_, acceptor->host(), from);
  other->peer_ = self();
  other->peer_host_ = host();
  peer_ = other;
  peer_host_ = acceptor->host();
  acceptor->arrive(other);
  ready_ = tell_opened_ = true;
  transmit_more();
}

std::size_t memory_stream::send(bytes data) {
  const auto size = data.size();
  if (!usable() || size == 0) return 0;
  const bool waits = !ready_ || unsent_ > 0;
  unsent_ += size;
  out_.push_back(std::move(data));
  if (!waits) transmit();
  if (unsent_ > limits::peer_queue_bytes_max) end(error_event(std::errc::no_buffer_space));
  return waits || !usable() ? 0 : size - unsent_;
}

void memory_stream::transmit_more() {
  const auto before = unsent_;
  transmit();
  tell_sent_ += before - unsent_;
  wake();
}

void memory_stream::transmit() {
  const auto peer = peer_.lock();
  if (!peer || !peer->usable()) {
    if (!out_.empty()) end(error_event(std::errc::connection_reset));
    return;
  }
  while (!out_.empty() && peer->buffered_ < socket_buffer_bytes) {
    auto& front = out_.front();
    const auto size = std::min(front.size(), socket_buffer_bytes - peer->buffered_);
    const auto middle = front.begin() + static_cast<std::ptrdiff_t>(size);
    bytes part(front.begin(), middle);
    front.erase(front.begin(), middle);
    if (front.empty()) out_.pop_front();
    unsent_ -= size;
    peer->buffered_ += size;
    carry([part = std::move(part)](memory_stream& x) {
      x.in_.insert(x.in_.end(), part.begin(), part.end());
      x.wake();
    });
  }
}

void memory_stream::carry(peer_action what) {
  last_arrival_ = std::max(last_arrival_, wire_->now + wire_->delay());
  const auto give_up = [](memory_stream& x) { x.end(error_event(std::errc::timed_out)); };
  wire_->carry(last_arrival_, host(), peer_host_, at_peer(std::move(what)),
               [here = guarded<memory_stream>(give_up), there = at_peer(give_up)] {
                 here();
                 there();
               });
}

memory_wire::action memory_stream::at_peer(peer_action what) const {
  return [weak = peer_, what = std::move(what)] {
    if (const auto peer = weak.lock(); peer && peer->usable()) what(*peer);
  };
}

std::optional<port_event> memory_stream::next_free_event() {
  if (std::exchange(tell_opened_, false)) return port_opened{};
  if (tell_sent_ > 0) return port_sent{std::exchange(tell_sent_, 0)};
  return std::nullopt;
}

std::optional<port_event> memory_stream::next_input() {
  if (in_.empty()) {
    if (peer_end_) end(*peer_end_);
    return std::nullopt;
  }
  const auto chunk_max = std::min(wire_->faults.chunk_bytes_max, port_chunk_bytes_max);
  auto size = std::min(in_.size() - in_offset_, chunk_max);
  if (chunk_max < port_chunk_bytes_max)
    size = static_cast<std::size_t>(wire_->random.between(1, size));
  const auto begin = in_.begin() + static_cast<std::ptrdiff_t>(in_offset_);
  port_data chunk{bytes(begin, begin + static_cast<std::ptrdiff_t>(size))};
  in_offset_ += size;
  if (in_offset_ == in_.size()) {
    in_.clear();
    in_offset_ = 0;
  }
  buffered_ -= size;
  if (const auto peer = peer_.lock(); peer && peer->usable() && peer->unsent_ > 0)
    peer->transmit_more();
  return chunk;
}

void memory_stream::shut() {
  // A port that closes with unread data resets the connection, as TCP does.
  const bool reset = buffered_ > 0;
  carry([reset](memory_stream& x) {
    const auto last = reset ? error_event(std::errc::connection_reset) : port_closed{};
    if (reset && x.unsent_ > 0) return x.end(last);
    if (reset) x.in_ = {};
    x.peer_end_ = last;
    x.wake();
  });
  in_ = {};
  out_.clear();
  unsent_ = tell_sent_ = 0;
}

std::shared_ptr<memory_stream> memory_stream::self() {
  return std::static_pointer_cast<memory_stream>(shared_from_this());
}

}  // namespace scalesmall::testing
