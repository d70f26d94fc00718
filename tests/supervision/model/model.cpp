#include "tests/supervision/model/model.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace scalesmall::supervision::model {

struct model::child {
  plan spec;
  bool running = false;
  std::uint64_t restarts = 0;
  std::unique_ptr<supervisor> nested = nullptr;
};

struct model::supervisor {
  child* self;
  supervisor* parent;
  int restarts = 0;
  std::vector<std::unique_ptr<child>> children = {};

  [[nodiscard]] child* find(const std::string& name) const {
    for (const auto& c : children) {
      if (c->spec.name == name) return c.get();
    }
    return nullptr;
  }
};

model::model(plan root) : root_(std::make_unique<child>(child{std::move(root)})) {}
model::~model() = default;

void model::start() {
  root_->nested = std::make_unique<supervisor>(supervisor{root_.get(), nullptr});
  root_->running = start_children(*root_->nested);
}

bool model::running() const { return root_->running; }

std::vector<std::string> model::take_log() { return std::exchange(log_, {}); }

std::vector<std::string> model::list() const {
  std::vector<std::string> lines;
  const std::function<void(const child&, const std::string&)> add = [&](const child& c,
                                                                        const std::string& above) {
    const auto path = above + c.spec.name;
    lines.push_back(path + (c.running ? " running " : " stopped ") + std::to_string(c.restarts));
    if (!c.running || !c.nested) return;
    for (const auto& below : c.nested->children) add(*below, path + '/');
  };
  add(*root_, "");
  return lines;
}

bool model::start_actor(child& c) {
  if (c.spec.is_supervisor) {
    c.running = start_children(*c.nested);
    return c.running;
  }
  auto& failing = failing_[c.spec.name];
  c.running = failing == 0;
  failing -= c.running ? 0 : 1;
  log_.push_back((c.running ? "start " : "fail ") + c.spec.name);
  return c.running;
}

// The children come from the specification: children added by a call are lost in a restart of their
// supervisor.
bool model::start_children(supervisor& s) {
  s.restarts = 0;
  s.children.clear();
  for (const auto& spec : s.self->spec.children) {
    s.children.push_back(std::make_unique<child>(child{spec}));
    auto& c = *s.children.back();
    if (spec.is_supervisor) c.nested = std::make_unique<supervisor>(supervisor{&c, &s});
  }
  for (auto& c : s.children) {
    if (start_actor(*c)) continue;
    stop_children(s, true);
    return false;
  }
  return true;
}

void model::stop_actor(child& c, bool tell) {
  if (!c.running) return;
  c.running = false;
  if (c.nested) return stop_children(*c.nested, true);
  if (tell && !c.spec.killed_brutally) log_.push_back("stop " + c.spec.name);
}

void model::stop_children(supervisor& s, bool tell) {
  for (auto i = s.children.rbegin(); i != s.children.rend(); ++i) stop_actor(**i, tell);
}

void model::end_worker(const std::string& name, exit_kind kind) {
  auto* s = parent_of(name);
  if (s == nullptr || !s->find(name)->running) return;
  s->find(name)->running = false;
  ended(*s, name, kind);
}

void model::kill_supervisor(const std::string& name) {
  auto* s = find(name);
  if (s == nullptr) return;
  s->self->running = false;
  // Every worker gets an exit signal, also one that a stop would kill.
  for (auto i = s->children.rbegin(); i != s->children.rend(); ++i) {
    if ((*i)->running && !(*i)->nested)
      log_.push_back("stop " + (*i)->spec.name), (*i)->running = false;
    else
      stop_actor(**i, true);
  }
  if (s->parent != nullptr) ended(*s->parent, name, exit_kind::abnormal);
}

void model::stop() { stop_actor(*root_, true); }

