// A counter that survives its own crashes: what scalesmall::supervision gives to a program that
// uses CAF and nothing else of this project.
//
//   app                 supervisor
//   └── counting        supervisor, one_for_one: 3 restarts in 5 s
//       └── counter     worker, reached by a stable reference, its value kept in a supervised table

#include <chrono>
#include <future>
#include <iostream>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/stable_ref.hpp>
#include <scalesmall/supervision/table.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <stdexcept>
#include <string>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/typed_actor.hpp>

namespace sup = scalesmall::supervision;

namespace {

using counter = caf::typed_actor<caf::replies_to<caf::add_atom, int>::with<int>>;

struct counter_state {
  using handle = counter;
  static constexpr const char* name = "counter";

  counter_state(sup::shell_pointer<counter>, const sup::table<int>& value) : value_(value) {}

  counter::behavior_type make_behavior() {
    return {[this](caf::add_atom, int x) {
      if (x < 0) throw std::invalid_argument("a counter only goes up");
      value_.update([x](int& v) { v += x; });
      return *value_.read();
    }};
  }

  sup::table_writer<int> value_;
};

/// Prints in one piece, because the supervisor reports on another thread.
void say(int x, const std::string& answer) {
  std::cout << "add " + std::to_string(x) + ": " + answer + "\n" << std::flush;
}

/// A request that was waiting at the counter when it ended is answered with an error at once. It
/// was not carried out then, so it may be made again; the next one is parked until the new counter
/// runs.
void add(caf::scoped_actor& self, const counter& to, int x, int attempts = 3) {
  self->request(to, std::chrono::seconds{5}, caf::add_atom_v, x)
      .receive([x](int sum) { say(x, std::to_string(sum)); },
               [&](const caf::error& e) {
                 if (e == caf::sec::request_receiver_down && attempts > 1)
                   return add(self, to, x, attempts - 1);
                 say(x, "error, " + sup::describe(e));
               });
}

}  // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};

  // Both outlive the counter; users and supervisor get copies.
  const sup::table<int> value{0};
  const sup::stable_ref<counter> ref{system};

  sup::supervisor_spec counting;
  counting.intensity = 3;
  counting.period = std::chrono::seconds{5};
  counting.children.push_back(
      {.id = "counter", .start = sup::start_shell<counter_state>(value), .ref = ref});
  sup::supervisor_spec app;
  app.children.push_back(sup::supervisor_child("counting", counting));

  std::promise<void> restarted;
  const auto report = [&restarted](const sup::report& r) {
    if (sup::is_trouble(r.what)) std::cerr << to_string(r) << std::endl;
    if (r.what == sup::report::kind::restarted) restarted.set_value();
  };
  const auto tree = sup::tree::start(system, "app", app, {.report = report});
  if (!tree) {
    std::cerr << "the tree did not start: " << sup::describe(tree.error()) << std::endl;
    return 1;
  }

  caf::scoped_actor self{system};
  add(self, ref.handle(), 3);
  add(self, ref.handle(), 4);
  add(self, ref.handle(), -1);    // the counter throws; its supervisor starts another one
  add(self, ref.handle(), 5);     // the same handle reaches it, and it goes on from 7
  restarted.get_future().wait();  // the new counter may answer before the listing counts it
  std::cout << tree->text();
  return tree->stop() ? 0 : 1;
}
