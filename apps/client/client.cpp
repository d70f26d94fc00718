#include "apps/client/client.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unistd.h>

#include "apps/client/attach.hpp"
#include "apps/client/client_command.hpp"
#include "apps/client/debug_bundle.hpp"
#include "apps/client/follow.hpp"
#include "apps/client/http_client.hpp"
#include "ops/verbs/printable.hpp"
#include "ops/verbs/render.hpp"

namespace scalesmall {

namespace {

/// The socket that a command line means.
result<std::string, client_failure> choose_socket(const client_command& command,
                                                  const variable_reader& variable) {
  if (!command.socket.empty()) return command.socket;
  if (auto set = variable("SCALESMALL_SOCKET")) return std::move(*set);
  std::vector<std::string> alive;
  std::optional<std::string> closed;
  for (auto& socket : sockets_in(socket_directories(::geteuid(), variable))) {
    const int error = try_socket(socket);
    if (error == 0) {
      alive.push_back(std::move(socket));
    } else if (error == EACCES) {
      closed = std::move(socket);
    }
  }
  if (alive.size() == 1) return std::move(alive[0]);
  if (alive.empty() && closed) return not_allowed(*closed);
  if (alive.empty())
    return client_failure{client_status::no_node, "no node runs here; scalesmall node starts one"};
  std::string list = "several nodes run here, --socket chooses one of them:";
  for (const auto& socket : alive) list += '\n' + socket;
  return client_failure{client_status::usage, std::move(list)};
}

bool is_well(const command* verb, const json& status) {
  if (verb->name == "doctor") return status.empty();
  if (verb->name == "ping") return status.value("well", false);
  return status.value("ready", false) && !status.value("isolated", true) &&
         status.value("warnings", json::array()).empty();
}

client_status status_of(const client_command& command, const http_reply& reply,
                        const json& content) {
  if (command.is_health && reply.status == 503 && content.contains("well"))
    return client_status::unmet;
  if (reply.status != 200) return describe(reply).status;
  return command.check && !is_well(command.verb, content) ? client_status::unmet
                                                          : client_status::done;
}

std::string text_of(const client_command& command, const http_reply& reply, const json& content) {
  if (command.json || content.is_discarded()) return reply.body;
  if (command.is_health && content.contains("why")) return content["why"].get<std::string>() + '\n';
  if (command.verb != nullptr && command.verb->text != nullptr) return command.verb->text(content);
  return render_text(content);
}

client_status show(const client_command& command, const http_reply& reply, std::ostream& out,
                   std::ostream& err) {
  const auto content = json::parse(reply.body, nullptr, false);
  const auto status = status_of(command, reply, content);
  const bool answered = status == client_status::done || status == client_status::unmet;
  if (answered || command.json) out << text_of(command, reply, content);
  if (!answered) err << "scalesmall: " << printable(describe(reply).sentence) << '\n';
  return status;
}

client_status fail(const client_failure& x, std::ostream& err) {
  err << "scalesmall: " << printable(x.sentence, true) << std::endl;
  return x.status;
}

client_status run_at(const std::string& socket, const client_command& command, std::ostream& out,
                     std::ostream& err);

/// One line of an attached shell, in which nothing may go on for ever.
void run_attached(const std::string& socket, std::span<const std::string_view> arguments,
                  std::ostream& out, std::ostream& err) {
  constexpr std::chrono::seconds watch_default{10};
  auto command = parse_client_command(arguments);
  if (!command) {
    fail({client_status::usage, command.error()}, err);
    return;
  }
  const bool endless = command->verb != nullptr && (command->verb->how == command::kind::streams ||
                                                    command->verb->name == "attach");
  if (endless) {
    fail({client_status::usage, std::string{arguments[0]} + " needs a terminal of its own"}, err);
    return;
  }
  const bool watches = command->verb != nullptr && command->verb->name == "watch";
  if (watches && !command->given.seconds) command->given.seconds = watch_default;
  run_at(command->socket.empty() ? socket : command->socket, *command, out, err);
}

/// Nothing if the verb is a request and its answer.
std::optional<follow_outcome> follow(const std::string& socket, const client_command& command,
                                     std::ostream& out, std::ostream& err) {
  using kind = command::kind;
  const auto how = command.verb == nullptr ? kind::asks : command.verb->how;
  if (how == kind::streams) return show_events(socket, command, out);
  if (how == kind::asks) return {};
  if (command.verb->name == "watch") return watch_group(socket, command, out, err);
  if (command.verb->name == "debug") return save_bundle(socket, command, out);
  if (command.verb->name == "drain") return await_drained(socket, command, out);
  if (command.verb->name != "attach") return await_count(socket, command, out);
  return attach(socket, out, [&](std::span<const std::string_view> arguments) {
    run_attached(socket, arguments, out, err);
  });
}

client_status run_at(const std::string& socket, const client_command& command, std::ostream& out,
                     std::ostream& err) {
  if (const auto followed = follow(socket, command, out, err))
    return *followed ? **followed : fail(followed->error(), err);
  // A node knows the versions of others once they have answered.
  if (command.verb != nullptr && command.verb->name == "doctor") {
    const auto pinged = ask(socket, {"POST", "/v1/ping", "{}"}, answer_patience);
    if (!pinged || pinged->status != 200)
      err << "scalesmall: the other nodes could not be asked for their versions\n";
  }
  const auto reply = ask(socket, command.request, answer_patience);
  if (!reply) return fail(describe(socket, reply.error()), err);
  return show(command, *reply, out, err);
}

}  // namespace

std::vector<std::string> sockets_in(const std::vector<std::string>& directories) {
  std::vector<std::string> all;
  for (const auto& directory : directories) {
    if (directory.starts_with("/tmp/") && !is_safe_directory(directory)) continue;
    std::error_code none;
    for (std::filesystem::directory_iterator i{directory, none}, end; !none && i != end;
         i.increment(none)) {
      if (i->path().extension() == ".sock") all.push_back(i->path());
    }
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

client_status run_client(std::span<const std::string_view> arguments, std::ostream& out,
                         std::ostream& err, const variable_reader& variable) {
  const auto command = parse_client_command(arguments);
  if (!command) return fail({client_status::usage, command.error()}, err);
  const auto socket = choose_socket(*command, variable);
  if (!socket) return fail(socket.error(), err);
  return run_at(*socket, *command, out, err);
}

}  // namespace scalesmall
