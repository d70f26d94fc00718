#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <scalesmall/network.hpp>
#include <scalesmall/testing/memory_network.hpp>
#include <system_error>
#include <vector>

namespace scalesmall {

class io_thread;

/// State that the probes of one test share: the test's thread waits here for the network's thread.
struct watch {
  std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t changes = 0;
};

/// The owner of one port, which writes down its events.
class probe {
public:
  explicit probe(watch& shared) : state_(std::make_shared<state>(shared)) {}

  /// The owner function. The port may outlive the probe: a stream that was accepted is also held by
  /// what was written down of its listener.
  [[nodiscard]] port_owner owner() {
    return [known = state_](port_event event) { known->write_down(std::move(event)); };
  }

  /// The events so far.
  struct record {
    int opened = 0;
    bytes received;
    std::vector<bytes> chunks;
    std::size_t sent = 0;
    int closed = 0;
    int errors = 0;
    std::error_code error;
    std::vector<port_accepted> accepted;
    int troubles = 0;
  };

  /// Calls the function with the events so far, which do not change meanwhile.
  template <class Function>
  auto look(Function function) {
    const std::lock_guard guard{state_->shared.mutex};
    return function(state_->events);
  }

  [[nodiscard]] record copy() {
    return look([](const record& x) { return x; });
  }

private:
  struct state {
    explicit state(watch& x) : shared(x) {}
    void write_down(port_event event);

    watch& shared;
    record events;
  };

  std::shared_ptr<state> state_;
};

/// A world that the conformance suite runs in: a network, and a way to let it work until a
/// condition holds.
class world {
public:
  virtual ~world() = default;

  /// The network of one node.
  [[nodiscard]] virtual network& net() = 0;

  /// An address to listen on, with port 0.
  [[nodiscard]] virtual net_id anywhere() const = 0;

  /// An address that answers nothing while this world lives.
  [[nodiscard]] virtual net_id black_hole() = 0;

  /// A multicast group that no other test uses.
  [[nodiscard]] virtual multicast_options group() = 0;

  /// Lets the network work until the condition holds; false if it does not hold after a generous
  /// time.
  [[nodiscard]] virtual bool until(const std::function<bool()>& condition) = 0;

  /// Lets the network do everything that it can do by itself. An event that has not come by then
  /// does not come.
  virtual void settle() = 0;

  watch events;
};

class asio_world final : public world {
public:
  asio_world();
  ~asio_world() override;

  [[nodiscard]] network& net() override { return *network_; }
  [[nodiscard]] net_id anywhere() const override { return {ip_address::v4(127, 0, 0, 1), 0}; }
  [[nodiscard]] net_id black_hole() override;
  [[nodiscard]] multicast_options group() override;
  [[nodiscard]] bool until(const std::function<bool()>& condition) override;
  void settle() override;

private:
  void round_trip();

  std::shared_ptr<io_thread> io_;
  std::shared_ptr<network> network_;
  std::vector<int> descriptors_;
};

class memory_world final : public world {
public:
  memory_world();

  [[nodiscard]] network& net() override { return *network_; }
  [[nodiscard]] net_id anywhere() const override { return {ip_address::v4(10, 0, 0, 1), 0}; }
  [[nodiscard]] net_id black_hole() override;
  [[nodiscard]] multicast_options group() override;
  [[nodiscard]] bool until(const std::function<bool()>& condition) override;
  void settle() override { (void)wire.advance(std::chrono::milliseconds(10)); }

  testing::memory_network wire{42};

private:
  std::shared_ptr<network> network_;
};

/// Two connected ports and their probes.
struct connection {
  explicit connection(world& in);

  world& in_world;
  probe client_events;
  probe server_events;
  std::shared_ptr<stream_port> client;
  std::shared_ptr<stream_port> server;  ///< without owner and credit
};

/// Bytes that differ from place to place.
[[nodiscard]] bytes pattern(std::size_t size, std::uint8_t seed = 0);

}  // namespace scalesmall
