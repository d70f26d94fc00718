#include <scalesmall/testing/memory_network.hpp>
#include <system_error>
#include <utility>

#include "net/closing_handle.hpp"
#include "testing/memory_acceptor.hpp"
#include "testing/memory_datagram.hpp"
#include "testing/memory_stream.hpp"
#include "testing/memory_wire.hpp"

namespace scalesmall::testing {

namespace {

class memory_host final : public network {
public:
  memory_host(std::shared_ptr<memory_wire> wire, net_id id) : wire_(std::move(wire)), id_(id) {}

  result<std::shared_ptr<acceptor_port>, std::error_code> listen(const net_id& local) override {
    auto at = local;
    while (at.port == 0 || (local.port == 0 && wire_->listeners.contains(at)))
      at.port = wire_->free_port();
    if (wire_->listeners.contains(at)) return std::make_error_code(std::errc::address_in_use);
    const auto port = std::make_shared<memory_acceptor>(wire_, id_, at);
    wire_->listeners.emplace(at, port);
    return closing_handle<acceptor_port>(port);
  }

  // A host has one address, so there is no choice where to connect from.
  std::shared_ptr<stream_port> connect(const net_id& to, std::chrono::milliseconds timeout,
                                       port_owner owner, const ip_address&) override {
    const auto port = std::make_shared<memory_stream>(wire_, id_, to);
    port->connect(timeout, std::move(owner));
    return closing_handle<stream_port>(port);
  }

  result<std::shared_ptr<datagram_port>, std::error_code> multicast(
      const multicast_options& options, port_owner owner) override {
    if (wire_->without_multicast.contains(id_))
      return std::make_error_code(std::errc::network_unreachable);
    if (!is_valid(options)) return std::make_error_code(std::errc::invalid_argument);
    const auto port = std::make_shared<memory_datagram>(wire_, id_, options);
    port->own(std::move(owner));
    wire_->members.push_back(port);
    return closing_handle<datagram_port>(port);
  }

  void resolve(const std::string& host, std::uint16_t port, name_owner owner) override {
    std::vector<net_id> found;
    for (const auto& address : wire_->names[host]) found.push_back({address, port});
    wire_->soon([found = std::move(found), owner = std::move(owner)] { owner(found); });
  }

  void post(std::function<void()> what) override { wire_->soon(std::move(what)); }

private:
  std::shared_ptr<memory_wire> wire_;
  net_id id_;
};

}  // namespace

memory_network::memory_network(std::uint64_t seed) : wire_(std::make_shared<memory_wire>(seed)) {}

std::shared_ptr<network> memory_network::host(const net_id& id) {
  return std::make_shared<memory_host>(wire_, id);
}

bool memory_network::run_one() {
  auto& due = wire_->due;
  if (due.empty() || due.begin()->first.first > wire_->now) return false;
  const auto next = due.extract(due.begin());
  next.mapped()();
  return true;
}

std::size_t memory_network::run() {
  std::size_t events = 0;
  while (run_one()) ++events;
  return events;
}

std::size_t memory_network::advance(duration time) {
  const auto until = wire_->now + time;
  auto events = run();
  while (!wire_->due.empty() && wire_->due.begin()->first.first <= until) {
    wire_->now = wire_->due.begin()->first.first;
    events += run();
  }
  wire_->now = until;
  return events;
}

memory_network::duration memory_network::now() const { return wire_->now; }

void memory_network::set_faults(const wire_faults& faults) { wire_->faults = faults; }

void memory_network::set_subnet(const net_id& node, unsigned subnet) {
  wire_->subnets[node] = subnet;
}

void memory_network::set_deaf(const net_id& node, bool deaf) {
  if (deaf) {
    wire_->deaf.insert(node);
  } else {
    wire_->deaf.erase(node);
  }
}

void memory_network::set_multicast(const net_id& node, bool possible) {
  if (possible) {
    wire_->without_multicast.erase(node);
  } else {
    wire_->without_multicast.insert(node);
  }
}

void memory_network::set_name(const std::string& host, std::vector<ip_address> addresses) {
  wire_->names[host] = std::move(addresses);
}

void memory_network::refuse(const net_id& address) { wire_->refused.insert(address); }

void memory_network::black_hole(const net_id& address) { wire_->black_holes.insert(address); }

void memory_network::answer(const net_id& address) {
  wire_->refused.erase(address);
  wire_->black_holes.erase(address);
}

void memory_network::cut(const net_id& a, const net_id& b) {
  wire_->cuts.insert(std::minmax(a, b));
}

void memory_network::heal() {
  wire_->cuts.clear();
  ++wire_->heals;
  for (auto& action : std::exchange(wire_->held, {})) wire_->soon(std::move(action));
}

}  // namespace scalesmall::testing
