#include "net/sockets/io_thread.hpp"

#include "net/sockets/io_state.hpp"

namespace scalesmall {

namespace {

void run(asio::io_context& context) {
  for (;;) {
    try {
      context.run();
      return;
    } catch (...) {
      // Ports deal with exceptions of their own handlers. Anything else could not have what it
      // needed either, memory for example, and the other ports go on.
    }
  }
}

}  // namespace

io_thread::io_thread()
    : state_(std::make_shared<io_state>()), thread_([state = state_] { run(state->context); }) {}

io_thread::~io_thread() {
  state_->context.stop();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

}  // namespace scalesmall
