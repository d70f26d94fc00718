#include <scalesmall/supervision/exit_reason.hpp>
#include <type_traits>
#include <utility>

#include "supervision/detail/supervisor_actor.hpp"

namespace scalesmall::supervision {

caf::behavior supervisor_actor::calls() {
  // A call that has to wait is on the agenda together with its promise. If the supervisor ends
  // first, the promise answers with an error.
  const auto later = [this]<class T, class Request>(Request& request,
                                                    caf::typed_response_promise<T> promise) {
    const guarded_promise<T> answer{promise};
    constexpr bool starts_instance = std::is_same_v<Request, start_instance>;
    if (agenda_.empty() && is_free_for(starts_instance)) {
      pumping_ = true;
      call(request, answer);
      pumping_ = false;
      pump();
    } else {
      post([this, request = std::make_shared<Request>(std::move(request)),
            answer] { call(*request, answer); },
           starts_instance);
    }
    return promise;
  };
  return {
      [=, this](start_child& x) {
        return later(x, make_response_promise<caf::strong_actor_ptr>());
      },
      [=, this](start_instance& x) {
        return later(x, make_response_promise<caf::strong_actor_ptr>());
      },
      [=, this](terminate_child& x) { return later(x, make_response_promise<caf::ok_atom>()); },
      [=, this](terminate_instance& x) { return later(x, make_response_promise<caf::ok_atom>()); },
      [=, this](restart_child& x) {
        return later(x, make_response_promise<caf::strong_actor_ptr>());
      },
      [=, this](delete_child& x) { return later(x, make_response_promise<caf::ok_atom>()); },
      [=, this](get_childspec& x) { return later(x, make_response_promise<child_spec>()); },
      [=, this](which_children& x) {
        return later(x, make_response_promise<std::vector<child_info>>());
      },
      [=, this](count_children& x) { return later(x, make_response_promise<child_counts>()); },
      [this](await_started) {
        auto promise = make_response_promise<caf::ok_atom>();
        if (started_)
          promise.deliver(caf::ok_atom_v);
        else
          awaiting_start_.emplace_back(promise);
        return promise;
      },
      [this](caf::tick_atom) { on_tick(); },
      [this](caf::flush_atom) { starter_.on_round_done(); },
      [this](caf::ok_atom, const std::string&, const caf::strong_actor_ptr& child,
             const std::string&) { starter_.on_ready(child); },
  };
}

void supervisor_actor::call(start_child& request, const handle_promise& answer) {
  auto& spec = request.spec;
  if (simple()) return answer.deliver(caf::make_error(supervisor_error::simple_one_for_one));
  if (auto error = check(spec, spec_.shutdown_with)) return answer.deliver(std::move(error));
  if (const auto* nested = std::get_if<nested_spec>(&spec.start)) {
    if (auto error = check_tree(**nested)) return answer.deliver(std::move(error));
  }
  if (const auto present = table_->find(spec.id))
    return answer.deliver(present->handle
                              ? caf::make_error(supervisor_error::already_started, spec.id)
                              : caf::make_error(supervisor_error::already_present, spec.id));
  if (table_->size() >= spec_.max_children)
    return answer.deliver(caf::make_error(supervisor_error::too_many_children, spec.id));
  const auto c = table_->add(std::make_shared<const child_spec>(std::move(spec)));
  start_one(c, [this, c, answer](const caf::error& error) {
    if (!error) return answer.deliver(c->handle);
    forget(c);
    answer.deliver(caf::make_error(supervisor_error::failed_to_start_child, c->id, error));
  });
}

void supervisor_actor::call(start_instance& request, const handle_promise& answer) {
  if (!simple()) return answer.deliver(caf::make_error(supervisor_error::not_simple_one_for_one));
  if (table_->size() >= spec_.max_children)
    return answer.deliver(caf::make_error(supervisor_error::too_many_children, template_->id));
  const auto c = table_->add_instance(template_, std::move(request.argument));
  c->since = clock().now();
  ++starting_;
  starter_.start(c, [this, c, answer](const caf::error& error) {
    --starting_;
    on_start_result(*c, error);
    if (c->handle) {
      answer.deliver(c->handle);
    } else {
      forget(c);
      if (error)
        answer.deliver(error);
      else
        answer.deliver(caf::strong_actor_ptr{});
    }
    pump();
  });
}

void supervisor_actor::call(const restart_child& request, const handle_promise& answer) {
  if (simple()) return answer.deliver(caf::make_error(supervisor_error::simple_one_for_one));
  const auto c = table_->find(request.id);
  if (c == nullptr) return answer.deliver(caf::make_error(supervisor_error::not_found, request.id));
  if (c->state == child_state::restarting)
    return answer.deliver(caf::make_error(supervisor_error::restarting, request.id));
  if (c->handle) return answer.deliver(caf::make_error(supervisor_error::running, request.id));
  start_one(c, [c, answer](const caf::error& error) {
    if (error) return answer.deliver(error);
    answer.deliver(c->handle);
  });
}

void supervisor_actor::call(const terminate_child& request, const done_promise& answer) {
  if (simple()) return answer.deliver(caf::make_error(supervisor_error::simple_one_for_one));
  const auto c = table_->find(request.id);
  if (c == nullptr) return answer.deliver(caf::make_error(supervisor_error::not_found, request.id));
  terminate(c, answer);
}

void supervisor_actor::call(const terminate_instance& request, const done_promise& answer) {
  if (!simple()) return answer.deliver(caf::make_error(supervisor_error::not_simple_one_for_one));
  if (!request.child) return answer.deliver(caf::make_error(supervisor_error::not_found));
  const auto c = table_->find(request.child->id());
  if (c != nullptr) return terminate(c, answer);
  // As in OTP, an actor that has ended needs no stop, and a living stranger is an error.
  if (request.child->get()->getf(caf::abstract_actor::is_terminated_flag))
    return answer.deliver(caf::ok_atom_v);
  answer.deliver(caf::make_error(supervisor_error::not_found));
}

void supervisor_actor::terminate(const child_ptr& c, const done_promise& answer) {
  busy_ = true;
  stop_each({c}, [this, c, answer] {
    forget_or_keep(c);
    busy_ = false;
    answer.deliver(caf::ok_atom_v);
  });
}

void supervisor_actor::call(const delete_child& request, const done_promise& answer) {
  if (simple()) return answer.deliver(caf::make_error(supervisor_error::simple_one_for_one));
  const auto c = table_->find(request.id);
  if (c == nullptr) return answer.deliver(caf::make_error(supervisor_error::not_found, request.id));
  if (c->state == child_state::restarting)
    return answer.deliver(caf::make_error(supervisor_error::restarting, request.id));
  if (c->handle) return answer.deliver(caf::make_error(supervisor_error::running, request.id));
  forget(c);
  answer.deliver(caf::ok_atom_v);
}

void supervisor_actor::call(const get_childspec& request, const promise<child_spec>& answer) {
  if (simple() && request.id == template_->id) return answer.deliver(*template_);
  const auto c = simple() ? nullptr : table_->find(request.id);
  if (c == nullptr) return answer.deliver(caf::make_error(supervisor_error::not_found, request.id));
  answer.deliver(*c->spec);
}

void supervisor_actor::call(const which_children&, const promise<std::vector<child_info>>& answer) {
  std::vector<child_info> infos;
  infos.reserve(table_->size());
  for (const auto& c : table_->children())
    infos.push_back({c->id, c->handle, c->spec->type, c->state});
  answer.deliver(std::move(infos));
}

void supervisor_actor::call(const count_children&, const promise<child_counts>& answer) {
  child_counts counts;
  for (const auto& c : table_->children()) {
    counts.active += c->handle && !c->exit ? 1 : 0;
    ++(c->spec->type == child_type::supervisor ? counts.supervisors : counts.workers);
  }
  counts.specs = simple() ? 1 : table_->size();
  answer.deliver(counts);
}

}  // namespace scalesmall::supervision
