#include "apps/client/http_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "messages/number.hpp"

namespace scalesmall {

namespace {

using steady = std::chrono::steady_clock;

/// A connection to a unix socket, or the errno.
class connection {
public:
  explicit connection(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
      error_ = ENAMETOOLONG;
      return;
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    if (fd_ == -1 ||
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == -1)
      error_ = errno;
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() {
    if (fd_ != -1) ::close(fd_);
  }

  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

  [[nodiscard]] bool send(std::string_view text) const {
    while (!text.empty()) {
      const auto n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n == -1) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  /// Reads to the end. False with errno if it does not come in time.
  [[nodiscard]] bool read_all(std::string& to, steady::time_point end) const {
    std::array<char, 65'536> chunk;
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady::now()).count();
      pollfd waiting{fd_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
      if (ready == 0) errno = ETIMEDOUT;
      if (ready <= 0) return false;
      const auto n = ::read(fd_, chunk.data(), chunk.size());
      if (n == -1) return false;
      if (n == 0) return true;
      to.append(chunk.data(), static_cast<std::size_t>(n));
    }
  }

private:
  int fd_;
  int error_ = 0;
};

constexpr std::string_view end_of_head = "\r\n\r\n";

/// Of a node's answers.
constexpr std::size_t head_bytes_max = 64 * 1024;

bool is_same_header(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<unsigned> status_in(std::string_view text) {
  if (!text.starts_with("HTTP/1.") || text.size() < 12) return {};
  const auto status = parse_digits<unsigned>(text.substr(9, 3));
  return status ? std::optional{*status} : std::nullopt;
}

}  // namespace

std::optional<http_reply> parse_reply(std::string_view text) {
  const auto head_end = text.find(end_of_head);
  const auto status = status_in(text);
  if (head_end == text.npos || !status) return {};
  auto body = text.substr(head_end + end_of_head.size());
  auto head = text.substr(0, head_end);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    constexpr std::string_view length = "Content-Length: ";
    if (!is_same_header(line.substr(0, length.size()), length)) continue;
    const auto bytes = parse_digits<std::size_t>(line.substr(length.size()));
    if (!bytes || body.size() < *bytes) return {};
    body = body.substr(0, *bytes);
  }
  return http_reply{*status, std::string{body}};
}

std::string to_text(const verb_request& request, std::string_view version) {
  auto text = request.method + ' ' + request.target + " HTTP/" + std::string{version} +
              "\r\nHost: localhost\r\nConnection: close\r\n";
  if (!request.body.empty()) {
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(request.body.size()) +
        "\r\n";
  }
  return text + "\r\n" + request.body;
}

result<http_reply, no_reply> ask(const std::string& socket, const verb_request& request,
                                 std::chrono::milliseconds limit) {
  const connection node{socket};
  if (node.error() != 0) return no_reply{node.error(), false};
  std::string text;
  if (!node.send(to_text(request)) || !node.read_all(text, steady::now() + limit))
    return no_reply{errno, true};
  auto reply = parse_reply(text);
  if (!reply) return no_reply{0, true};
  return std::move(*reply);
}

result<reply_stream, no_reply> reply_stream::open(const std::string& socket,
                                                  const verb_request& request,
                                                  std::chrono::milliseconds limit) {
  connection node{socket};
  if (node.error() != 0) return no_reply{node.error(), false};
  if (!node.send(to_text(request, "1.0"))) return no_reply{errno, true};
  reply_stream made;
  made.fd_ = node.release();
  const auto end = steady::now() + limit;
  std::string text;
  auto head_end = text.npos;
  while ((head_end = text.find(end_of_head)) == text.npos) {
    const auto got = made.read(text, end);
    if (got == outcome::timeout) return no_reply{ETIMEDOUT, true};
    if (got == outcome::end || text.size() > head_bytes_max) return no_reply{0, true};
  }
  const auto status = status_in(text);
  if (!status) return no_reply{0, true};
  made.status_ = *status;
  made.begin_ = text.substr(head_end + end_of_head.size());
  return made;
}

reply_stream::reply_stream(reply_stream&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), status_(other.status_), begin_(std::move(other.begin_)) {}

reply_stream::~reply_stream() {
  if (fd_ != -1) ::close(fd_);
}

reply_stream::outcome reply_stream::read(std::string& to, std::optional<time_point> until) {
  if (!begin_.empty()) {
    to += std::exchange(begin_, {});
    return outcome::bytes;
  }
  std::array<char, 65'536> chunk;
  const auto left =
      until ? std::chrono::ceil<std::chrono::milliseconds>(*until - steady::now()).count() : -1;
  pollfd waiting{fd_, POLLIN, 0};
  const int ready = ::poll(
      &waiting, 1, until ? static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX)) : -1);
  if (ready == 0) return outcome::timeout;
  const auto n = ready < 0 ? -1 : ::read(fd_, chunk.data(), chunk.size());
  if (n <= 0) return outcome::end;
  to.append(chunk.data(), static_cast<std::size_t>(n));
  return outcome::bytes;
}

int try_socket(const std::string& socket) { return connection{socket}.error(); }

}  // namespace scalesmall
