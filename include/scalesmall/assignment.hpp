#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <scalesmall/actor_handles.hpp>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/call_error.hpp>
#include <scalesmall/item.hpp>
#include <scalesmall/registration.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/serve_options.hpp>
#include <scalesmall/service_fence.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <string>
#include <vector>

#include <caf/typed_actor.hpp>

/// A node that chooses itself what it serves (node::serve), and what it then tells its program.
/// docs/assignment.md says what is promised. The messages do not travel between processes.
namespace scalesmall {

/// The program is to load a range, and then says ready or failed. Until then the members that
/// served it serve on. May come again for a range that the program has: then it says ready again.
struct range_assigned {
  std::string group;
  key_range range;
  std::vector<net_id> from;  ///< members that serve it, ascending; none if nobody does
};

/// The program is to pass on its last writes and to stop serving the range, and then says released.
/// If it takes longer than ten seconds, the claim is taken back all the same. A range that it was
/// loading needs no answer.
struct range_revoked {
  std::string group;
  key_range range;
  std::vector<net_id> to;  ///< members that serve it now, ascending
};

/// Others may have changed the data of the range since. The program is to stop at once and to
/// forget the data. It needs no answer. The range may be assigned again.
struct range_lost {
  std::string group;
  key_range range;
};

/// Makes this node serve a group by plan. Answered with `done`. Errors: those of node::serve.
/// If the handler ends, the node takes back all its claims.
struct serve_group {
  std::string group;
  serve_options options;
  range_handler_actor handler;
  /// The node opens and closes it; may be null.
  std::shared_ptr<service_fence> fence = {};
};

/// Takes back all claims at once, whether others serve or not. Answered with `done`.
struct end_service {
  std::string group;
  range_handler_actor handler;
};

/// What the program says of a range. Answered with `done`; call_error::not_found if it was not
/// asked, and then nothing happens.
struct range_answer {
  enum class kind : std::uint8_t { ready, failed, released };

  std::string group;
  key_range range;
  kind what = kind::ready;
};

/// Answered with `done`. Errors: invalid_argument, not_found if the group is not served by plan.
struct set_capacity {
  std::string group;
  std::uint32_t capacity = 1;
};

/// Gives up all that is served, once others serve it. Answered with `done` when that is done; the
/// group is not served by plan then. Error: not_found.
struct drain_group {
  std::string group;
};

/// A person decides that the members that are gone stay away: all nodes plan without them at once.
/// Answered with `done`. Error: not_found.
struct take_over_group {
  std::string group;
};

/// How a program answers what it was told. Copies are cheap. Any thread may use it, and so may the
/// functions of a range_handler. It may outlive the node; it then does nothing. So does an answer
/// to what was not asked.
class range_answers {
public:
  /// @param fence of serve_group; null: none
  range_answers(assignments_actor whom, std::string group,
                std::shared_ptr<const service_fence> fence = {});

  void ready(key_range range) const;
  void failed(key_range range) const;
  void released(key_range range) const;

  /// Whether the program may answer what it is asked of its ranges; see service_fence. To be asked
  /// before each answer by a program whose ranges have one owner, or are written by their owners.
  /// False if there is no fence.
  [[nodiscard]] bool may_answer() const noexcept { return fence_ && fence_->is_open(); }

private:
  void say(key_range range, range_answer::kind what) const;

  std::shared_ptr<const assignments_actor> whom_;
  std::string group_;
  std::shared_ptr<const service_fence> fence_;
};

/// The functions of a program that serves a group by plan. They run on a thread of their own, one
/// at a time and in order. If `assigned` throws, the load counts as failed; if `revoked` throws,
/// the range counts as released. A function that takes long holds up the ranges of this group at
/// this node, and no others.
struct range_handler {
  std::function<void(const range_assigned&, const range_answers&)> assigned;
  std::function<void(const range_revoked&, const range_answers&)> revoked;
  std::function<void(const range_lost&)> lost;
};

/// A group that a node serves by plan. When it ends, the node takes back all its claims at once; so
/// a program drains it first. The end waits for the node, for a second at most. If it is to start
/// again in place it calls node::stop first, and the claims stand. It must end before the node and
/// the actor system do. May be moved.
class range_assignment : public registration {
public:
  /// node::serve makes it.
  struct inside;
  range_assignment(std::shared_ptr<const inside> content, std::function<void()> end) noexcept
      : registration(std::move(end)), inside_(std::move(content)) {}

  [[nodiscard]] const range_answers& answers() const noexcept;

  /// Changes what the node takes, compared with others. Errors: invalid_argument, not_found if it
  /// was drained, unavailable, timeout.
  [[nodiscard]] result<done, call_error> capacity(
      std::uint32_t to, std::chrono::milliseconds limit = std::chrono::seconds{5});

  /// Gives up all ranges once others serve them, and returns then. After a timeout the node goes on
  /// with it. A node that no other can take over from never gets done. Errors: as above.
  [[nodiscard]] result<done, call_error> drain(std::chrono::milliseconds limit);

  /// The members that are gone stay away: all nodes plan without them at once. Errors: as above.
  [[nodiscard]] result<done, call_error> take_over(
      std::chrono::milliseconds limit = std::chrono::seconds{5});

  /// Who is to serve what, as this node sees it; nothing if nobody takes part.
  [[nodiscard]] std::optional<group_plan> plan() const;

private:
  std::shared_ptr<const inside> inside_;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::range_assigned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::range_revoked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::range_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::serve_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::end_service)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::range_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::set_capacity)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::drain_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::take_over_group)
