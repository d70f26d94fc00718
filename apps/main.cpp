#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <map>
#include <optional>
#include <scalesmall/network.hpp>
#include <scalesmall/node.hpp>
#include <scalesmall/ops_server.hpp>
#include <span>
#include <unistd.h>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <spdlog/logger.h>

#include "actors/peers/add_seed.hpp"
#include "apps/client/client.hpp"
#include "apps/client/client_command.hpp"
#include "apps/config/descriptor_limit.hpp"
#include "apps/config/listen_address.hpp"
#include "apps/config/options.hpp"
#include "apps/documents/documents.hpp"
#include "apps/service/reporter.hpp"
#include "apps/service/running_settings.hpp"
#include "apps/service/service_manager.hpp"
#include "apps/terminal/line_reader.hpp"
#include "apps/terminal/log_sink.hpp"
#include "apps/terminal/node_stopper.hpp"
#include "apps/terminal/shell.hpp"
#include "apps/terminal/spdlog_level.hpp"
#include "apps/terminal/standard_files.hpp"
#include "apps/terminal/stop_signal.hpp"
#include "ops/files/descriptor.hpp"
#include "ops/files/key_file.hpp"
#include "ops/hosted_node.hpp"
#include "ops/pulse.hpp"
#include "ops/verbs/completion.hpp"

