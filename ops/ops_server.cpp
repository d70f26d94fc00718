#include <algorithm>
#include <atomic>
#include <cerrno>
#include <future>
#include <scalesmall/node.hpp>
#include <scalesmall/ops_server.hpp>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "messages/number.hpp"
#include "ops/change_threads.hpp"
#include "ops/event_feed.hpp"
#include "ops/figures_of_node.hpp"
#include "ops/files/control_socket.hpp"
#include "ops/files/socket_places.hpp"
#include "ops/files/tcp_listener.hpp"
#include "ops/hosted_node.hpp"
#include "ops/http/bounds.hpp"
#include "ops/http/change_rate.hpp"
#include "ops/http/dispatch.hpp"
#include "ops/http_server.hpp"
#include "ops/log_feed.hpp"
#include "ops/log_override.hpp"
#include "ops/metrics/metrics_text.hpp"
#include "ops/pulse.hpp"
#include "ops/verbs/printable.hpp"

namespace scalesmall {

namespace {

/// A node that does not run an actor for so long is dead.
constexpr std::chrono::seconds live_limit{5};

constexpr std::size_t token_bytes_min = 32;

std::string caller_name(const std::optional<socket_caller>& who) {
  if (!who) return "operator by TCP";
  return "operator uid=" + std::to_string(who->uid) + " pid=" + std::to_string(who->pid);
}

bool is_token(const std::string& text) {
  return text.size() >= token_bytes_min &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

result<std::string, ops_error> default_control_socket(const net_id& node) {
  auto path = socket_path(node, ::geteuid());
  if (make_directory_of(path)) return path;
  return ops_error{
      ops_error::part::control,
      "the directory of \"" + path + "\" cannot be made, or others than its user may change it"};
}

struct ops_server::impl {
  impl(node& n, ops_config c)
      : host(n), config(std::move(c)), control(host, {config.save_keys, config.reload}) {}

  [[nodiscard]] std::optional<http_answer> answer(const http_request& request,
                                                  const http_server::responder& respond);
  [[nodiscard]] http_answer look(const verb_call& call);
  [[nodiscard]] std::optional<http_answer> stream(const http_request& request,
                                                  const verb_call& call,
                                                  const http_server::responder& respond);
  [[nodiscard]] std::optional<http_answer> change(const http_request& request,
                                                  const verb_call& call,
                                                  const http_server::responder& respond);
  [[nodiscard]] std::optional<http_answer> special(const http_request& request,
                                                   const special_call& call,
                                                   const http_server::responder& respond);
  [[nodiscard]] std::optional<http_answer> on_thread(std::function<void()> what);
  [[nodiscard]] http_answer ask_whether_live();
  void stop_program(const std::string& who, bool leave, const http_server::responder& respond);

  /// Tells those who look on that somebody has changed something, or why it was refused.
  void tell(const std::string& who, const std::string& line, const std::string& refused) {
    const auto text = who + ' ' + line + (refused.empty() ? "" : ": refused, " + refused);
    if (config.log) config.log(log_level::info, text);
    logs.take(log_level::info, text);
    feed.tell_operation(who, line, refused);
  }

  void tell_fault(const std::exception& why) {
    const auto text = std::string{"a request of HTTP failed: "} + why.what();
    if (config.log) config.log(log_level::error, text);
    logs.take(log_level::error, text);
  }

  node& host;
  ops_config config;
  access_policy policy;
  std::optional<net_id> tcp;
  hosted_node control;
  figures_of_node figures;  // of the server's thread
  std::shared_ptr<std::atomic<unsigned>> streams = std::make_shared<std::atomic<unsigned>>(0);
  event_feed feed{host, streams, [this] { server->wake_streams(); }};
  log_feed logs{host, streams, [this] { server->wake_streams(); }};
  log_override log_levels{config.set_log_level};
  change_rate rate{http_bounds::changes_per_second_max};
  change_threads threads{http_bounds::changes_max};
  std::optional<control_socket> socket;
  std::unique_ptr<http_server> server;  // ends first
};

std::optional<http_answer> ops_server::impl::answer(const http_request& request,
                                                    const http_server::responder& respond) {
  auto what = decide(request, policy);
  if (auto* given = std::get_if<http_answer>(&what)) return std::move(*given);
  if (const auto* call = std::get_if<special_call>(&what)) return special(request, *call, respond);
  const auto& call = std::get<verb_call>(what);
  if (call.verb->how == command::kind::streams) return stream(request, call, respond);
  return call.changes ? change(request, call, respond) : tagged(look(call), request.known_tags);
}

std::optional<http_answer> ops_server::impl::stream(const http_request& request,
                                                    const verb_call& call,
                                                    const http_server::responder& respond) {
  const auto answer_with = [](event_feed::opened opened) {
    if (!opened) return answer_of(opened.error());
    http_answer answer{200, {}, "text/event-stream"};
    answer.stream = std::move(*opened);
    return answer;
  };
  const bool of_log = call.verb->name == "logs";
  event_filter wanted{call.given.types, {}};
  if (!call.given.group.empty()) wanted.group = call.given.group;
  // A browser that comes back repeats the path, with an older number in it. What is no number is
  // not known here, so that the reader begins anew.
  auto last = call.given.after;
  if (request.last_event) {
    const auto seen = parse_digits<std::uint64_t>(*request.last_event);
    last = seen ? *seen : 0;
  }
  if (of_log) return answer_with(logs.open(call.given.level.value_or(log_level::info), last));
  if (auto opened = feed.open_at_once(wanted, last)) return answer_with(std::move(*opened));
  if (threads.run([=, this] { respond(answer_with(feed.open(wanted, last))); })) return {};
  return refusal(503, "unavailable", "too many requests wait for this node");
}

http_answer ops_server::impl::look(const verb_call& call) {
  command_context context{control, threads};
  try {
    return answer_of(call.verb->run(context, call.given));
  } catch (const std::exception& e) {
    return refusal(500, "internal", e.what());
  }
}

std::optional<http_answer> ops_server::impl::on_thread(std::function<void()> what) {
  if (!rate.allows(threads.now()))
    return refusal(429, "too_many", "too many changes within a second");
  if (threads.run(std::move(what))) return {};
  return refusal(503, "unavailable", "too many changes wait for this node");
}

std::optional<http_answer> ops_server::impl::change(const http_request& request,
                                                    const verb_call& call,
                                                    const http_server::responder& respond) {
  return on_thread([this, call, respond, who = caller_name(request.caller)] {
    command_context context{control, threads};
    context.from_outside = true;
    if (config.set_log_level)
      context.set_log_level = [this](auto to, auto time) { log_levels.change(to, time); };
    context.deadline = threads.now() + node::call_timeout;
    result<json, command_error> outcome = command_error{};
    try {
      outcome = call.verb->run(context, call.given);
    } catch (const std::exception& e) {
      outcome = command_error{command_fault::internal, e.what()};
    }
    tell(who, call.line, outcome ? "" : printable(outcome.error().message));
    respond(answer_of(outcome));
  });
}

std::optional<http_answer> ops_server::impl::special(const http_request& request,
                                                     const special_call& call,
                                                     const http_server::responder& respond) {
  switch (call.what) {
    case special_call::kind::metrics:
      return http_answer{200, metrics_of(figures.read(host, control), host.counts()),
                         metrics_text::content_type};
    case special_call::kind::live:
      return on_thread([this, respond] { respond(ask_whether_live()); });
    case special_call::kind::ready:
      return health_answer(control.facts().ready, "this node has heard of what its seeds know",
                           "this node has not heard yet of what its seeds know");
    case special_call::kind::stop:
      if (!config.on_stop)
        return refusal(503, "unavailable", "the program of this node does not end by request");
      return on_thread([this, call, respond, who = caller_name(request.caller)] {
        stop_program(who, call.leave, respond);
      });
  }
  return {};
}

http_answer ops_server::impl::ask_whether_live() {
  return health_answer(feel_pulse(host).wait_for(live_limit) == std::future_status::ready,
                       "the actors of this node run",
                       "the actors of this node have not run for 5 s");
}

void ops_server::impl::stop_program(const std::string& who, bool leave,
                                    const http_server::responder& respond) {
  if (leave) {
    if (const auto left = host.leave_all(); !left) {
      const auto why = describe(left.error());
      tell(who, "stop --leave", why.message);
      return respond(answer_of(why));
    }
  }
  tell(who, leave ? "stop --leave" : "stop", "");
  respond(answer_of(json("ok")));
  config.on_stop();
}

result<ops_server, ops_error> ops_server::start(node& host, ops_config config) {
  using part = ops_error::part;
  if (!config.http_token.empty() && !is_token(config.http_token)) {
    return ops_error{part::token, "the token must have at least " +
                                      std::to_string(token_bytes_min) +
                                      " bytes of ASCII without blanks"};
  }
  auto inside = std::make_unique<impl>(host, std::move(config));
  auto& self = *inside;
  self.server = std::make_unique<http_server>(
      [&self](const http_request& request, const http_server::responder& respond) {
        return self.answer(request, respond);
      },
      [&self](const std::exception& why) { self.tell_fault(why); });
  part what = part::control;
  try {
    if (!self.config.control_socket.empty()) {
      auto opened = control_socket::open(self.config.control_socket, self.config.control_mode);
      if (!opened) return ops_error{part::control, opened.error().sentence, opened.error().in_use};
      self.socket.emplace(std::move(*opened));
      self.server->serve(self.socket->release(), http_server::transport::unix_socket);
    }
    if (self.config.http) {
      what = part::http;
      const auto& at = *self.config.http;
      if (!at.address.is_loopback() && self.config.http_token.empty()) {
        return ops_error{part::http, "the address " + to_string(at.address) +
                                         " is beyond loopback, which needs a token"};
      }
      const auto opened = listen_tcp(at);
      if (!opened) {
        return ops_error{part::http,
                         "cannot listen on " + to_string(at) + ": " + opened.error().message(),
                         opened.error() == std::errc::address_in_use};
      }
      self.policy = {at.address, self.config.http_names, self.config.http_token};
      self.tcp = opened->at;
      self.server->serve(opened->fd, http_server::transport::tcp);
    }
    self.server->start();
  } catch (const std::runtime_error& e) {
    return ops_error{what, e.what()};
  }
  return ops_server{std::move(inside)};
}

ops_server::ops_server(std::unique_ptr<impl> inside) noexcept : impl_(std::move(inside)) {}

ops_server::~ops_server() {
  if (!impl_) return;
  impl_->threads.stop();
  impl_->feed.close();
  impl_->logs.close();
  impl_->server.reset();
}

ops_server::ops_server(ops_server&& other) noexcept = default;
ops_server& ops_server::operator=(ops_server&& other) noexcept = default;

std::optional<net_id> ops_server::http() const { return impl_->tcp; }

}  // namespace scalesmall
