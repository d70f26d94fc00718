#include "ops/http_server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
// Later releases of the library deprecate what that of Debian 12 has.
#define MHD_NO_DEPRECATION 1
#include <microhttpd.h>
#include <mutex>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ops/files/descriptor.hpp"
#include "ops/http/bounds.hpp"

namespace scalesmall {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::array<std::pair<const char*, const char*>, 6> fixed_headers{{
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"Server", "scalesmall"},
}};

/// @param answer  must live until the request has ended
MHD_Result send_answer(MHD_Connection* connection, const http_answer& answer) {
  // The library does not change the body, although its parameter is not const.
  auto* response = MHD_create_response_from_buffer(
      answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_PERSISTENT);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", std::string{answer.content_type}.c_str());
  for (const auto& [name, value] : fixed_headers) MHD_add_response_header(response, name, value);
  if (!answer.allow.empty()) MHD_add_response_header(response, "Allow", answer.allow.c_str());
  if (answer.status == 401) MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
  const auto queued = MHD_queue_response(connection, answer.status, response);
  MHD_destroy_response(response);
  return queued;
}

std::optional<socket_caller> caller_of(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  ucred who{};
  socklen_t size = sizeof who;
  // Who is unknown gets no rights: nobody has this uid and process.
  if (info == nullptr || ::getsockopt(info->connect_fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == -1)
    return socket_caller{static_cast<std::uint32_t>(-1), 0};
  return socket_caller{who.uid, who.pid};
}

/// One request, from its first line until its answer has left.
struct exchange {
  std::uint64_t number = 0;
  http_request request = {};
  MHD_Connection* connection = nullptr;
  bool has_headers = false;
  bool waits = false;  ///< for a responder
  std::optional<http_answer> answer = {};
};

/// The answers that other threads give, and what wakes the thread of the server.
class mailbox {
public:
  void put(std::uint64_t number, http_answer answer) {
    {
      const std::lock_guard lock{mutex_};
      answers_.emplace_back(number, std::move(answer));
    }
    wake();
  }

  void wake() const {
    const std::uint64_t one = 1;
    // If the counter is full, it wakes all the same.
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
  }

  [[nodiscard]] std::vector<std::pair<std::uint64_t, http_answer>> take() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(event_.get(), &count, sizeof count);
    const std::lock_guard lock{mutex_};
    return std::exchange(answers_, {});
  }

  [[nodiscard]] int fd() const { return event_.get(); }

private:
  descriptor event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"};
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, http_answer>> answers_;
};

/// All signals stay with the other threads of the program.
class without_signals {
public:
  without_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  without_signals(const without_signals&) = delete;
  without_signals& operator=(const without_signals&) = delete;
  ~without_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_{};
};

}  // namespace

struct http_server::impl {
  /// One listening socket. The library hands it back in its calls.
  struct listener {
    impl* server;
    transport kind;
    MHD_Daemon* daemon = nullptr;
  };

  explicit impl(handler f) : answer(std::move(f)) { watch(done->fd()); }

