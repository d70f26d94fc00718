#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/supervisor_handle.hpp>
#include <utility>

#include <caf/scoped_actor.hpp>
#include <caf/sec.hpp>

namespace scalesmall::supervision {

template <class Result, class Request>
caf::expected<Result> supervisor_handle::call(Request request) const {
  caf::expected<Result> outcome{caf::make_error(supervisor_error::not_running)};
  if (!supervisor_) return outcome;
  caf::scoped_actor self{*system_};
  self->request(supervisor_, time_limit_, std::move(request))
      .receive([&](Result& x) { outcome = std::move(x); },
               [&](caf::error& e) {
                 if (e != caf::sec::request_receiver_down) outcome = std::move(e);
               });
  return outcome;
}

namespace {

caf::error error_in(const caf::expected<caf::ok_atom>& x) { return x ? caf::error{} : x.error(); }

}  // namespace

caf::expected<caf::strong_actor_ptr> supervisor_handle::start_child(child_spec spec) const {
  return call<caf::strong_actor_ptr>(supervision::start_child{std::move(spec)});
}

caf::expected<caf::strong_actor_ptr> supervisor_handle::start_instance(std::any argument) const {
  return call<caf::strong_actor_ptr>(supervision::start_instance{std::move(argument)});
}

caf::error supervisor_handle::terminate_child(std::string id) const {
  return error_in(call<caf::ok_atom>(supervision::terminate_child{std::move(id)}));
}

caf::error supervisor_handle::terminate_instance(caf::strong_actor_ptr child) const {
  return error_in(call<caf::ok_atom>(supervision::terminate_instance{std::move(child)}));
}

caf::expected<caf::strong_actor_ptr> supervisor_handle::restart_child(std::string id) const {
  return call<caf::strong_actor_ptr>(supervision::restart_child{std::move(id)});
}

caf::error supervisor_handle::delete_child(std::string id) const {
  return error_in(call<caf::ok_atom>(supervision::delete_child{std::move(id)}));
}

caf::expected<child_spec> supervisor_handle::get_childspec(std::string id) const {
  return call<child_spec>(supervision::get_childspec{std::move(id)});
}

caf::expected<std::vector<child_info>> supervisor_handle::which_children() const {
  return call<std::vector<child_info>>(supervision::which_children{});
}

caf::expected<child_counts> supervisor_handle::count_children() const {
  return call<child_counts>(supervision::count_children{});
}

}  // namespace scalesmall::supervision
