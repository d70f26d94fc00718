#pragma once

#include <memory>
#include <scalesmall/supervision/caf_version.hpp>
#include <utility>

#include <caf/error.hpp>
#include <caf/sec.hpp>
#include <caf/typed_response_promise.hpp>

namespace scalesmall::supervision {

/// A response promise that always answers. If its last copy is destroyed before an answer, the
/// requester gets sec::request_receiver_down at once and does not have to wait for its time-out.
/// That happens when the actor ends while it holds the promise, or when some path forgets to
/// answer. Keep it in the state of the actor or in the callbacks of its own requests: both are
/// destroyed when the actor ends. Not thread-safe; it must stay inside its actor.
template <class T>
class guarded_promise {
public:
  explicit guarded_promise(caf::typed_response_promise<T> promise)
      : shared_(std::make_shared<guard>(std::move(promise))) {}

  template <class X>
  void deliver(X&& x) const {
    shared_->promise.deliver(std::forward<X>(x));
  }

  /// Lets the actor `to` answer. @pre there is no answer yet
  template <class Handle, class X>
  void delegate(const Handle& to, X&& x) const {
    shared_->promise.delegate(to, std::forward<X>(x));
  }

private:
  struct guard {
    explicit guard(caf::typed_response_promise<T> p) : promise(std::move(p)) {}
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    ~guard() {
      if (promise.pending()) promise.deliver(caf::make_error(caf::sec::request_receiver_down));
    }
    caf::typed_response_promise<T> promise;
  };

  std::shared_ptr<guard> shared_;
};

}  // namespace scalesmall::supervision
