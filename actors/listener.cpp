#include "actors/listener.hpp"

#include <algorithm>
#include <scalesmall/supervision/calls.hpp>

#include "actors/incoming_handler.hpp"
#include "actors/port_events.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

listener::listener(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      open_(limits::incoming_connections_max - 1, node_->strangers_connections_max) {
  // Each handler that ends lets the acceptor accept one more connection.
  self_->set_down_handler([this](const caf::down_msg& ended) {
    const auto handler = std::ranges::find_if(
        handlers_, [&](const auto& x) { return x.second.address() == ended.source; });
    if (handler != handlers_.end()) {
      open_.remove(handler->first);
      handlers_.erase(handler);
    }
    node_->acceptor->grant(1);
  });
  node_->acceptor->own(events_to(handle{self_}));
  node_->acceptor->grant(limits::incoming_connections_max);
}

listener::handle::behavior_type listener::make_behavior() {
  return {
      [this](const port_notice& notice) { on(notice.event); },
  };
}

void listener::on(const port_event& event) {
  if (const auto* connection = std::get_if<port_accepted>(&event)) {
    start_handler(*connection);
  } else if (const auto* trouble = std::get_if<port_trouble>(&event)) {
    if (trouble->code == std::errc::address_not_available)
      return node_->log->warn(
          "this machine has lost the address {} of this node; others cannot reach it",
          to_string(node_->self.address));
    node_->log->warn("cannot accept connections for the moment: {}", trouble->code.message());
  } else if (std::holds_alternative<port_recovered>(event)) {
    node_->log->info("this machine has the address {} of this node again",
                     to_string(node_->self.address));
  } else if (const auto* error = std::get_if<port_error>(&event)) {
    throw std::system_error{error->code, "the listening socket failed"};
  }
}

void listener::start_handler(const port_accepted& connection) {
  const auto number = ++accepted_;
  const auto record = std::make_shared<connection_record>(self_->clock().now());
  supervision::child_spec spec;
  spec.id = to_string(connection.remote) + '#' + std::to_string(number);
  spec.start = supervision::start_shell<incoming_handler>(node_, connection.stream,
                                                          connection.remote, record);
  spec.restart = supervision::restart_type::temporary;
  spec.ready = supervision::readiness::spawned;
  self_->request(node_->incoming_handlers, caf::infinite, supervision::start_child{std::move(spec)})
      .then(
          [this, number, record](const caf::strong_actor_ptr& started) {
            const auto handler = caf::actor_cast<incoming_handler_actor>(started);
            handlers_.emplace(number, handler);
            open_.add(number, record);
            self_->monitor(handler);
            keep_room();
          },
          [this](const caf::error& why) {
            node_->log->warn("a connection was dropped: {}", caf::to_string(why));
            node_->acceptor->grant(1);
          });
}

void listener::keep_room() {
  if (const auto number = open_.take_one_to_close()) {
    ++node_->counts->connections_crowded_out;
    self_->send(handlers_.at(*number), make_room{});
  }
}

}  // namespace scalesmall
