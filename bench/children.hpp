#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <scalesmall/node.hpp>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

namespace scalesmall::bench {

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

/// Memory that this process shares with all that it forks.
template <class T>
class shared_memory {
public:
  shared_memory() {
    auto* mapped =
        ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) fail("no memory to share");
    content_ = new (mapped) T;
  }
  shared_memory(const shared_memory&) = delete;
  shared_memory& operator=(const shared_memory&) = delete;
  ~shared_memory() { ::munmap(content_, sizeof(T)); }

  T& operator*() const { return *content_; }
  T* operator->() const { return content_; }

private:
  T* content_;
};

/// Processes that are forked and told what to do, one byte at a time. They end with this object.
class children {
public:
  children() = default;
  children(const children&) = delete;
  children& operator=(const children&) = delete;
  ~children() {
    for (const auto& x : all_) ::close(x.commands);
    for (const auto& x : all_) ::waitpid(x.process, nullptr, 0);
  }

  /// The new process calls `run` with the end of the pipe from which it reads, and ends after it.
  template <class Run>
  void start(Run run) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) fail("no pipe");
    const auto process = ::fork();
    if (process < 0) fail("no process");
    if (process == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (const auto& x : all_) ::close(x.commands);
      ::close(ends[1]);
      run(ends[0]);
      std::_Exit(0);
    }
    ::close(ends[0]);
    all_.push_back({process, ends[1]});
  }

  void tell(std::size_t index, char what) {
    if (::write(all_[index].commands, &what, 1) != 1) fail("a process has ended");
  }

  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] pid_t process(std::size_t index) const { return all_[index].process; }

private:
  struct child {
    pid_t process;
    int commands;
  };

  std::vector<child> all_;
};

/// By the machine's monotonic clock, the same in all processes.
inline std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
}

/// Calls `use` with a node on any port, in an actor system as a small program has it.
template <class Use>
void with_node(node_config config, Use use) {
  caf::actor_system_config settings;
  settings.set("scheduler.policy", caf::atom("sharing"));
  settings.set("scheduler.max-threads", std::size_t{2});
  caf::actor_system system{settings};
  config.listen.port = 0;
  auto started = node::start(system, config);
  if (!started) fail(started.error().text);
  use(**started);
}

/// Waits until the condition holds, a minute at most. It is not precise: figures come from memory
/// that the processes share.
template <class Condition>
void wait_until(const char* what, Condition condition) {
  const auto start = std::chrono::steady_clock::now();
  while (!condition()) {
    if (std::chrono::steady_clock::now() - start > std::chrono::minutes{1})
      fail(std::string{what} + " takes over a minute");
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

}  // namespace scalesmall::bench
