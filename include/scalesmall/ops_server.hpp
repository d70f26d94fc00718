#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <scalesmall/key_ring.hpp>
#include <scalesmall/log.hpp>
#include <scalesmall/net_id.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <string>
#include <vector>

namespace scalesmall {

class node;

/// How a running node may be asked and operated. The default opens nothing.
struct ops_config {
  /// The path of a unix socket that takes all requests; empty: none. Who may open it says its mode.
  std::string control_socket = {};
  unsigned control_mode = 0660;

  /// Where to listen for HTTP over TCP; nothing: nowhere. Without a token TCP only reads.
  std::optional<net_id> http = {};
  /// The names of this machine that a request may be sent to, besides localhost and addresses.
  std::vector<std::string> http_names = {};
  /// Whoever sends it may read and change by TCP; empty: nobody changes by TCP. At least 32 bytes
  /// without blanks. Beyond loopback each request needs it.
  std::string http_token = {};

  /// Takes a line for each change that somebody makes through the server. Default: no log.
  log_function log = {};

  /// Sets the level from which on the program writes its log, and answers a function that puts the
  /// former one back. Any thread. Empty: such requests are refused.
  std::function<std::function<void()>(log_level)> set_log_level = {};

  /// Ends the program at a request for it, on a thread of the server, which has answered then.
  /// Must not wait for the end of the server. Empty: such requests are refused.
  std::function<void()> on_stop = {};

  /// Writes a ring of keys where the program reads them at its next start (`keys ... --save`), on a
  /// thread of the server. The error is a sentence for the person who asks. Empty: refused.
  std::function<result<done, std::string>(const key_ring&)> save_keys = {};

  /// Reads the program's settings again (`reload`), on a thread of the server. Returns one line for
  /// each change, or a sentence that says why nothing is changed. Empty: refused.
  std::function<result<std::vector<std::string>, std::string>()> reload = {};
};

/// Why a server did not start.
struct ops_error {
  enum class part : std::uint8_t { control, http, token };
  part what = part::control;
  std::string text;     ///< one sentence
  bool in_use = false;  ///< the socket or the port, by somebody else
};

/// The path of the unix socket for a node with this identity, where `scalesmall VERB` looks for it:
/// "ADDRESS-PORT.sock" in $RUNTIME_DIRECTORY, in $XDG_RUNTIME_DIR/scalesmall or in
/// /tmp/scalesmall-UID. Makes the last two directories, open to this user only. Error: the
/// directory cannot be made, or others may change it.
[[nodiscard]] result<std::string, ops_error> default_control_socket(const net_id& node);

/// Answers questions about a node over HTTP, and carries out what is asked of it. docs/http-api.md
/// says what can be asked; `scalesmall VERB` asks it over the unix socket.
///
///     const auto server = scalesmall::ops_server::start(
///         node, {.control_socket = *scalesmall::default_control_socket(node.id())});
///
/// It has a thread of its own, which sleeps while nobody asks. To look costs no actor a message. A
/// change waits for the node on a thread of its own, at most for node::call_timeout, and no other
/// request waits for it.
class ops_server {
public:
  /// @param host must outlive the server
  [[nodiscard]] static result<ops_server, ops_error> start(node& host, ops_config config);

  /// Refuses what waits, and ends. Waits for changes that the node has not answered yet; they end
  /// at once if the node has stopped. Not to be called from a thread of the server.
  ~ops_server();
  ops_server(ops_server&& other) noexcept;
  ops_server& operator=(ops_server&& other) noexcept;

  /// Where it listens by TCP, with the real port; nothing if nowhere.
  [[nodiscard]] std::optional<net_id> http() const;

private:
  struct impl;

  explicit ops_server(std::unique_ptr<impl> inside) noexcept;

  std::unique_ptr<impl> impl_;
};

}  // namespace scalesmall