  void watch(int fd) const {
    epoll_event interest{};
    interest.events = EPOLLIN;
    if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, fd, &interest) == -1)
      throw std::runtime_error{std::string{"epoll_ctl: "} + std::strerror(errno)};
  }

  void run();
  void deliver();
  void run_daemons();
  [[nodiscard]] int milliseconds_to_wait() const;
  void end_overdue();
  void end();

  MHD_Result proceed(const listener& at, exchange& x, const char* method, std::string_view data);
  [[nodiscard]] std::optional<http_answer> read_headers(const listener& at, exchange& x,
                                                        const char* method) const;
  void get_answer(exchange& x);
  MHD_Result send(exchange& x, http_answer with);
  void hold(exchange& x, http_answer with);

  // What the library calls, all on the thread of the server.
  static void* on_line(void* at, const char* uri, MHD_Connection* connection);
  static MHD_Result on_request(void* at, MHD_Connection* connection, const char* url,
                               const char* method, const char* version, const char* data,
                               size_t* size, void** content);
  static void on_completed(void* at, MHD_Connection* connection, void** content,
                           MHD_RequestTerminationCode why);
  static void on_connection(void* at, MHD_Connection* connection, void** context,
                            MHD_ConnectionNotificationCode what);

  handler answer;
  std::shared_ptr<mailbox> done = std::make_shared<mailbox>();
  descriptor poll{::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"};
  std::vector<std::unique_ptr<listener>> listeners;
  std::uint64_t last_number = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<exchange>> exchanges;
  std::size_t answer_bytes = 0;  ///< of all answers that have not left
  /// When a connection is closed unless its request has come, or its answer has left.
  std::unordered_map<MHD_Connection*, steady::time_point> due;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

void* http_server::impl::on_line(void* at, const char* uri, MHD_Connection* connection) {
  auto& server = *static_cast<listener*>(at)->server;
  auto made = std::make_unique<exchange>();
  made->number = ++server.last_number;
  made->connection = connection;
  made->request.target = uri;
  auto* x = made.get();
  server.exchanges.emplace(x->number, std::move(made));
  return x;
}

MHD_Result http_server::impl::on_request(void* at, MHD_Connection*, const char*, const char* method,
                                         const char*, const char* data, size_t* size,
                                         void** content) {
  const auto& from = *static_cast<listener*>(at);
  try {
    const std::string_view part{data, *size};
    *size = 0;
    return from.server->proceed(from, *static_cast<exchange*>(*content), method, part);
  } catch (const std::exception&) {
    return MHD_NO;  // closes the connection
  }
}

void http_server::impl::on_completed(void* at, MHD_Connection* connection, void** content,
                                     MHD_RequestTerminationCode) {
  if (*content == nullptr) return;
  auto& server = *static_cast<listener*>(at)->server;
  const auto* x = static_cast<exchange*>(*content);
  if (x->answer) server.answer_bytes -= x->answer->body.size();
  server.exchanges.erase(x->number);
  *content = nullptr;
  server.due[connection] = steady::now() + http_bounds::request_time_max;
}

void http_server::impl::on_connection(void* at, MHD_Connection* connection, void**,
                                      MHD_ConnectionNotificationCode what) {
  auto& due = static_cast<listener*>(at)->server->due;
  if (what == MHD_CONNECTION_NOTIFY_STARTED) {
    due[connection] = steady::now() + http_bounds::request_time_max;
  } else {
    due.erase(connection);
  }
}

MHD_Result http_server::impl::proceed(const listener& at, exchange& x, const char* method,
                                      std::string_view data) {
  if (!x.has_headers) {
    x.has_headers = true;
    if (auto refused = read_headers(at, x, method)) return send(x, std::move(*refused));
    return MHD_YES;
  }
  if (!data.empty()) {
    x.request.body += data;
    return x.request.body.size() <= http_bounds::body_bytes_max ? MHD_YES : MHD_NO;
  }
  if (!x.answer) get_answer(x);
  return x.answer ? send_answer(x.connection, *x.answer) : MHD_YES;
}

std::optional<http_answer> http_server::impl::read_headers(const listener& at, exchange& x,
                                                           const char* method) const {
  x.request.method = method;
  if (at.kind == transport::unix_socket) x.request.caller = caller_of(x.connection);
  const auto take = [](void* to, MHD_ValueKind, const char* name, const char* value) {
    static_cast<http_headers*>(to)->emplace_back(name, value == nullptr ? "" : value);
    return MHD_YES;
  };
  http_headers headers;
  MHD_get_connection_values(x.connection, MHD_HEADER_KIND, take, &headers);
  return take_headers(x.request, headers, http_bounds::body_bytes_max);
}

/// Asks for the answer of a whole request. If it comes later, the connection is left alone until
/// then.
void http_server::impl::get_answer(exchange& x) {
  due.erase(x.connection);
  const auto respond = [to = done, number = x.number](http_answer with) {
    to->put(number, std::move(with));
  };
  auto given = answer(x.request, respond);
  if (given) {
    hold(x, std::move(*given));
  } else {
    x.waits = true;
    MHD_suspend_connection(x.connection);
  }
}

MHD_Result http_server::impl::send(exchange& x, http_answer with) {
  hold(x, std::move(with));
  return send_answer(x.connection, *x.answer);
}

void http_server::impl::hold(exchange& x, http_answer with) {
  if (answer_bytes > http_bounds::answers_bytes_max)
    with = refusal(503, "unavailable", "too many long answers have not been read yet");
  answer_bytes += with.body.size();
  x.answer = std::move(with);
  due[x.connection] = steady::now() + http_bounds::answer_time_max;
}

/// Gives the answers that have come to their connections.
void http_server::impl::deliver() {
  for (auto& [number, with] : done->take()) {
    const auto found = exchanges.find(number);
    if (found == exchanges.end() || !found->second->waits) continue;
    auto& x = *found->second;
    x.waits = false;
    hold(x, std::move(with));
    MHD_resume_connection(x.connection);
  }
}

void http_server::impl::run_daemons() {
  for (const auto& x : listeners) MHD_run(x->daemon);
}

/// -1: until somebody asks.
int http_server::impl::milliseconds_to_wait() const {
  constexpr MHD_UNSIGNED_LONG_LONG longest = 60'000;
  auto wait = longest;
  bool is_timed = !due.empty();
  for (const auto& x : listeners) {
    MHD_UNSIGNED_LONG_LONG time = 0;
    if (MHD_get_timeout(x->daemon, &time) != MHD_YES) continue;
    is_timed = true;
    wait = std::min(wait, time);
  }
  for (const auto& [connection, at] : due) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at - steady::now()).count();
    wait = std::min<MHD_UNSIGNED_LONG_LONG>(wait, std::max<std::int64_t>(left, 0));
  }
  return is_timed ? static_cast<int>(wait) : -1;
}

