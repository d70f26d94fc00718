#pragma once

#include <map>
#include <optional>
#include <scalesmall/supervision/tree.hpp>
#include <string>
#include <vector>

#include "tests/supervision/trace/scenario.hpp"
#include "tests/supervision/world.hpp"

namespace scalesmall::supervision::trace {

/// Runs a scenario on this library in virtual time, and writes the trace that otp_trace writes for
/// OTP.
class trace_runner {
public:
  explicit trace_runner(scenario s) : scenario_(std::move(s)) {}
  trace_runner(const trace_runner&) = delete;
  trace_runner& operator=(const trace_runner&) = delete;

  /// @returns the trace, which begins with `== title`
  /// @throws std::runtime_error for an action that cannot be parsed, or if a supervisor does not
  ///   answer
  [[nodiscard]] std::string run(const std::string& title);

  // Called by the workers of the scenario.
  void log(const std::string& event) { events_.push_back(event); }
  void on_worker(const std::string& name, caf::strong_actor_ptr worker) {
    actors_[name] = std::move(worker);
  }
  /// Whether this start of the worker must fail.
  [[nodiscard]] bool fails(const std::string& name);

private:
  [[nodiscard]] child_spec make_child(const node& n);
  [[nodiscard]] supervisor_spec make_supervisor(const node& n);
  void remember(const node& n);

  void start();
  void act(const std::string& action);
  void change_children(const std::vector<std::string>& words);
  void print_children(const std::string& supervisor);
  void print_counts(const std::string& supervisor);
  void settle();
  void print_events();
  void print_alive();

  [[nodiscard]] caf::actor supervisor(const std::string& name);
  template <class Result, class Request>
  [[nodiscard]] caf::expected<Result> call(const std::string& supervisor, const Request& request);
  void print(const std::string& line) { text_ += line + '\n'; }

  scenario scenario_;
  std::string text_;
  std::vector<std::string> events_;
  std::map<std::string, node> nodes_;
  std::map<std::string, int> failing_starts_;
  std::map<std::string, caf::strong_actor_ptr> actors_;
  world world_;
  std::optional<tree> tree_;
};

}  // namespace scalesmall::supervision::trace
