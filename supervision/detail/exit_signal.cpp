#include "supervision/detail/exit_signal.hpp"

#include <utility>

#include <caf/exit_reason.hpp>
#include <caf/local_actor.hpp>
#include <caf/system_messages.hpp>

namespace scalesmall::supervision {

namespace {

void signal(const caf::strong_actor_ptr& to, caf::actor_addr from, caf::error reason,
            caf::execution_unit* unit) {
  to->get()->eq_impl(caf::make_message_id(caf::message_priority::high), nullptr, unit,
                     caf::exit_msg{std::move(from), std::move(reason)});
}

}  // namespace

void signal_exit(caf::local_actor& self, const caf::strong_actor_ptr& to, caf::error reason) {
  signal(to, self.address(), std::move(reason), self.context());
}

void signal_kill(caf::local_actor& self, const caf::strong_actor_ptr& to) {
  signal(to, self.address(), caf::make_error(caf::exit_reason::kill), self.context());
}

void signal_exit(const caf::strong_actor_ptr& to, caf::error reason) {
  signal(to, nullptr, std::move(reason), nullptr);
}

}  // namespace scalesmall::supervision
