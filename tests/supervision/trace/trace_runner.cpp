#include "tests/supervision/trace/trace_runner.hpp"

#include <chrono>
#include <scalesmall/supervision/exit_reason.hpp>
#include <stdexcept>
#include <utility>

#include "supervision/detail/exit_signal.hpp"
#include "tests/supervision/trace/scenario_worker.hpp"

namespace scalesmall::supervision::trace {

namespace {

constexpr caf::timespan call_limit = std::chrono::hours{1};

restart_type restart_of(const node& n) {
  // The first of these options counts, as in otp_trace.
  for (const auto& o : n.options) {
    if (o == "permanent") return restart_type::permanent;
    if (o == "transient") return restart_type::transient;
    if (o == "temporary") return restart_type::temporary;
  }
  return restart_type::permanent;
}

std::optional<shutdown_policy> shutdown_of(const node& n) {
  const auto text = n.option("shutdown");
  if (!text) return std::nullopt;
  if (*text == "brutal_kill") return brutal_kill;
  if (*text == "infinity") return infinity;
  return std::chrono::milliseconds{std::stoi(*text)};
}

// An unknown word becomes an invalid value, which the supervisor has to refuse.
restart_strategy strategy_of(const std::string& text) {
  if (text == "one_for_one") return restart_strategy::one_for_one;
  if (text == "one_for_all") return restart_strategy::one_for_all;
  if (text == "rest_for_one") return restart_strategy::rest_for_one;
  if (text == "simple_one_for_one") return restart_strategy::simple_one_for_one;
  return restart_strategy{99};
}

auto_shutdown auto_shutdown_of(const node& n) {
  const auto text = n.option("auto_shutdown").value_or("never");
  if (text == "never") return auto_shutdown::never;
  if (text == "any_significant") return auto_shutdown::any_significant;
  if (text == "all_significant") return auto_shutdown::all_significant;
  return auto_shutdown{99};
}

caf::error reason_of(const std::string& word) {
  if (word == "normal") return {};
  if (word == "shutdown") return caf::make_error(caf::exit_reason::user_shutdown);
  if (word.compare(0, 9, "shutdown:") == 0) return shutdown_because(word.substr(9));
  throw std::runtime_error("no such reason: " + word);
}

std::string fault_text(const caf::error& e) {
  if (e == supervisor_error::not_found) return "not_found";
  if (e == supervisor_error::running) return "running";
  if (e == supervisor_error::restarting) return "restarting";
  if (e == supervisor_error::already_started) return "already_started";
  if (e == supervisor_error::already_present) return "already_present";
  if (e == supervisor_error::simple_one_for_one) return "simple_one_for_one";
  return otp_text(e);
}

bool is_alive(const caf::strong_actor_ptr& a) {
  return a && !a->get()->getf(caf::abstract_actor::is_terminated_flag);
}

std::string last_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

bool trace_runner::fails(const std::string& name) {
  auto& left = failing_starts_[name];
  if (left <= 0) return false;
  --left;
  return true;
}

child_spec trace_runner::make_child(const node& n) {
  child_spec spec;
  spec.id = n.name;
  spec.restart = restart_of(n);
  spec.shutdown = shutdown_of(n);
  spec.significant = n.has("significant");
  if (n.is_supervisor) {
    spec.type = child_type::supervisor;
    spec.start = init_function{[this, n] { return make_supervisor(n); }};
  } else {
    spec.start = [this, n](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
      return spawn_scenario_worker(c.parent, *this, n.name, n.has("stubborn"));
    };
  }
  return spec;
}

supervisor_spec trace_runner::make_supervisor(const node& n) {
  log("start " + n.name);
  supervisor_spec spec;
  spec.strategy = strategy_of(n.strategy);
  spec.intensity = n.intensity;
  spec.period = std::chrono::seconds{n.period_s};
  spec.shutdown_with = auto_shutdown_of(n);
  for (const auto& child : n.children) spec.children.push_back(make_child(child));
  if (spec.strategy == restart_strategy::simple_one_for_one && n.children.size() == 1) {
    const bool stubborn = n.children.front().has("stubborn");
    spec.children.front().start =
        [this, stubborn](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
      return spawn_scenario_worker(c.parent, *this, std::any_cast<std::string>(c.argument),
                                   stubborn);
    };
  }
  return spec;
}

void trace_runner::remember(const node& n) {
  nodes_[n.name] = n;
  for (const auto& child : n.children) remember(child);
}

std::string trace_runner::run(const std::string& title) {
  print("== " + title);
  print("> start");
  remember(scenario_.root);
  start();
  for (const auto& action : scenario_.actions) {
    print("> " + action);
    act(action);
    settle();
    print_events();
    print_alive();
  }
  if (is_alive(actors_["root"])) tree_->request_stop();
  settle();
  return std::exchange(text_, {});
}

void trace_runner::start() {
  tree_options options;
  options.report = [this](const report& r) {
    if (r.what != report::kind::started && r.what != report::kind::restarted) return;
    // Only supervisors: workers report themselves, and an instance of a template has another name
    // here.
    const auto found = nodes_.find(last_of(r.path));
    if (found != nodes_.end() && found->second.is_supervisor)
      actors_[found->first] = tree_->find(r.path);
  };
  caf::error outcome;
  options.on_start = [&outcome](const caf::error& e) { outcome = e; };
  tree_ = tree::launch(world_.system, scenario_.root.name,
                       init_function{[this] { return make_supervisor(scenario_.root); }},
                       std::move(options));
  actors_[scenario_.root.name] = caf::actor_cast<caf::strong_actor_ptr>(tree_->actor());
  settle();
  if (outcome) print("result " + otp_text(outcome));
  print_events();
  print_alive();
}

void trace_runner::act(const std::string& action) {
  const auto w = words(action);
  const auto& verb = w[0];
  const auto target = [&] {
    const auto i = actors_.find(w.at(1));
    if (i == actors_.end()) throw std::runtime_error("no such actor: " + action);
    return i->second;
  };
  if (verb == "crash") {
    leave(target(), caf::make_error(caf::sec::runtime_error, std::string{"boom"}));
  } else if (verb == "exit") {
    leave(target(), reason_of(w.at(2)));
  } else if (verb == "kill") {
    signal_exit(target(), caf::make_error(caf::exit_reason::kill));
  } else if (verb == "failstart") {
    failing_starts_[w.at(1)] = std::stoi(w.at(2));
  } else if (verb == "which") {
    print_children(w.at(1));
  } else if (verb == "count") {
    print_counts(w.at(1));
  } else if (verb == "sleep") {
    world_.advance(std::chrono::milliseconds{std::stoi(w.at(1))});
  } else if (verb == "stop") {
    if (is_alive(actors_["root"])) tree_->request_stop();
  } else {
    change_children(w);
  }
}

caf::actor trace_runner::supervisor(const std::string& name) {
  const auto& a = actors_[name];
  return is_alive(a) ? caf::actor_cast<caf::actor>(a) : caf::actor{};
}

template <class Result, class Request>
caf::expected<Result> trace_runner::call(const std::string& name, const Request& request) {
  const auto to = supervisor(name);
  if (!to) return caf::make_error(supervisor_error::not_running);
  auto answer = world_.ask<Result>(to, call_limit, request);
  if (!answer && answer.error() == caf::sec::request_receiver_down)
    return caf::make_error(supervisor_error::not_running);
  if (!answer && answer.error() == caf::sec::request_timeout)
    throw std::runtime_error(name + " does not answer");
  return answer;
}

void trace_runner::change_children(const std::vector<std::string>& w) {
  const auto& verb = w.at(0);
  const auto& sup = w.at(1);
  const auto& name = w.at(2);
  const bool simple = nodes_[sup].strategy == "simple_one_for_one";
  caf::error error;
  const auto take = [&error](auto outcome) {
    if (!outcome) error = outcome.error();
  };
  if (verb == "start_child") {
    nodes_[name] = node{false, name, {}, 0, 0, {w.begin() + 3, w.end()}, {}};
    if (simple) {
      take(call<caf::strong_actor_ptr>(sup, start_instance{name}));
    } else {
      take(call<caf::strong_actor_ptr>(sup, start_child{make_child(nodes_[name])}));
      // OTP answers with the reason and the specification; otp_trace prints that as "error".
      if (error && error != supervisor_error::already_started &&
          error != supervisor_error::already_present && error != supervisor_error::not_running)
        return print("result error error");
    }
  } else if (verb == "terminate_child") {
    if (simple)
      take(call<caf::ok_atom>(sup, terminate_instance{actors_.at(name)}));
    else
      take(call<caf::ok_atom>(sup, terminate_child{name}));
  } else if (verb == "restart_child") {
    take(call<caf::strong_actor_ptr>(sup, restart_child{name}));
  } else if (verb == "delete_child") {
    take(call<caf::ok_atom>(sup, delete_child{name}));
  } else {
    throw std::runtime_error("no such action: " + verb);
  }
  if (error == supervisor_error::not_running) return print("result noproc");
  print(error ? "result error " + fault_text(error) : "result ok");
}

void trace_runner::print_children(const std::string& sup) {
  const auto children = call<std::vector<child_info>>(sup, which_children{});
  if (!children) return print("result noproc");
  std::vector<std::string> rows;
  const bool simple = nodes_[sup].strategy == "simple_one_for_one";
  for (const auto& c : *children) {
    auto name = c.id;
    if (simple) {
      name = "-";
      for (const auto& [id, actor] : actors_) {
        if (actor == c.handle) name = id;
      }
    }
    const auto* state = c.handle                             ? "running"
                        : c.state == child_state::restarting ? "restarting"
                                                             : "undefined";
    rows.push_back("child " + name + (c.type == child_type::worker ? " worker " : " supervisor ") +
                   state);
  }
  // OTP lists instances in the order of the keys of a map, and otp_trace reverses that order.
  if (simple) rows = {rows.rbegin(), rows.rend()};
  for (const auto& row : rows) print(row);
}

void trace_runner::print_counts(const std::string& sup) {
  const auto c = call<child_counts>(sup, count_children{});
  if (!c) return print("result noproc");
  print("count specs=" + std::to_string(c->specs) + " active=" + std::to_string(c->active) +
        " supervisors=" + std::to_string(c->supervisors) +
        " workers=" + std::to_string(c->workers));
}

void trace_runner::settle() {
  // As otp_trace: three rounds of 20 ms without an event, and an answer of each supervisor in each
  // round.
  for (int quiet = 0; quiet < 3;) {
    const auto before = events_.size();
    for (const auto& [name, n] : nodes_) {
      if (n.is_supervisor) (void)call<child_counts>(name, count_children{});
    }
    world_.advance(std::chrono::milliseconds{20});
    quiet = events_.size() == before ? quiet + 1 : 0;
  }
}

void trace_runner::print_events() {
  for (const auto& e : std::exchange(events_, {})) print(e);
}

void trace_runner::print_alive() {
  std::string line = "alive";
  for (const auto& [name, actor] : actors_) {
    if (is_alive(actor)) line += ' ' + name;
  }
  print(line);
}

}  // namespace scalesmall::supervision::trace
