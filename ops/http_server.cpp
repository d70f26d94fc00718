#include "ops/http_server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
// Later releases of the library deprecate what that of Debian 12 has.
#define MHD_NO_DEPRECATION 1
#include <microhttpd.h>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ops/answer_box.hpp"
#include "ops/files/descriptor.hpp"
#include "ops/http/bounds.hpp"
#include "ops/http/fixed_headers.hpp"
#include "ops/without_signals.hpp"

namespace scalesmall {

namespace {

using steady = std::chrono::steady_clock;

/// @param response is destroyed; null: there was no room for it
MHD_Result send_response(MHD_Connection* connection, const http_answer& answer,
                         MHD_Response* response) {
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", std::string{answer.content_type}.c_str());
  for (const auto& [name, value] : fixed_headers) MHD_add_response_header(response, name, value);
  if (!answer.tag.empty()) MHD_add_response_header(response, "ETag", answer.tag.c_str());
  if (!answer.allow.empty()) MHD_add_response_header(response, "Allow", answer.allow.c_str());
  if (answer.status == 401) MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
  const auto queued = MHD_queue_response(connection, answer.status, response);
  MHD_destroy_response(response);
  return queued;
}

int descriptor_of(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == nullptr ? -1 : info->connect_fd;
}

}  // namespace

/// One request, from its first line until its answer has left.
struct http_server::exchange {
  impl* server = nullptr;
  std::uint64_t number = 0;
  http_request request = {};
  MHD_Connection* connection = nullptr;
  bool has_headers = false;
  bool waits = false;  ///< for a responder
  std::optional<http_answer> answer = {};

  // Of an answer that is a stream.
  bool sleeps = false;           ///< until it is woken
  bool gone = false;             ///< the client has closed its end
  bool watched = false;          ///< whether that is watched for
  std::string piece = {};        ///< what was not given to the connection yet
  steady::time_point beat = {};  ///< when it must say something
};

struct http_server::impl {
  /// One listening socket. The library hands it back in its calls.
  struct listener {
    impl* server;
    transport kind;
    MHD_Daemon* daemon = nullptr;
  };

  impl(handler f, fault_handler g) : answer(std::move(f)), on_fault(std::move(g)) {
    watch(done->fd());
  }

