#pragma once

#include <map>
#include <memory>
#include <scalesmall/reachability.hpp>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>

#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/peers/hop_plan.hpp"
#include "actors/peers/named_seeds.hpp"
#include "actors/peers/readiness.hpp"

namespace scalesmall {

/// Keeps the peer table and its timer, and publishes what a restarted peer_db needs.
class peer_db {
public:
  using handle = peer_db_actor;
  static constexpr const char* name = "peer_db";

  peer_db(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  [[nodiscard]] time_point now() const;
  [[nodiscard]] peer_table remembered() const;
  void take(const note_gossip& arrived);
  void note(const note_gossip& arrived);
  void note_doubtful();
  void exchange_with_due();
  void arm();
  void exchange_with(const std::vector<net_id>& partners);
  void use(const seed_list& seeds);
  void begin_look_up(named_seeds::number name);
  void take_addresses(const name_found& found);
  [[nodiscard]] bool may_reach_back(const net_id& peer) const;
  caf::result<done> await(const await_ready& call);
  void look_for_readiness();
  void publish_peers();
  void publish_seqno();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  supervision::table_writer<peer_memory> peers_;
  supervision::table_writer<std::uint64_t> next_seqno_;
  supervision::table_writer<seed_list> seeds_;
  peer_table table_;
  std::shared_ptr<const reachability_table> reachability_;  // of which the table was told
  named_seeds names_;
  std::uint64_t published_version_ = 0;
  readiness readiness_;
  std::map<readiness::ticket, supervision::guarded_promise<done>> awaiting_ready_;
  next_timer alarm_;
  next_timer readiness_alarm_;
  time_point last_turn_;
};

}  // namespace scalesmall
