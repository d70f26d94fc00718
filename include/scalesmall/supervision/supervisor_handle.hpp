#pragma once

#include <any>
#include <chrono>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/calls.hpp>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/expected.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision {

/// The requests of calls.hpp as plain functions, for threads that are not actors; actors send the
/// requests to `actor()`. Each call blocks until the answer arrives, at most for the time limit
/// (then sec::request_timeout). It fails with supervisor_error::not_running if the supervisor has
/// ended; the other errors are those in calls.hpp. Copyable and thread-safe. The actor system must
/// outlive it.
class supervisor_handle {
public:
  supervisor_handle(caf::actor_system& system, caf::actor supervisor,
                    std::chrono::milliseconds time_limit = std::chrono::seconds{10})
      : system_(&system), supervisor_(std::move(supervisor)), time_limit_(time_limit) {}

  [[nodiscard]] const caf::actor& actor() const noexcept { return supervisor_; }

  [[nodiscard]] caf::expected<caf::strong_actor_ptr> start_child(child_spec spec) const;
  [[nodiscard]] caf::expected<caf::strong_actor_ptr> start_instance(std::any argument) const;
  [[nodiscard]] caf::error terminate_child(std::string id) const;
  [[nodiscard]] caf::error terminate_instance(caf::strong_actor_ptr child) const;
  [[nodiscard]] caf::expected<caf::strong_actor_ptr> restart_child(std::string id) const;
  [[nodiscard]] caf::error delete_child(std::string id) const;
  [[nodiscard]] caf::expected<child_spec> get_childspec(std::string id) const;
  [[nodiscard]] caf::expected<std::vector<child_info>> which_children() const;
  [[nodiscard]] caf::expected<child_counts> count_children() const;

private:
  template <class Result, class Request>
  caf::expected<Result> call(Request request) const;

  caf::actor_system* system_;
  caf::actor supervisor_;
  std::chrono::milliseconds time_limit_;
};

}  // namespace scalesmall::supervision
