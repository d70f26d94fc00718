#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <scalesmall/supervision/should_restart.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>
#include <string>
#include <vector>

namespace scalesmall::supervision::model {

/// A tree as plain data: what the model and the real tree are both made from. Names are unique in
/// the whole tree.
struct plan {
  std::string name;
  restart_type restart = restart_type::permanent;
  bool significant = false;
  bool killed_brutally = false;  ///< workers: stopped without being told
  bool is_supervisor = false;
  restart_strategy strategy =
      restart_strategy::one_for_one;  ///< this and what follows: supervisors
  int intensity = 0;
  auto_shutdown shutdown_with = auto_shutdown::never;
  std::vector<plan> children = {};
};

/// The tree as it ought to behave: the decisions carried out at once, by plain recursion, with no
/// actor in sight. Time stands still, so that every restart counts for ever.
class model {
public:
  explicit model(plan root);
  ~model();

  void start();
  [[nodiscard]] bool running() const;
  /// One line per actor that the tree lists: path, state, restarts.
  [[nodiscard]] std::vector<std::string> list() const;
  /// What workers saw since the last call: `start X`, `fail X`, `stop X`.
  [[nodiscard]] std::vector<std::string> take_log();

  /// The next `n` starts of that worker fail.
  void let_fail(const std::string& name, int n) { failing_[name] = n; }
  void end_worker(const std::string& name, exit_kind kind);
  void kill_supervisor(const std::string& name);
  void stop();

  /// The calls; the answer is "ok" or the name of the error.
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
