#include "actors/keeper.hpp"

#include <algorithm>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/key_store.hpp>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "actors/peers/peer_table.hpp"
#include "actors/persistence/next_life.hpp"
#include "actors/persistence/state_names.hpp"
#include "actors/persistence/state_store.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

std::chrono::milliseconds refresh_period(std::chrono::milliseconds forget) {
  return std::min<std::chrono::milliseconds>(forget / 4, std::chrono::hours{1});
}

keeper::keeper(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self), node_(std::move(node)) {
  if (!node_->state) return;
  // A former life of this actor may not have lived to write what it was asked for.
  if (node_->topologies.read()->kept) commits_.note();
  work();
}

keeper::handle::behavior_type keeper::make_behavior() {
  return {
      [this](const keep_changes&) { return keep(); },
      [this](const state_changed&) {
        commits_.note();
        work();
      },
      [this](const peers_changed&) {
        if (!peers_at_) peers_at_ = std::max<time_point>(now() + peers_first, peers_not_before_);
        work();
      },
      [this](const state_written& what) { written(what); },
      [this](const keeping_due&) {
        if (alarm_.rang(now())) work();
      },
  };
}

time_point keeper::now() const { return self_->clock().now(); }

caf::result<done> keeper::keep() {
  if (!node_->state) return caf::make_error(call_error::no_state);
  const auto promise = self_->make_response_promise<done>();
  asked_.emplace(commits_.ask(), supervision::guarded_promise{promise});
  work();
  return promise;
}

void keeper::work() {
  if (!node_->state) return;
  if (refresh_at_ && *refresh_at_ <= now()) {
    refresh_at_.reset();
    commits_.note();
  }
  if (const auto due = commits_.next_due(); due && *due <= now()) write_self();
  if (peers_at_ && *peers_at_ <= now()) write_peers();
  auto next = commits_.next_due();
  for (const auto& each : {refresh_at_, peers_at_}) {
    if (each && (!next || *each < *next)) next = each;
  }
  if (const auto wait = alarm_.set(next, now())) self_->delayed_send(self_, *wait, keeping_due{});
}

void keeper::write_self() {
  commits_.begin(now());
  // Read here, so that it covers all changes that were published before they asked.
  auto known = node_->topologies.read();
  writing_ = known->kept;
  node_->state->write_later(
      self_file,
      [known = std::move(known), life = node_->next_life] { return to_text(life->of(*known)); },
      reply(state_written::what::self));
}

void keeper::write_peers() {
  peers_at_.reset();
  peers_not_before_ = now() + peers_period;
  node_->state->write_later(
      peers_file,
      [known = node_->peers.read(), life = node_->next_life] { return to_text(life->of(*known)); },
      reply(state_written::what::peers));
}

/// What the thread of the store calls. It keeps neither this actor nor the node alive.
std::function<void(std::error_code)> keeper::reply(state_written::what file) const {
  return [file, owner = handle{self_}.address()](std::error_code error) {
    const auto alive = caf::actor_cast<handle>(caf::actor_cast<caf::strong_actor_ptr>(owner));
    if (alive) caf::anon_send(alive, state_written{file, error});
  };
}

void keeper::written(const state_written& what) {
  const auto& error = what.error;
  if (error && error != std::errc::operation_canceled && !std::exchange(failing_, true)) {
    node_->log->error("nothing can be kept in {}: {}; it is tried again",
                      node_->config.state_directory, error.message());
  }
  if (!error && std::exchange(failing_, false))
    node_->log->info("all that is to be kept is in {} again", node_->config.state_directory);
  if (what.file == state_written::what::peers) {
    if (error) peers_at_ = peers_not_before_;
    return work();
  }
  for (const auto ticket : commits_.ended(!error, now())) {
    const auto asked = asked_.extract(ticket);
    if (error)
      asked.mapped().deliver(caf::make_error(call_error::not_kept));
    else
      asked.mapped().deliver(done{});
  }
  if (!error) {
    refresh_at_.reset();
    if (writing_ && !writing_->empty()) refresh_at_ = now() + refresh_period(node_->config.forget);
  }
  work();
}

}  // namespace scalesmall
