#include "net/sockets/name_look_ups.hpp"

#include <chrono>
#include <deque>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include <asio/post.hpp>

#include "net/sockets/host_addresses.hpp"
#include "net/sockets/io_state.hpp"

namespace scalesmall {

namespace {

/// An owner waits for its answer, so this one waits until there is memory for it.
void tell(const name_owner& owner, const std::vector<net_id>& found) {
  while (true) {
    try {
      return owner(found);
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
  }
}

}  // namespace

struct name_look_ups::state {
  struct name {
    std::string host;
    std::uint16_t port = 0;
    name_owner owner;
  };

  void run() {
    std::unique_lock lock{mutex};
    while (!names.empty()) {
      const auto next = std::move(names.front());
      names.pop_front();
      lock.unlock();
      std::vector<net_id> found;
      try {
        found = host_addresses(next.host, next.port);
      } catch (const std::bad_alloc&) {
        // The name is tried again, as one that is not known.
      }
      tell(next.owner, found);
      lock.lock();
    }
    running = false;
  }

  std::mutex mutex;
  std::deque<name> names;
  bool running = false;
};

name_look_ups::name_look_ups(std::shared_ptr<io_state> io)
    : io_(std::move(io)), state_(std::make_shared<state>()) {}

void name_look_ups::ask(std::string host, std::uint16_t port, name_owner owner) {
  const std::scoped_lock lock{state_->mutex};
  state_->names.push_back({std::move(host), port, std::move(owner)});
  if (state_->running) return;
  try {
    std::thread{[state = state_] { state->run(); }}.detach();
    state_->running = true;
  } catch (const std::system_error&) {
    asio::post(io_->context, [unknown = std::exchange(state_->names, {})] {
      for (const auto& x : unknown) tell(x.owner, {});
    });
  }
}

}  // namespace scalesmall
