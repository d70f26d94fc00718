#include "apps/client/follow.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "apps/client/run_shell_command.hpp"
#include "ops/http/percent.hpp"
#include "ops/verbs/printable.hpp"

namespace scalesmall {

namespace {

using steady = std::chrono::steady_clock;
using deadline = std::optional<steady::time_point>;

/// What happens within this time is one run of a command.
constexpr std::chrono::milliseconds damping{100};

/// What one run of a command is given, and some events more. The node keeps the others.
constexpr std::size_t input_bytes_max = 1024 * 1024;

constexpr std::chrono::milliseconds await_default{10'000};
constexpr std::chrono::milliseconds drain_default{60'000};

/// How long one request waits, which is less than a node waits at most.
constexpr std::chrono::milliseconds drain_step{4'000};

client_failure has_ended(const std::string& socket) {
  return {client_status::no_node, "the node at \"" + socket + "\" has ended"};
}

/// A stream of events of a node.
class event_source {
public:
  static result<event_source, client_failure> open(const std::string& socket,
                                                   const std::string& target) {
    auto stream = reply_stream::open(socket, {"GET", target, ""}, answer_patience);
    if (!stream) return describe(socket, stream.error());
    if (stream->status() == 200) return event_source{socket, std::move(*stream)};
    http_reply refused{stream->status(), ""};
    const auto end = steady::now() + answer_patience;
    while (stream->read(refused.body, end) == reply_stream::outcome::bytes) {
    }
    return describe(refused);
  }

  /// What comes next; none if nothing has come by then.
  result<std::vector<sent_event>, client_failure> next(deadline until) {
    for (;;) {
      std::string bytes;
      switch (stream_.read(bytes, until)) {
        case reply_stream::outcome::timeout:
          return std::vector<sent_event>{};
        case reply_stream::outcome::end:
          return has_ended(socket_);
        case reply_stream::outcome::bytes:
          break;
      }
      auto events = parser_.take(bytes);
      if (!events) return describe(socket_, no_reply{0, true});
      if (!events->empty()) return std::move(*events);
    }
  }

private:
  event_source(std::string socket, reply_stream stream)
      : socket_(std::move(socket)), stream_(std::move(stream)) {}

  std::string socket_;
  reply_stream stream_;
  event_parser parser_;
};

std::string target_of_group(const std::string& group) {
  return "/v1/events?type=group&group=" + percent_encode(group);
}

json content_of(const sent_event& x) { return json::parse(x.data, nullptr, false); }

std::string field(const json& x, const char* name) {
  const auto found = x.find(name);
  if (found == x.end() || found->is_null()) return {};
  return printable(found->is_string() ? found->get<std::string>() : found->dump());
}

/// Of a refusal.
std::string code_of(const http_reply& x) {
  const auto content = json::parse(x.body, nullptr, false);
  return content.contains("error") ? field(content["error"], "code") : "";
}

bool is_begin(const sent_event& x) {
  return x.type == "reset" && field(content_of(x), "why") == "begin";
}

follow_outcome run_for_events(const std::string& socket, const client_command& command,
                              event_source& source, deadline end, std::ostream& err) {
  const std::vector<std::string> variables{"SCALESMALL_GROUP=" + command.given.group,
                                           "SCALESMALL_SOCKET=" + socket};
  for (;;) {
    auto events = source.next(end);
    if (!events) return events.error();
    if (events->empty()) return client_status::done;
    std::string input;
    const auto settled = steady::now() + damping;
    while (!events->empty()) {
      for (const auto& x : *events) input += x.data + '\n';
      if (input.size() > input_bytes_max) break;
      events = source.next(settled);
      if (!events) return events.error();
    }
    const auto ended = run_shell_command(command.given.shell_command, input, variables);
    if (!ended.empty()) err << "scalesmall: the command " << ended << std::endl;
  }
}

}  // namespace

std::string event_text(const sent_event& x) {
  const auto content = content_of(x);
  if (!content.is_object()) return printable(x.type + ' ' + x.data);
  auto text = field(content, "time");
  if (content.contains("text"))
    return text + ' ' + printable(x.type) + ' ' + field(content, "text");
  text += (text.empty() ? "" : " ") + printable(x.type);
  if (field(content, "event") != x.type) text += ' ' + field(content, "event");
  for (const auto& [name, value] : content.items()) {
    if (name != "time" && name != "event" && !value.is_null())
      text += ' ' + printable(name) + '=' + field(content, name.c_str());
  }
  return text;
}

std::string watched_text(const sent_event& x) {
  const auto content = content_of(x);
  auto text = field(content, "event");
  if (const auto member = field(content, "member"); !member.empty()) text += ' ' + member;
  if (content.contains("port")) {
    text += ' ' + field(content, "start") + ".." + field(content, "end") + " port " +
            field(content, "port");
  }
  return text;
}

follow_outcome show_events(const std::string& socket, const client_command& command,
                           std::ostream& out) {
  auto source = event_source::open(socket, command.request.target);
  if (!source) return source.error();
  while (out) {
    const auto events = source->next({});
    if (!events) return events.error();
    for (const auto& x : *events) {
      if (command.json) {
        out << x.data << '\n';
      } else if (!is_begin(x)) {
        out << event_text(x) << '\n';
      }
    }
    out.flush();
  }
  return client_status::done;  // nobody reads what it writes
}

follow_outcome watch_group(const std::string& socket, const client_command& command,
                           std::ostream& out, std::ostream& err) {
  const auto& given = command.given;
  const auto end = given.seconds ? deadline{steady::now() + *given.seconds} : deadline{};
  auto source = event_source::open(socket, target_of_group(given.group));
  if (!source) return source.error();
  if (!given.shell_command.empty()) return run_for_events(socket, command, *source, end, err);
  while (out) {
    const auto events = source->next(end);
    if (!events) return events.error();
    if (events->empty()) break;
    for (const auto& x : *events) out << (command.json ? x.data : watched_text(x)) << '\n';
    out.flush();
  }
  return client_status::done;
}

follow_outcome await_count(const std::string& socket, const client_command& command,
                           std::ostream& out) {
  const auto& given = command.given;
  const auto limit = given.seconds.value_or(await_default);
  const auto end = steady::now() + limit;
  auto target = "/v1/groups/" + percent_encode(given.group) + '/';
  target += given.op ? "topology?op=" + std::string{to_string(*given.op)} : "members";
  auto source = event_source::open(socket, target_of_group(given.group));
  if (!source) return source.error();
  // It does not know what was told before, so a count above the number has passed it.
  for (;;) {
    const auto events = source->next(end);
    if (!events) return events.error();
    const auto reply = ask(socket, {"GET", target, ""}, answer_patience);
    if (!reply) return describe(socket, reply.error());
    if (reply->status != 200) return describe(*reply);
    const auto count = json::parse(reply->body, nullptr, false).size();
    if (given.at_most ? count <= given.count : count >= given.count) {
      out << count << '\n';
      return client_status::done;
    }
    if (events->empty()) {
      return client_failure{client_status::unmet, "still " + std::to_string(count) + " after " +
                                                      std::to_string(limit.count()) + " ms"};
    }
  }
}

follow_outcome await_drained(const std::string& socket, const client_command& command,
                             std::ostream& out) {
  const auto& given = command.given;
  const auto path = "/v1/groups/" + percent_encode(given.group) + "/me/plan?seconds=";
  const auto end = steady::now() + given.seconds.value_or(drain_default);
  for (bool begun = false;; begun = true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady::now());
    const auto step = std::clamp(left, std::chrono::milliseconds::zero(), drain_step);
    auto target = path;
    target += json(std::chrono::duration<double>{step}.count()).dump();
    const auto reply = ask(socket, {"DELETE", std::move(target), ""}, answer_patience);
    if (!reply) return describe(socket, reply.error());
    // It may have come to its end between two requests.
    if (reply->status == 200 || (begun && reply->status == 404)) {
      out << (command.json ? "\"ok\"\n" : "ok\n");
      return client_status::done;
    }
    auto why = describe(*reply);
    if (code_of(*reply) != "timeout") return why;
    if (left <= step) return client_failure{client_status::unmet, std::move(why.sentence)};
  }
}

}  // namespace scalesmall
