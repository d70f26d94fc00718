#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <scalesmall/supervision/should_restart.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>
#include <string>
#include <vector>

namespace scalesmall::supervision::model {

/// A tree as plain data, from which the model and the real tree are made. Names are unique in the
/// whole tree.
struct plan {
  std::string name;
  restart_type restart = restart_type::permanent;
  bool significant = false;
  bool killed_brutally = false;  ///< workers: killed by a stop without an exit signal
  bool is_supervisor = false;
  /// This field and the following ones are used by supervisors only.
  restart_strategy strategy = restart_strategy::one_for_one;
  int intensity = 0;
  auto_shutdown shutdown_with = auto_shutdown::never;
  std::vector<plan> children = {};
};

/// The expected behaviour of a tree: the decisions of supervision carried out at once by plain
/// recursion, without actors. Time does not pass, so every restart stays in the window.
class model {
public:
  explicit model(plan root);
  ~model();

  void start();
  [[nodiscard]] bool running() const;
  /// One line per actor that the tree lists: path, state, number of restarts.
  [[nodiscard]] std::vector<std::string> list() const;
  /// The events of workers since the last call: `start X`, `fail X`, `stop X`.
  [[nodiscard]] std::vector<std::string> take_log();

  /// Makes the next `n` starts of that worker fail.
  void let_fail(const std::string& name, int n) { failing_[name] = n; }
  void end_worker(const std::string& name, exit_kind kind);
  void kill_supervisor(const std::string& name);
  void stop();

  /// The requests of calls.hpp. They return "ok", "failed", "gone" (no such supervisor) or the name
  /// of the error.
  [[nodiscard]] std::string start_child(const std::string& supervisor, const plan& child);
  [[nodiscard]] std::string terminate_child(const std::string& supervisor, const std::string& name);
  [[nodiscard]] std::string restart_child(const std::string& supervisor, const std::string& name);
  [[nodiscard]] std::string delete_child(const std::string& supervisor, const std::string& name);

private:
  struct child;
  struct supervisor;

  [[nodiscard]] bool start_actor(child& c);
  [[nodiscard]] bool start_children(supervisor& s);
  void stop_actor(child& c, bool tell);
  void stop_children(supervisor& s, bool tell);
  void ended(supervisor& s, const std::string& name, exit_kind kind);
  void restart(supervisor& s, std::string name);
  void give_up(supervisor& s);
  void forget_or_keep(supervisor& s, const std::string& name);
  [[nodiscard]] supervisor* find(const std::string& name) const;
  [[nodiscard]] supervisor* parent_of(const std::string& name) const;

  std::unique_ptr<child> root_;
  std::map<std::string, int> failing_;
  std::vector<std::string> log_;
};

}  // namespace scalesmall::supervision::model
