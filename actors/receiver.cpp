#include "actors/receiver.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "actors/arrival/standing.hpp"
#include "actors/arrival_guard.hpp"
#include "actors/broadcaster_messages.hpp"
#include "actors/inbound/work_budget.hpp"
#include "actors/peer_db_messages.hpp"

namespace scalesmall {

namespace {

/// What must be free before an answer is made, in bytes. An answer may still need more.
constexpr std::size_t answer_bytes_min = 1024 * 1024;

std::function<void()> close_connection(const arrived& what) {
  return [connection = what.connection] {
    if (connection) caf::anon_send(connection, arrival_failed{});
  };
}

/// The same room. Calls `tell`, in any thread, when it is given up.
work_budget::room watched(work_budget::room x, std::function<void()> tell) {
  const auto* what = x.get();
  return {what, [x = std::move(x), tell = std::move(tell)](const void*) mutable {
            x.reset();
            tell();
          }};
}

/// Does one effect of an arrival.
struct performer {
  supervision::shell_pointer<receiver_actor> self;
  const node_context& node;
  const arrived& what;
  standing who;
  work_budget::room relay_room;
  bool answer_refused = false;
  bool asks_too_much = false;
  std::optional<long_answer> rest = {};

  void operator()(request_refused) { asks_too_much = true; }
  void operator()(envelope_to_note) const {
    self->send(node.peer_db, note_gossip{what.content, what.path, false, what.connection});
  }
  void operator()(hop_refused) const { ++node.counts->hops_refused; }
  void operator()(groups_left_out x) const { node.counts->groups_left_out += x.groups; }
  void operator()(announcement& rows) const { self->send(node.broadcaster, std::move(rows)); }
  void operator()(broadcast& x) const {
    x.room = relay_room;
    x.failed = close_connection(what);
    self->send(node.broadcaster, std::move(x));
  }
  void operator()(direct& answer) {
    if (who != standing::elsewhere)
      answer.room = node.work_for_others->take(answer_bytes(answer.what), work_kind::answer, who);
    if (!answer.room) {
      answer_refused = true;
      return;
    }
    answer.failed = close_connection(what);
    self->send(node.broadcaster, std::move(answer));
  }
  void operator()(long_answer& answer) { rest = std::move(answer); }
};

}  // namespace

receiver::handle::behavior_type receiver::make_behavior() {
  return {
      [this](const arrived& what) { return take(what, {}); },
      [this](const merged& all) { return take(all.what, all.outcome); },
      [this](const held_due&) {
        if (alarm_.rang(now())) announce_held();
      },
      [this](const answer_due& next) { go_on(next.number); },
  };
}

time_point receiver::now() const { return self_->clock().now(); }

caf::result<done> receiver::take(const arrived& what, const merge_outcome& merged) {
  caf::error refused;
  if (auto failed =
          guard_arrival(*node_, arrival_step::decide, [&] { refused = act(what, merged); })) {
    core_ = arrival_core{node_->self, now(), rng{node_->random_seed + 2}};
    return failed;
  }
  if (refused) return refused;
  return done{};
}

/// The error says why the arrival is not acknowledged.
caf::error receiver::act(const arrived& what, const merge_outcome& merged) {
  const auto& content = *what.content;
  const auto& sender = content.current_id.origin;
  const auto peers = node_->peers.read();
  const auto who = standing_of(sender, what.from, peers->reached);
  auto& budget = *node_->work_for_others;
  // Before anything is made or copied.
  work_budget::room relay_room;
  if (sender != node_->self && content.summary) {
    if (who == standing::elsewhere || !budget.take(answer_bytes_min, work_kind::answer, who)) {
      refuse_answer(content);
      return {};
    }
  } else if (sender != node_->self) {
    relay_room = budget.take(relay_bytes(content), work_kind::relay, who);
    if (!relay_room) return refuse_hop(content);
  }
  const bool known = std::ranges::binary_search(peers->known, sender);
  bool refused = false;
  performer act{self_, *node_, what, who, std::move(relay_room)};
  for (auto& effect : core_.arrived(content, what.path, merged, known, *node_->topologies.read(),
                                    now(), who == standing::reached)) {
    refused |= std::holds_alternative<hop_refused>(effect);
    std::visit(act, effect);
  }
  if (act.answer_refused) refuse_answer(content);
  if (act.asks_too_much) refuse_request(content);
  if (act.rest) begin_answer(what, *act.rest);
  arm();
  if (refused) return caf::make_error(call_error::limit_exceeded);
  return {};
}

void receiver::begin_answer(const arrived& asked, long_answer& what) {
  answer_part part{.what = std::move(what.first), .rest = std::move(what.rest)};
  tell_part(asked, part);
}

/// Sends a part of an answer. When it has left, the next one is made.
void receiver::tell_part(const arrived& asked, answer_part& part) {
  node_->counts->groups_left_out += part.left_out;
  const auto number = ++last_answer_;
  if (part.what) {
    const auto who =
        standing_of(asked.content->current_id.origin, asked.from, node_->peers.read()->reached);
    auto room = node_->work_for_others->take(answer_bytes(part.what->what), work_kind::answer, who);
    if (!room) return refuse_answer(*asked.content);
    if (part.rest) {
      room = watched(std::move(room), [number, address = handle{self_}.address()] {
        if (const auto alive =
                caf::actor_cast<handle>(caf::actor_cast<caf::strong_actor_ptr>(address)))
          caf::anon_send(alive, answer_due{number});
      });
    }
    part.what->room = std::move(room);
    part.what->failed = close_connection(asked);
    self_->send(node_->broadcaster, std::move(*part.what));
  } else if (part.rest) {
    self_->send(self_, answer_due{number});
  }
  if (part.rest) answers_.emplace(number, unfinished{asked, std::move(*part.rest)});
}

void receiver::go_on(std::uint64_t number) {
  const auto found = answers_.extract(number);
  if (!found) return;
  const unfinished& x = found.mapped();
  const auto failed = guard_arrival(*node_, arrival_step::decide, [&] {
    const auto& question = *x.asked.content;
    const auto who =
        standing_of(question.current_id.origin, x.asked.from, node_->peers.read()->reached);
    auto part =
        core_.go_on(question, x.rest, *node_->topologies.read(), now(), who == standing::reached);
    if (part)
      tell_part(x.asked, *part);
    else
      refuse_request(question);
  });
  if (failed) close_connection(x.asked)();
}

void receiver::refuse_request(const gossip& asked) {
  ++node_->counts->requests_refused;
  if (const auto times = requests_refused_.note(now()))
    node_->log->warn("{} questions not answered, their senders ask too much; the last is {}",
                     *times, to_string(asked.current_id.origin));
}

void receiver::refuse_answer(const gossip& asked) {
  ++node_->counts->answers_refused;
  if (const auto times = answers_refused_.note(now()))
    node_->log->warn("{} answers refused: no room, or the question came from elsewhere; last to {}",
                     *times, to_string(asked.current_id.origin));
}

caf::error receiver::refuse_hop(const gossip& hop) {
  ++node_->counts->hops_refused;
  if (const auto times = hops_refused_.note(now()))
    node_->log->warn("{} hops not passed on, no room; the last came from {}", *times,
                     to_string(hop.current_id.origin));
  return caf::make_error(call_error::limit_exceeded);
}

void receiver::announce_held() {
  if (auto rows = core_.due(*node_->topologies.read(), now()); !rows.empty())
    self_->send(node_->broadcaster, announcement{std::move(rows)});
  arm();
}

void receiver::arm() {
  if (const auto wait = alarm_.set(core_.next_due(), now()))
    self_->delayed_send(self_, *wait, held_due{});
}

}  // namespace scalesmall