void model::ended(supervisor& s, const std::string& name, exit_kind kind) {
  const auto spec = s.find(name)->spec;
  if (should_restart(spec.restart, kind)) return restart(s, name);
  forget_or_keep(s, name);
  const auto left = std::count_if(s.children.begin(), s.children.end(),
                                  [](const auto& c) { return c->running && c->spec.significant; });
  if (should_shut_down(s.self->spec.shutdown_with, spec.significant,
                       static_cast<std::size_t>(left)))
    give_up(s);
}

void model::restart(supervisor& s, std::string name) {
  for (;;) {
    if (++s.restarts > s.self->spec.intensity) return give_up(s);
    std::vector<restart_type> types;
    std::vector<child*> all;
    for (const auto& c : s.children) {
      types.push_back(c->spec.restart);
      all.push_back(c.get());
    }
    const auto failed = std::find(all.begin(), all.end(), s.find(name)) - all.begin();
    const auto todo = plan_restart(s.self->spec.strategy, types, static_cast<std::size_t>(failed));
    for (const auto i : todo.stop) stop_actor(*all[i], true);
    child* missing = nullptr;
    for (const auto i : todo.start) {
      if (!start_actor(*all[i])) {
        missing = all[i];
        break;
      }
      ++all[i]->restarts;
    }
    for (const auto i : todo.drop) forget_or_keep(s, all[i]->spec.name);
    if (missing == nullptr) return;
    name = missing->spec.name;
  }
}

void model::give_up(supervisor& s) {
  s.self->running = false;
  stop_children(s, true);
  if (s.parent != nullptr) ended(*s.parent, s.self->spec.name, exit_kind::shutdown);
}

void model::forget_or_keep(supervisor& s, const std::string& name) {
  auto* c = s.find(name);
  if (c->spec.restart != restart_type::temporary) return;
  std::erase_if(s.children, [c](const auto& each) { return each.get() == c; });
}

std::string model::start_child(const std::string& name, const plan& spec) {
  auto* s = find(name);
  if (s == nullptr) return "gone";
  if (const auto* present = s->find(spec.name))
    return present->running ? "already started" : "already present";
  s->children.push_back(std::make_unique<child>(child{spec}));
  if (start_actor(*s->children.back())) return "ok";
  s->children.pop_back();
  return "failed";
}

std::string model::terminate_child(const std::string& supervisor, const std::string& name) {
  auto* s = find(supervisor);
  if (s == nullptr) return "gone";
  auto* c = s->find(name);
  if (c == nullptr) return "not found";
  stop_actor(*c, true);
  forget_or_keep(*s, name);
  return "ok";
}

std::string model::restart_child(const std::string& supervisor, const std::string& name) {
  auto* s = find(supervisor);
  if (s == nullptr) return "gone";
  auto* c = s->find(name);
  if (c == nullptr) return "not found";
  if (c->running) return "running";
  return start_actor(*c) ? "ok" : "failed";
}

std::string model::delete_child(const std::string& supervisor, const std::string& name) {
  auto* s = find(supervisor);
  if (s == nullptr) return "gone";
  auto* c = s->find(name);
  if (c == nullptr) return "not found";
  if (c->running) return "running";
  std::erase_if(s->children, [c](const auto& each) { return each.get() == c; });
  return "ok";
}

model::supervisor* model::find(const std::string& name) const {
  const std::function<supervisor*(const child&)> search = [&](const child& c) -> supervisor* {
    if (!c.running || !c.nested) return nullptr;
    if (c.spec.name == name) return c.nested.get();
    for (const auto& below : c.nested->children) {
      if (auto* found = search(*below)) return found;
    }
    return nullptr;
  };
  return search(*root_);
}

model::supervisor* model::parent_of(const std::string& name) const {
  const std::function<supervisor*(const child&)> search = [&](const child& c) -> supervisor* {
    if (!c.running || !c.nested) return nullptr;
    if (c.nested->find(name) != nullptr) return c.nested.get();
    for (const auto& below : c.nested->children) {
      if (auto* found = search(*below)) return found;
    }
    return nullptr;
  };
  return search(*root_);
}

}  // namespace scalesmall::supervision::model
