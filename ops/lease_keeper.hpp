#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <scalesmall/call_error.hpp>
#include <scalesmall/timed_item.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "ops/leases/lease_table.hpp"

namespace scalesmall {

/// Takes back claims whose lease is over, on a thread of its own, which begins with the first
/// lease. All functions are thread-safe.
class lease_keeper {
public:
  struct effects {
    std::function<void(const leased_claim&)> take_back;
    std::function<void(const leased_claim&)> make;
  };

  /// @param node what the thread does with claims; may wait
  explicit lease_keeper(effects node) : node_(std::move(node)) {}

  /// Waits for what the thread does at the moment. The claims stand.
  ~lease_keeper();
  lease_keeper(const lease_keeper&) = delete;
  lease_keeper& operator=(const lease_keeper&) = delete;

  using outcome = result<timed_item, call_error>;

  /// Makes a claim by calling a function, which may wait.
  /// @param ttl the claim ends after this time, unless it is made again
  /// Errors: limit_exceeded if there are too many leases; those of the function.
  [[nodiscard]] outcome lease(const leased_claim& claim, std::chrono::milliseconds ttl,
                              const std::function<outcome()>& make);

  /// Makes claims that stand, by calling a function, which may wait. Answers what it does.
  template <class Make>
  [[nodiscard]] auto claim(const std::vector<leased_claim>& claims, const Make& make) {
    begin(claims);
    auto made = make();
    end(claims, stands(made));
    return made;
  }

  /// The claim was taken back, or all of a group were.
  void forget(const leased_claim& claim);
  void forget(const std::string& group);

private:
  /// Whether a call made its claims: without a disk it does, and only cannot keep them.
  template <class Made>
  [[nodiscard]] static bool stands(const Made& made) {
    return made || made.error() == call_error::not_kept;
  }

  void begin(const std::vector<leased_claim>& claims);
  void end(const std::vector<leased_claim>& claims, bool made);
  void run();

  const effects node_;
  std::mutex mutex_;
  std::condition_variable changed_;
  lease_table leases_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace scalesmall