namespace scalesmall {

namespace {

constexpr const char* unwritten = "standard output cannot be written";

/// A longer configuration file is something else.
constexpr std::size_t config_bytes_max = 1024 * 1024;

enum exit_status : int { worked = 0, failed = 1, badly_configured = 2 };

const auto loopback = ip_address::v4(127, 0, 0, 1);

exit_status refuse(const std::string& sentence, exit_status status = badly_configured) {
  std::cerr << "scalesmall: " << sentence << '\n';
  return status;
}

environment read_environment() {
  environment variables;
  for (auto entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals != text.npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

result<std::string, unreadable> read_file(const std::string& path) {
  const auto failed = [] { return unreadable{std::strerror(errno)}; };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd == -1) return failed();
  const descriptor file{fd, "open"};
  std::string content;
  std::array<char, 4096> chunk;
  for (;;) {
    const auto n = ::read(fd, chunk.data(), chunk.size());
    if (n == -1) return failed();
    if (n == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(n));
    if (content.size() > config_bytes_max) return unreadable{"it is too long"};
  }
}

constexpr std::chrono::seconds address_poll{1};

/// Gives the options an address, if they name none. With a key that is one which others can reach;
/// until this machine has one, waits for it. False if the program is to stop first.
bool find_address(options& given, spdlog::logger& log, stop_signal& stop,
                  const service_manager& manager) {
  if (given.address || given.key_file.empty()) return true;
  for (bool first = true;; first = false) {
    const auto all = own_addresses();
    if (const auto chosen = choose_address(all)) {
      given.address = chosen->address;
      log.log(all.size() > 1 ? spdlog::level::warn : spdlog::level::info,
              "without --address this node is at {} ({}); the addresses here are {}",
              to_string(chosen->address), chosen->interface, list_of(all));
      return true;
    }
    if (first) {
      log.warn(
          "waiting for an address that others can reach; the addresses here are {}; --address "
          "chooses one of them",
          list_of(all));
    }
    manager.tell(
        "STATUS=waiting for an address that others can reach\nEXTEND_TIMEOUT_USEC=30000000");
    if (!stop.wait_for(address_poll)) return false;
  }
}

result<node_config, bad_options> to_config(const options& given) {
  node_config config;
  config.listen = {given.address.value_or(loopback), given.port};
  config.multicast = given.multicast;
  config.multicast_group = multicast_group(given);
  config.multicast_ttl = given.multicast_ttl;
  config.cluster = given.cluster;
  config.grace = given.grace;
  config.forget = given.forget;
  config.clock_skew = given.clock_skew;
  config.on_stop = given.on_stop;
  config.liveness = given.liveness;
  config.unreachable_after = given.unreachable_after;
  config.state_directory = given.state;
  config.items = given.items;
  config.plain = given.accept_plain ? plain_frames::accepted : plain_frames::refused;
  for (const auto& peer : given.peers) add_seed(config, peer);
  return config;
}

result<std::shared_ptr<key_store>, bad_options> to_keys(const options& given) {
  if (given.key_file.empty()) return std::make_shared<key_store>();
  const auto keys = read_key_file(given.key_file);
  if (!keys) return bad_options{"--key-file: " + keys.error().sentence};
  return std::make_shared<key_store>(key_ring{*keys});
}

/// Warns of options that let hosts without a key take part.
void warn_of_openness(spdlog::logger& log, const options& given, const net_id& self) {
  if (given.key_file.empty() && !self.address.is_loopback()) {
    log.warn(
        "without a key everybody in reach of {} can read and change what nodes tell each other",
        to_string(self));
  }
  if (given.accept_plain) {
    log.warn(
        "--accept-plain: this node believes plain frames from everybody in reach of {}; start it "
        "again without when all nodes seal",
        to_string(self));
  }
}

exit_status refuse(const node_error& why, const net_id& listen) {
  const auto port = std::to_string(listen.port);
  const auto address = to_string(listen.address);
  // The value is an errno. std::errc would not match: the category may be Asio's own.
  switch (why.code.value()) {
    case EADDRINUSE:
      return refuse("--port: \"" + port + "\" is in use on " + address +
                    ", choose another with --port (0 takes any free one)");
    case EACCES:
      return refuse("--port: \"" + port +
                    "\" is not allowed to this user, choose one from 1024 on");
    case EADDRNOTAVAIL:
      return refuse("--address: \"" + address +
                    "\" is not allowed, it must be an address of this machine");
    case EBUSY:
      return refuse("--state: " + why.text);
    case EINVAL:
      return refuse(why.text);
    default:
      return refuse(why.text, failed);
  }
}

std::shared_ptr<spdlog::logger> make_log(const options& given, std::shared_ptr<line_writer> to) {
  const char* kind = std::getenv("TERM");
  const log_form form{
      ::isatty(STDERR_FILENO) == 1 && kind != nullptr && kind != std::string_view{"dumb"},
      given.log_as_json, is_journal(STDERR_FILENO)};
  auto log = std::make_shared<spdlog::logger>("scalesmall", make_log_sink(std::move(to), form));
  log->set_level(level_of(given));
  log->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  return log;
}

using served_groups = std::map<std::string, range_assignment>;

/// Begins to serve what the options say.
result<served_groups, bad_options> serve(const options& given, node& host) {
  served_groups all;
  for (const auto& x : given.services) {
    auto begun = serve_ready(host, x.group, x.how);
    if (!begun)
      return bad_options{"--serve: \"" + x.group + "\": " + describe(begun.error()).message};
    all.emplace(x.group, std::move(*begun));
  }
  return all;
}

/// The node is to stop before `at` ends: then what is served by plan stands, as all claims do.
bool run_interactively(std::optional<hosted_node>& at, node& host, stop_signal& stop,
                       output_form form, program_calls calls, served_groups served) {
  if (is_interactive()) {
    std::cout << "scalesmall " SCALESMALL_VERSION ", node " << to_string(host.id())
              << "; help lists the commands\n";
  }
  auto& control = at.emplace(host, std::move(calls));
  control.take(std::move(served));
  const auto lines =
      make_line_reader(stop, [&](std::string_view line) { return complete(control, line); });
  return run_shell(control, stop, *lines, std::cout, form);
}

using level_setter = decltype(ops_config::set_log_level);

/// The server by which a running node is operated; none if no option asks for one. The usual socket
/// may be in use, or its directory not be there: then the node runs without it.
result<std::optional<ops_server>, bad_options> start_ops(const options& given, node& host,
                                                         const log_function& log,
                                                         const level_setter& set_level,
                                                         stop_signal& stop,
                                                         const program_calls& calls) {
  const std::string unoperated = "this node cannot be operated from outside: ";
  const auto control = given.control.value_or(given.mode == program_mode::node ? "auto" : "off");
  ops_config config;
  if (control == "auto") {
    const auto usual = default_control_socket(host.id());
    if (usual) config.control_socket = *usual;
    if (!usual) log(log_level::warning, unoperated + usual.error().text);
  } else if (control != "off") {
    config.control_socket = control;
  }
  config.http = given.http;
  config.log = log;
  config.set_log_level = set_level;
  config.on_stop = [&stop] { stop.request(); };
  config.save_keys = calls.save_keys;
  config.reload = calls.reload;
  if (!given.http_token_file.empty()) {
    auto token = read_token_file(given.http_token_file);
    if (!token) return bad_options{"--http-token-file: " + token.error().sentence};
    config.http_token = std::move(*token);
  }
  for (;;) {
    if (config.control_socket.empty() && !config.http) return std::optional<ops_server>{};
    auto started = ops_server::start(host, config);
    if (started) {
      const auto& path = config.control_socket;
      if (!path.empty()) log(log_level::info, "operated through " + path);
      if (const auto at = started->http()) log(log_level::info, "HTTP on " + to_string(*at));
      return std::optional{std::move(*started)};
    }
    const auto& why = started.error();
    const bool is_control = why.what == ops_error::part::control;
    if (!is_control || control != "auto")
      return bad_options{(is_control ? "--control: " : "--http: ") + why.text};
    log(log_level::warning, unoperated + why.text);
    config.control_socket.clear();
  }
}

/// What the signal that ended the program was, for the log.
void log_end(spdlog::logger& log, stop_signal& stop) {
  const auto signal = stop.take_signal();
  if (!signal) return log.info("stopped");
  // Whoever closed the terminal wants to know what became of the node.
  log.log(*signal == "SIGHUP" ? spdlog::level::warn : spdlog::level::info, "stopped by {}",
          *signal);
}

/// A broadcast address of a network of this machine, where a node can neither be nor have a peer.
std::optional<bad_options> refuse_broadcast(const options& given) {
  const auto refused = [](const std::string& option, const std::string& value) {
    return bad_options{option + ": \"" + value +
                       "\" is not allowed, it is the broadcast address of a network"};
  };
  if (given.address && is_own_broadcast(*given.address))
    return refused("--address", to_string(*given.address));
  for (const auto& peer : given.peers) {
    if (const auto numeric = parse_ip_address(peer.host); numeric && is_own_broadcast(*numeric))
      return refused("--peers", to_string(peer));
  }
  return {};
}

void configure(caf::actor_system_config& settings) {
  settings.set("scheduler.policy", caf::atom("sharing"));  // uses no CPU time while idle
  settings.set("scheduler.max-threads", std::size_t{2});
  // The default is unlimited: an actor with a full mailbox would keep its worker thread to itself.
  settings.set("scheduler.max-throughput", std::size_t{300});
}

/// What a service manager shows of a node.
std::string status_line(const node& host) {
  const auto count = [](std::size_t n, const std::string& what) {
    return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
  };
  return "listening on " + to_string(host.id()) + ", " + count(host.peers().size(), "peer") + ", " +
         count(host.my_groups().size(), "group");
}

reporter::subject what_to_report(const node& host, const std::shared_ptr<spdlog::logger>& log) {
  return {[&host] { return feel_pulse(host); }, [&host] { return status_line(host); },
          [log](const std::string& line) { log->warn("{}", line); }};
}

/// The options of this process, with the file of --config as it is now.
result<options, bad_options> read_options(std::span<const std::string_view> arguments) {
  auto given = parse_options(arguments, read_environment(), read_file);
  if (!given) return given;
  if (auto wrong = refuse_broadcast(*given)) return std::move(*wrong);
  return given;
}

void warn_of(spdlog::logger& log, const service_manager& manager) {
  if (const auto& address = manager.passed_over(); !address.empty())
    log.warn(
        "the service manager at \"{}\" is not told of this node: NOTIFY_SOCKET must be the"
        " path or the abstract name of a unix socket",
        address);
}

/// @param read  reads the options again
exit_status run(options given, std::function<result<options, bad_options>()> read) {
  const auto keys = to_keys(given);
  if (!keys) return refuse(keys.error().sentence);

  const bool is_shell = given.mode == program_mode::shell;
  stop_signal stop{is_shell ? hang_up::stops : hang_up::reloads};
  const auto log_lines = std::make_shared<line_writer>(STDERR_FILENO);
  const auto log = make_log(given, log_lines);
  for (const auto& note : given.notes) log->warn("{}", note);
  const service_manager manager;
  warn_of(*log, manager);
  if (!find_address(given, *log, stop, manager)) {
    log_end(*log, stop);
    return worked;
  }
  const auto config = to_config(given);
  if (!config) return refuse(config.error().sentence);
  raise_descriptor_limit(*log);
  caf::actor_system_config actors;
  configure(actors);
  caf::actor_system system{actors};

  node_environment surroundings;
  const log_function log_line = [log](log_level level, std::string_view text) {
    log->log(to_spdlog(level), spdlog::string_view_t{text.data(), text.size()});
  };
  surroundings.log = log_line;
  surroundings.keys = *keys;
  surroundings.net = make_network();
  surroundings.on_failure = [&stop](const std::string& why) { stop.node_ended(why); };
  const auto started = node::start(system, *config, std::move(surroundings));
  if (!started) return refuse(started.error(), config->listen);
  auto& host = **started;
  log->info("listening on {}", to_string(host.id()));
  warn_of_openness(*log, given, host.id());

  running_settings settings{given, std::move(read), host, log};
  const auto calls = settings.calls();
  const auto ops = start_ops(
      given, host, log_line, [&](log_level x) { return settings.set_log_level(to_spdlog(x)); },
      stop, calls);
  if (!ops) return refuse(ops.error().sentence);
  auto served = serve(given, host);
  if (!served) return refuse(served.error().sentence);

  bool all_worked = true;
  std::optional<hosted_node> control;
  {
    const node_stopper stopper{host, stop, log, *log_lines};
    reporter tells{manager, what_to_report(host, log)};
    if (is_shell) {
      const auto form = given.json ? output_form::json : output_form::text;
      all_worked = run_interactively(control, host, stop, form, calls, std::move(*served));
    } else {
      while (stop.wait_for_reload()) {
        tells.reloading();
        static_cast<void>(settings.reload());
        tells.reloaded();
      }
    }
  }
  log_end(*log, stop);
  if (!output_arrived()) return refuse(unwritten, failed);
  return all_worked && !stop.node_end() ? worked : failed;
}

/// Prints what a program without a node was asked for.
exit_status print(const std::string& text, bool output_closed) {
  std::cout << text;
  if (output_closed || !output_arrived()) return refuse(unwritten, failed);
  return worked;
}

/// Asks a running node.
int ask_node(std::span<const std::string_view> arguments, bool output_closed) {
  const auto status = run_client(arguments, std::cout, std::cerr);
  if (output_closed || !output_arrived()) return refuse(unwritten, failed);
  return static_cast<int>(status);
}

int main(int argc, char** argv, bool output_closed) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const auto asks_for = [&](std::string_view option) {
    return std::ranges::find(arguments, option) != arguments.end();
  };
  if (is_client_command(arguments) && !asks_for("--help") && !asks_for("--version"))
    return ask_node(arguments, output_closed);
  if (const auto text = document(arguments); text && !asks_for("--help")) {
    if (!*text) return refuse(text->error().sentence);
    return print(**text, output_closed);
  }
  const auto read = [&] { return read_options(arguments); };
  const auto given = read();
  if (!given) return refuse(given.error().sentence);

  switch (given->mode) {
    case program_mode::help:
      return print(usage() + '\n' + client_usage(), output_closed);
    case program_mode::version:
      return print("scalesmall " SCALESMALL_VERSION "\n", output_closed);
    case program_mode::keygen:
      return print(generate_key() + '\n', output_closed);
    default:
      return run(*given, read);
  }
}

}  // namespace

}  // namespace scalesmall

int main(int argc, char** argv) {
  // A write to a closed pipe is then an error and does not kill the program.
  std::signal(SIGPIPE, SIG_IGN);
  const auto closed = scalesmall::fill_standard_files();
  try {
    return scalesmall::main(argc, argv, closed.output);
  } catch (const std::exception& e) {
    return scalesmall::refuse(e.what(), scalesmall::failed);
  }
}
