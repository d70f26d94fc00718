#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/network.hpp>
#include <vector>

#include "supervision/detail/direct_actor.hpp"

namespace scalesmall {

/// How an owner can be reached, the best first.
enum class proxy_state : std::uint8_t {
  bound,       ///< connected, and it answers
  connecting,  ///< for the first time
  silent,      ///< connected, but it does not answer
  trying,      ///< connecting once more after a failure
  failed,      ///< could not be reached, or was lost
};

/// Stands for an actor that another process has published on a port. It is an actor itself, without
/// a mailbox: a message to it goes on to the other at once, on the sender's thread. Messages that
/// wait for the connection keep their order.
///
/// CAF's own handles of remote actors do not answer a request that had been delivered when its
/// receiver, or the connection, was lost. This proxy answers it, with sec::request_receiver_down at
/// once. To that end it takes the place of the sender: the other side sees the proxy as the sender,
/// and the answers pass through it.
///
/// A process that is stopped, or whose host is gone, leaves its connection standing. While requests
/// are open, the proxy therefore looks whether answers come. If none came for `patience`, it asks
/// the actor for a sign of life, which every scheduled actor of CAF gives between two messages. If
/// none comes for `patience` either, the proxy is proxy_state::silent until the next answer.
///
/// Any thread may use it.
class owner_proxy final : public supervision::detail::direct_actor {
public:
  /// Messages that may wait for the connection; beyond them requests are answered with an error.
  static constexpr std::size_t parked_max = 10'000;
  /// How long the other side may take to say who it is once it is connected.
  static constexpr std::chrono::seconds handshake_timeout{5};
  /// A link that owes answers is looked at this often.
  static constexpr std::chrono::milliseconds patience{250};

  /// @param asked_max requests that the other side may owe an answer to; for one more the oldest is
  ///                  answered with an error
  owner_proxy(caf::actor_config& config, std::size_t asked_max)
      : direct_actor(config), asked_max_(asked_max) {}

  /// Begins to connect: first by a plain connection, which ends in time where CAF's own would wait
  /// for minutes and keep others waiting with it.
  void connect(network& net, const net_id& where, std::chrono::milliseconds timeout);

  /// Answers all requests with this error, now and later.
  void fail(const caf::error& why);

  /// bound, connecting, silent or failed. The first three may become another, failed is final.
  [[nodiscard]] proxy_state state() const noexcept {
    return state_.load(std::memory_order_acquire);
  }

  /// When it failed. @pre state() is proxy_state::failed
  [[nodiscard]] std::chrono::steady_clock::time_point failed_at() const noexcept {
    return failed_at_;
  }

  void take(caf::mailbox_element_ptr what, sender_unit unit) override;
  const char* name() const override { return "owner_proxy"; }
  void on_destroy() override;

private:
  struct asked {
    caf::strong_actor_ptr by;
    caf::message_id as;
  };

  void ask_for_actor(const net_id& where);
  void take_answer(caf::mailbox_element_ptr what, sender_unit unit);
  void bind(const caf::strong_actor_ptr& target);
  void take_timer(bool handshake);
  void look_for_answers();
  void schedule(std::chrono::nanoseconds after, bool handshake);
  void pass_on(std::unique_lock<std::mutex> lock, const caf::strong_actor_ptr& target,
               caf::mailbox_element_ptr what, sender_unit unit);

  /// The number under which this proxy asks CAF for the connection.
  static constexpr std::uint64_t connect_number = 1;

  std::mutex mutex_;
  std::shared_ptr<stream_port> trial_;
  caf::strong_actor_ptr target_;
  std::vector<caf::mailbox_element_ptr> parked_;
  std::size_t asked_max_;
  std::map<std::uint64_t, asked> asked_;  // by number
  std::uint64_t last_number_ = connect_number;
  std::uint64_t answers_ = 0;
  std::uint64_t answers_seen_ = 0;  // when look_for_answers() last looked
  bool watched_ = false;            // look_for_answers() will be called
  std::uint64_t probe_ = 0;         // the number of the question for a sign of life; 0: none
  caf::error why_;
  std::chrono::steady_clock::time_point failed_at_;
  std::atomic<proxy_state> state_{proxy_state::connecting};  // written under the lock
};

}  // namespace scalesmall