  /// @param of the number of an exchange; 0: of none
  void watch(int fd, std::uint32_t what = EPOLLIN, std::uint64_t of = 0) const {
    epoll_event interest{};
    interest.events = what;
    interest.data.u64 = of;
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
  MHD_Result send_held(exchange& x);
  void hold(exchange& x, http_answer with);

  [[nodiscard]] std::ptrdiff_t read_stream(exchange& x, char* to, std::size_t room);
  void put_to_sleep(exchange& x);
  void wake(exchange& x) const;
  void wake_due_streams();

  // What the library calls, all on the thread of the server.
  static void* on_line(void* at, const char* uri, MHD_Connection* connection);
  static MHD_Result on_request(void* at, MHD_Connection* connection, const char* url,
                               const char* method, const char* version, const char* data,
                               size_t* size, void** content);
  static ssize_t on_read(void* of, std::uint64_t position, char* to, size_t room);
  static void on_completed(void* at, MHD_Connection* connection, void** content,
                           MHD_RequestTerminationCode why);
  static void on_connection(void* at, MHD_Connection* connection, void** context,
                            MHD_ConnectionNotificationCode what);

  handler answer;
  fault_handler on_fault;
  std::shared_ptr<answer_box> done = std::make_shared<answer_box>();
  descriptor poll{::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"};
  std::vector<std::unique_ptr<listener>> listeners;
  std::uint64_t last_number = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<exchange>> exchanges;
  std::size_t answer_bytes = 0;  ///< of all answers that have not left
  /// When a connection is closed unless its request has come, or its answer has left.
  std::unordered_map<MHD_Connection*, steady::time_point> due;
  std::unordered_map<std::uint64_t, exchange*> streams;  ///< by the number of their exchange
  std::atomic<bool> streams_due{false};
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
  } catch (const std::exception& why) {
    from.server->on_fault(why);
    return MHD_NO;  // closes the connection
  }
}

void http_server::impl::on_completed(void* at, MHD_Connection* connection, void** content,
                                     MHD_RequestTerminationCode) {
  if (*content == nullptr) return;
  auto& server = *static_cast<listener*>(at)->server;
  const auto* x = static_cast<exchange*>(*content);
  if (x->answer) server.answer_bytes -= x->answer->body.size();
  server.streams.erase(x->number);
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
  return x.answer ? send_held(x) : MHD_YES;
}

std::optional<http_answer> http_server::impl::read_headers(const listener& at, exchange& x,
                                                           const char* method) const {
  x.request.method = method;
  if (at.kind == transport::unix_socket) x.request.caller = caller_at(descriptor_of(x.connection));
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
  return send_held(x);
}

/// Queues the answer, which lives until the request has ended.
MHD_Result http_server::impl::send_held(exchange& x) {
  constexpr std::size_t block = 4'096;
  auto& held = *x.answer;
  if (held.stream) {
    return send_response(
        x.connection, held,
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block, &impl::on_read, &x, nullptr));
  }
  // The library does not change the body.
  return send_response(
      x.connection, held,
      MHD_create_response_from_buffer(held.body.size(), held.body.data(), MHD_RESPMEM_PERSISTENT));
}

ssize_t http_server::impl::on_read(void* of, std::uint64_t, char* to, size_t room) {
  auto& x = *static_cast<exchange*>(of);
  try {
    return x.server->read_stream(x, to, room);
  } catch (const std::exception& why) {
    x.server->on_fault(why);
    return MHD_CONTENT_READER_END_WITH_ERROR;
  }
}

std::ptrdiff_t http_server::impl::read_stream(exchange& x, char* to, std::size_t room) {
  if (x.piece.empty()) {
    if (stopping || x.gone) return MHD_CONTENT_READER_END_OF_STREAM;
    const auto now = steady::now();
    x.piece = x.answer->stream->next(now >= x.beat);
    if (x.piece.empty()) {
      put_to_sleep(x);
      return 0;
    }
    x.beat = now + http_bounds::stream_beat;
  }
  const auto size = std::min(room, x.piece.size());
  std::copy_n(x.piece.begin(), size, to);
  x.piece.erase(0, size);
  return static_cast<std::ptrdiff_t>(size);
}

/// The library looks neither at the time nor at the other end of a connection that sleeps.
void http_server::impl::put_to_sleep(exchange& x) {
  if (!x.watched) {
    watch(descriptor_of(x.connection), EPOLLRDHUP | EPOLLET, x.number);
    x.watched = true;
  }
  x.sleeps = true;
  MHD_suspend_connection(x.connection);
}

void http_server::impl::wake(exchange& x) const {
  if (!std::exchange(x.sleeps, false)) return;
  MHD_resume_connection(x.connection);
}

void http_server::impl::wake_due_streams() {
  // The mark goes first: what comes from now on wakes them once more.
  const bool all = streams_due.exchange(false);
  const auto now = steady::now();
  for (auto& [number, x] : streams) {
    if (all || now >= x->beat) wake(*x);
  }
}

void http_server::impl::hold(exchange& x, http_answer with) {
  if (answer_bytes > http_bounds::answers_bytes_max)
    with = refusal(503, "unavailable", "too many long answers have not been read yet");
  answer_bytes += with.body.size();
  x.answer = std::move(with);
  if (x.answer->stream) {
    x.server = this;
    x.beat = steady::now() + http_bounds::stream_beat;
    streams.emplace(x.number, &x);
    due.erase(x.connection);
    return;
  }
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
  for (const auto& [number, x] : streams) is_timed |= x->sleeps;
  const auto until = [&](steady::time_point at) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at - steady::now()).count();
    wait = std::min<MHD_UNSIGNED_LONG_LONG>(wait, std::max<std::int64_t>(left, 0));
  };
  for (const auto& [connection, at] : due) until(at);
  for (const auto& [number, x] : streams) {
    if (x->sleeps) until(x->beat);
  }
  return is_timed ? static_cast<int>(wait) : -1;
}

/// The library sees the end of these connections when it runs next.
void http_server::impl::end_overdue() {
  const auto now = steady::now();
  for (auto& [connection, at] : due) {
    if (at > now) continue;
    ::shutdown(descriptor_of(connection), SHUT_RDWR);
    at = now + http_bounds::request_time_max;
  }
}

void http_server::impl::run() {
  std::array<epoll_event, 16> events;
  while (!stopping) {
    const int count =
        ::epoll_wait(poll.get(), events.data(), events.size(), milliseconds_to_wait());
    for (int i = 0; i < count; ++i) {
      // A copy, because the members of this structure are packed.
      const std::uint64_t number = events[static_cast<std::size_t>(i)].data.u64;
      const auto left = streams.find(number);
      if (left == streams.end()) continue;
      left->second->gone = true;
      wake(*left->second);
    }
    wake_due_streams();
    deliver();
    end_overdue();
    run_daemons();
  }
  end();
}

void http_server::impl::end() {
  for (const auto& [number, x] : exchanges) {
    if (x->waits) done->put(number, refusal(503, "unavailable", "the node is stopping"));
    wake(*x);
  }
  deliver();
  // What was resumed is sent in the first run, and closed in the second.
  run_daemons();
  run_daemons();
  for (const auto& x : listeners) MHD_stop_daemon(x->daemon);
}

http_server::http_server(handler answer, fault_handler on_fault)
    : impl_(std::make_unique<impl>(std::move(answer), std::move(on_fault))) {}

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

void http_server::wake_streams() {
  if (!impl_->streams_due.exchange(true)) impl_->done->wake();
}

void http_server::start() {
  const without_signals blocked;
  impl_->thread = std::thread{[this] { impl_->run(); }};
}

}  // namespace scalesmall
