#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "actors/persistence/posix_directory.hpp"
#include "actors/persistence/start_plan.hpp"
#include "actors/persistence/state_text.hpp"

namespace scalesmall {

/// The state directory of one node, with a thread of its own that waits for the disk. The thread
/// begins with the first write.
///
/// Threads: any thread may call write_later() and close(); the other functions belong to the start
/// of the node, before that.
class state_store {
public:
  using ended = std::function<void(std::error_code)>;

  explicit state_store(std::string path) : directory_(std::move(path)) {}
  state_store(const state_store&) = delete;
  state_store& operator=(const state_store&) = delete;
  ~state_store() { close(); }

  /// As posix_directory::lock.
  [[nodiscard]] std::error_code lock() { return directory_.lock(); }

  /// Reads what a former life has left, and sets aside what cannot be used.
  [[nodiscard]] start_plan read(const node_identity& self, std::chrono::seconds now,
                                std::chrono::milliseconds forget);

  /// Writes at once, in the calling thread.
  [[nodiscard]] std::error_code write(const own_state& x);

  /// Lets the store's thread make a text and save it, one after the other in the order of the
  /// calls. Then it calls `then`, which must not wait. After close() `then` is called at once, with
  /// operation_canceled.
  /// @throws std::system_error if there is no thread
  void write_later(const char* file, std::function<std::string()> make_text, ended then);

  /// Writes what was asked for, ends the thread and gives the directory back. A second call does
  /// nothing.
  void close();

private:
  struct work {
    std::string file;
    std::function<std::string()> make_text;
    ended then;
  };

  void run();
  [[nodiscard]] std::error_code carry_out(const work& x);

  posix_directory directory_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<work> queue_;
  bool closed_ = false;
  std::thread thread_;
};

/// A fingerprint of this machine, which does not tell its id; empty if it has none.
[[nodiscard]] std::string machine_fingerprint();

}  // namespace scalesmall
