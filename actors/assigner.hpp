#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <scalesmall/application_message.hpp>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <string>
#include <vector>

#include "actors/assigner_messages.hpp"
#include "actors/assignment/assignment_core.hpp"
#include "actors/assignment/claim_keeper.hpp"
#include "actors/damped_count.hpp"
#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"

namespace scalesmall {

/// Serves groups by plan, as their assignment_cores say: it tells the program what to load and what
/// to give up, has the topology_db make this node's claims, and speaks with the assigners of other
/// nodes. The orders of the program are published, so that they outlive this actor; it then goes on
/// with the claims that stand.
class assigner {
public:
  using handle = assigner_actor;
  static constexpr const char* name = "assigner";

  assigner(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  struct service {
    std::uint64_t number;
    service_order order;
    plan_settings settings;
    std::string plan_name;
    assignment_core core;
    claim_keeper claims;
    std::uint64_t seen = 0;  // a sum of versions
    std::size_t calls = 0;   // without an answer
    std::optional<time_point> retry_at = {};
    bool ending = false;
    bool told_outvoted = false;
    std::chrono::nanoseconds woken_at{};  // by the fence's clock
    std::size_t losses_untold = 0;        // without an answer of the program
    std::list<supervision::guarded_promise<done>> drained = {};
  };

  [[nodiscard]] time_point now() const;
  [[nodiscard]] service* find(const std::string& group);
  [[nodiscard]] service* find(std::uint64_t number);
  caf::result<done> begin(const serve_group& call);
  void open(const service_order& order);
  caf::result<done> end(const end_service& call);
  caf::result<done> answer(const range_answer& call);
  caf::result<done> set(const set_capacity& call);
  caf::result<done> drain(const drain_group& call);
  caf::result<done> take_over(const take_over_group& call);
  void hear(const application_message& said);
  void listen();
  void look_soon();
  void look_at_all();
  void look(service& x);
  void wake(service& x);
  void see(service& x);
  void carry_out(service& x);
  void open_fence(const service& x);
  void do_effect(service& x, const slot_effects::claimed& effect);
  void do_effect(service& x, const slot_effects::assigned& effect);
  void do_effect(service& x, const slot_effects::revoked& effect);
  void do_effect(service& x, const slot_effects::lost& effect);
  void do_effect(service& x, const slot_effects::release_question& effect);
  template <class Message>
  void tell(const service& x, Message what);
  void send(const service& x, const plan_message& what, std::optional<std::vector<net_id>> to);
  void keep_claims(service& x);
  template <class Answer, class Call>
  void call(service& x, const Call& what);
  void give_up(service& x);
  void end_if_done(service& x);
  void publish();
  void arm();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  supervision::table_writer<std::vector<service_order>> published_;
  std::list<service> services_;
  std::uint64_t last_number_ = 0;
  std::optional<time_point> news_due_;
  bool listening_ = false;
  next_timer alarm_;
  damped_count refused_;
  damped_count unreadable_;
  damped_count no_room_;
};

}  // namespace scalesmall
