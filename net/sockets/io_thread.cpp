#include "net/sockets/io_thread.hpp"

#include "net/sockets/io_state.hpp"

namespace scalesmall {

io_thread::io_thread()
    : state_(std::make_shared<io_state>()), thread_([state = state_] { state->context.run(); }) {}

io_thread::~io_thread() {
  state_->context.stop();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

}  // namespace scalesmall