/// The library sees the end of these connections when it runs next.
void http_server::impl::end_overdue() {
  const auto now = steady::now();
  for (auto& [connection, at] : due) {
    if (at > now) continue;
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info != nullptr) ::shutdown(info->connect_fd, SHUT_RDWR);
    at = now + http_bounds::request_time_max;
  }
}

void http_server::impl::run() {
  std::array<epoll_event, 4> events;
  while (!stopping) {
    ::epoll_wait(poll.get(), events.data(), events.size(), milliseconds_to_wait());
    deliver();
    end_overdue();
    run_daemons();
  }
  end();
}

void http_server::impl::end() {
  for (const auto& [number, x] : exchanges) {
    if (x->waits) done->put(number, refusal(503, "unavailable", "the node is stopping"));
  }
  deliver();
  // What was resumed is sent in the first run, and closed in the second.
  run_daemons();
  run_daemons();
  for (const auto& x : listeners) MHD_stop_daemon(x->daemon);
}

http_server::http_server(handler answer) : impl_(std::make_unique<impl>(std::move(answer))) {}

http_server::~http_server() {
  if (impl_->thread.joinable()) {
    impl_->stopping = true;
    impl_->done->wake();
    impl_->thread.join();
  } else {
    for (const auto& x : impl_->listeners) MHD_stop_daemon(x->daemon);
  }
}

void http_server::serve(int listening, transport kind) {
  auto made = std::make_unique<impl::listener>(impl::listener{impl_.get(), kind});
  auto* at = made.get();
  const auto ignore = +[](void*, const char*, va_list) {};
  // The target is decoded by parse_target.
  const auto leave_encoded = +[](void*, MHD_Connection*, char* text) { return std::strlen(text); };
  const auto of_address = kind == transport::tcp ? http_bounds::connections_of_address_max : 0;
  made->daemon = MHD_start_daemon(
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr, nullptr, &impl::on_request, at,
      MHD_OPTION_EXTERNAL_LOGGER, ignore, nullptr,  //
      MHD_OPTION_LISTEN_SOCKET, listening,          //
      MHD_OPTION_CONNECTION_LIMIT, http_bounds::connections_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
      of_address, MHD_OPTION_CONNECTION_TIMEOUT,
      static_cast<unsigned>(http_bounds::idle_max.count()), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      http_bounds::connection_bytes_max, MHD_OPTION_STRICT_FOR_CLIENT, 1,  //
      MHD_OPTION_URI_LOG_CALLBACK, &impl::on_line, at, MHD_OPTION_NOTIFY_COMPLETED,
      &impl::on_completed, at, MHD_OPTION_NOTIFY_CONNECTION, &impl::on_connection, at,
      MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, nullptr, MHD_OPTION_END);
  if (made->daemon == nullptr) {
    ::close(listening);
    throw std::runtime_error{"the HTTP server has no room for one more socket"};
  }
  impl_->listeners.push_back(std::move(made));
  const auto* info = MHD_get_daemon_info(at->daemon, MHD_DAEMON_INFO_EPOLL_FD);
  impl_->watch(info->epoll_fd);
}

void http_server::start() {
  const without_signals blocked;
  impl_->thread = std::thread{[this] { impl_->run(); }};
}

}  // namespace scalesmall
