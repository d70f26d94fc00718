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

/// The seam between this program and the operating system's network. A port is owned by one
/// function at a time, which gets the port's events; it reads only as much as its owner has
/// granted. asio_network makes ports of real sockets, memory_network makes them for tests.
///
/// Threads: every member may be called from any thread, also from inside an owner. An owner is
/// called by the network's own thread only (asio_network: the I/O thread; memory_network: whoever
/// steps it), never from inside a member of its port, and for one port by one event at a time. It
/// must neither block nor throw: hand the event on and return.
///
/// After close(), own(replacement) or the destructor has returned, the former owner is not called
/// any more and no such call is under way (unless it is the one that made the change). What the
/// owner itself has queued is its own matter.
namespace scalesmall {

class stream_port;

/// A connection that connect() asked for stands. Comes before any other event but port_error.
struct port_opened {};

/// A piece of the stream, of 1 byte to port_chunk_bytes_max, or one whole datagram. Takes one
/// credit.
struct port_data {
  bytes data;
  net_id from{};  ///< of a datagram: who sent it
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

/// Something failed that the port tries again by itself, with back-off; it lives on. Worth a
/// counter and a log line.
struct port_trouble {
  std::error_code code;
};

/// A connection came in. Nothing is read from it before it has an owner and a credit. Takes one
/// credit.
struct port_accepted {
  std::shared_ptr<stream_port> stream;
  net_id remote;
};

using port_event = std::variant<port_opened, port_data, port_sent, port_closed, port_error,
                                port_trouble, port_accepted>;
using port_owner = std::function<void(port_event)>;

/// Each of very many connections may hold so much before anybody has looked at it.
inline constexpr std::size_t port_chunk_bytes_max = 8 * 1024;

/// What all ports have in common. The last reference to a port closes it.
class port {
public:
  port() = default;
  port(const port&) = delete;
  port& operator=(const port&) = delete;
  virtual ~port() = default;

  /// Makes this function the owner, in place of any before, with no credit; an empty one is nobody.
  /// A port that is dead already tells its new owner so (again).
  virtual void own(port_owner owner) = 0;

  /// Allows this many more port_data (port_accepted for an acceptor). Without credit nothing is
  /// read, so that the peer is pushed back, and an end of the stream is not noticed.
  virtual void grant(std::size_t credits) = 0;

  /// Ends the port at once: what waits to be sent is dropped, and no event follows. Again: nothing.
  virtual void close() = 0;
};

/// One TCP connection.
class stream_port : public port {
public:
  /// Sends after all that was sent before, in its own time; before port_opened it waits. Returns
  /// how many bytes the operating system took at once; port_sent tells of the others. More than
  /// limits::peer_queue_bytes_max waiting ends the port with std::errc::no_buffer_space; on a dead
  /// port it is nothing.
  [[nodiscard]] virtual std::size_t send(bytes data) = 0;

  /// The other end; for an accepted connection the port is whatever its system chose.
  [[nodiscard]] virtual net_id remote() const = 0;
};

/// A listening TCP socket. It outlives the actor that owns it: connections wait in the backlog
/// until the next owner grants.
class acceptor_port : public port {
public:
  /// Where it listens, with the real port if 0 was asked for.
  [[nodiscard]] virtual net_id local() const = 0;
};

/// A UDP socket that sends to one multicast group and hears it.
class datagram_port : public port {
public:
  /// Sends one datagram or says why not (std::errc::message_size if it is over the options' limit);
  /// never waits. The port lives on whatever is said.
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

  /// Listens there; port 0 takes any free one. Without an owner and credit it accepts nothing.
  [[nodiscard]] virtual result<std::shared_ptr<acceptor_port>, std::error_code> listen(
      const net_id& local) = 0;

  /// Begins to connect; the owner hears port_opened or port_error (std::errc::timed_out after the
  /// time), perhaps before this returns. Its credit is 0.
  [[nodiscard]] virtual std::shared_ptr<stream_port> connect(const net_id& to,
                                                             std::chrono::milliseconds timeout,
                                                             port_owner owner) = 0;

  /// Joins a multicast group. Many nodes on one host may join the same; own datagrams come back
  /// too.
  [[nodiscard]] virtual result<std::shared_ptr<datagram_port>, std::error_code> multicast(
      const multicast_options& options, port_owner owner) = 0;

  /// Looks a host name up (A and AAAA; a numeric address is its own) and then calls the owner, once
  /// and from another thread than the caller's; it must neither block nor throw. Name services may
  /// take many seconds to say that they know nothing.
  virtual void resolve(const std::string& host, std::uint16_t port, name_owner owner) = 0;
};

}  // namespace scalesmall
