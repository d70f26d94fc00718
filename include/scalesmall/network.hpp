#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <scalesmall/bytes.hpp>
#include <scalesmall/multicast_options.hpp>
#include <scalesmall/net_id.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

/// The seam between a node and the operating system's network. A program can share one network
/// among its nodes, or give them one of its own (testing/memory_network.hpp is such a one). A port
/// is owned by one function at a time, which gets the port's events. A port reads only as much as
/// its owner has granted.
///
/// Threads: any thread may call any member, also from inside an owner. An owner is called by the
/// network's own thread only (make_network: the I/O thread; a network in memory: the thread that
/// steps it), never from inside a member of its port, and with one event of its port at a time. An
/// owner must neither block nor throw: it hands the event on and returns.
///
/// After close(), own(replacement) or the destructor has returned, the former owner is no longer
/// called, and no such call is under way unless it made the change itself. The former owner may
/// still have events in a queue of its own.
namespace scalesmall {

class stream_port;

/// A connection that connect() asked for is open. Comes before any other event but port_error.
struct port_opened {};

/// A piece of the stream, of 1 byte to port_chunk_bytes_max, or one whole datagram. Takes one
/// credit.
struct port_data {
  bytes data;
  net_id from{};  ///< of a datagram: its sender
};

/// The operating system took this many bytes that had to wait when send() was called.
struct port_sent {
  std::size_t bytes = 0;
};

/// The peer ended its stream in an orderly way. The last event of this port.
struct port_closed {};

/// The port is dead for this reason. The last event of this port.
struct port_error {
  std::error_code code;
};

/// Something failed that the port tries again by itself, with back-off. The port lives on.
/// std::errc::address_not_available: this machine no longer has the address of an acceptor.
struct port_trouble {
  std::error_code code;
};

/// This machine has the address of an acceptor again; connections to it come in as before.
struct port_recovered {};

/// A connection came in. Nothing is read from it before it has an owner and a credit. Takes one
/// credit.
struct port_accepted {
  std::shared_ptr<stream_port> stream;
  net_id remote;
};

using port_event = std::variant<port_opened, port_data, port_sent, port_closed, port_error,
                                port_trouble, port_accepted, port_recovered>;
using port_owner = std::function<void(port_event)>;

/// The longest piece of a stream, in bytes. Each of very many connections may hold one that nobody
/// has looked at yet.
inline constexpr std::size_t port_chunk_bytes_max = 8 * 1024;

/// What all ports have in common. The last reference to a port closes it.
class port {
public:
  port() = default;
  port(const port&) = delete;
  port& operator=(const port&) = delete;
  virtual ~port() = default;

  /// Makes this function the owner, in place of the former one and with no credit. With an empty
  /// function the port has no owner. A port that is dead tells its new owner so, too.
  virtual void own(port_owner owner) = 0;

  /// Allows this many more port_data (port_accepted for an acceptor). Without credit nothing is
  /// read, so that the peer is pushed back, and an end of the stream is not noticed.
  virtual void grant(std::size_t credits) = 0;

  /// Ends the port at once: what waits to be sent is dropped, and no event follows. A second call
  /// does nothing.
  virtual void close() = 0;
};

/// One TCP connection.
class stream_port : public port {
public:
  /// Sends after all that was sent before. The bytes wait until the connection is open and takes
  /// them. Returns how many bytes the operating system took at once; port_sent tells of the others.
  /// If more than limits::peer_queue_bytes_max wait, the port ends with
  /// std::errc::no_buffer_space. On a dead port the call does nothing.
  [[nodiscard]] virtual std::size_t send(bytes data) = 0;

  /// The other end. Of an accepted connection its port number is one that the other system chose.
  [[nodiscard]] virtual net_id remote() const = 0;
};

/// A listening TCP socket. While it has no owner, connections wait in the backlog.
class acceptor_port : public port {
public:
  /// Where it listens; the real port number if 0 was asked for.
  [[nodiscard]] virtual net_id local() const = 0;
};

/// A UDP socket that sends to one multicast group and hears it.
class datagram_port : public port {
public:
  /// Sends one datagram or returns the error: std::errc::message_size if it is over the options'
  /// limit. Never waits. The port lives on after an error.
  [[nodiscard]] virtual std::error_code send(bytes_view datagram) = 0;
};

/// Gets all addresses of a name, each with the port asked for; none if the name is not known.
using name_owner = std::function<void(std::vector<net_id>)>;

/// Makes ports. May be used from any thread.
class network {
public:
  network() = default;
  network(const network&) = delete;
  network& operator=(const network&) = delete;
  virtual ~network() = default;

  /// Listens there; port 0 takes any free one. The port accepts nothing until it has an owner and
  /// credit.
  [[nodiscard]] virtual result<std::shared_ptr<acceptor_port>, std::error_code> listen(
      const net_id& local) = 0;

  /// Begins to connect. The owner gets port_opened or port_error (std::errc::timed_out after that
  /// time), perhaps before this returns. The port begins with no credit.
  /// @param from  the local address to connect from; the unspecified one, or one that this machine
  ///              does not have, leaves the choice to the system
  [[nodiscard]] virtual std::shared_ptr<stream_port> connect(const net_id& to,
                                                             std::chrono::milliseconds timeout,
                                                             port_owner owner,
                                                             const ip_address& from = {}) = 0;

  /// Joins a multicast group. Several nodes of one host may join the same group. A node's own
  /// datagrams come back to it, too.
  [[nodiscard]] virtual result<std::shared_ptr<datagram_port>, std::error_code> multicast(
      const multicast_options& options, port_owner owner) = 0;

  /// Looks up a host name (A and AAAA; a numeric address stands for itself). Then calls the owner,
  /// once and from another thread than the caller's; it must neither block nor throw. A name
  /// service may take many seconds to say that it does not know a name.
  virtual void resolve(const std::string& host, std::uint16_t port, name_owner owner) = 0;

  /// Calls a function once on the network's own thread, soon and not before this returns: by that a
  /// program sees that the thread still works. The function must neither block nor throw.
  virtual void post(std::function<void()> what) = 0;
};

/// The network of the operating system: real sockets, served by one I/O thread. Any number of nodes
/// may share one. Throws std::system_error if the system has no thread or descriptor left.
[[nodiscard]] std::shared_ptr<network> make_network();

}  // namespace scalesmall
