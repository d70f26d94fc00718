#include "net/sockets/io_thread.hpp"

#include <chrono>

#include "net/sockets/io_state.hpp"

namespace scalesmall {

namespace {

constexpr std::chrono::milliseconds pause{10};

void run(asio::io_context& context) {
  for (;;) {
    try {
      context.run();
      return;
    } catch (...) {
      // An owner could not be told the end of its port, most likely for want of memory, and is told
      // again. Other exceptions end their ports and do not come here.
      std::this_thread::sleep_for(pause);
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
