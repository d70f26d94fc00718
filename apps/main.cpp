#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <scalesmall/node.hpp>
#include <thread>
#include <unistd.h>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "apps/config/descriptor_limit.hpp"
#include "apps/config/key_file.hpp"
#include "apps/config/listen_address.hpp"
#include "apps/config/options.hpp"
#include "apps/shell/completion.hpp"
#include "apps/shell/hosted_node.hpp"
#include "apps/shell/shell.hpp"
#include "apps/terminal/line_reader.hpp"
#include "apps/terminal/stop_signal.hpp"

namespace scalesmall {

namespace {

enum exit_status : int { worked = 0, failed = 1, badly_configured = 2 };

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

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file{path};
  std::string content{std::istreambuf_iterator<char>{file}, {}};
  if (!file || file.bad()) return std::nullopt;
  return content;
}

result<node_config, bad_options> to_config(const options& given) {
  node_config config;
  config.listen = {listen_address(given), given.port};
  config.multicast = given.multicast;
  config.multicast_group = multicast_group(given);
  config.multicast_ttl = given.multicast_ttl;
  config.cluster = given.cluster;
  config.grace = given.grace;
  config.forget = given.forget;
  config.clock_skew = given.clock_skew;
  config.plain = given.accept_plain ? plain_frames::accepted : plain_frames::refused;
  for (const auto& peer : given.peers) {
    if (const auto numeric = parse_ip_address(peer.host)) {
      config.peers.push_back({*numeric, peer.port});
    } else {
      config.named_peers.push_back({peer.host, peer.port});
    }
  }
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
    default:
      return refuse(why.text, failed);
  }
}

std::shared_ptr<spdlog::logger> make_log(const options& given) {
  auto log = spdlog::stderr_color_mt("scalesmall");
  const auto* usual = given.mode == program_mode::shell ? "warn" : "info";
  log->set_level(spdlog::level::from_str(given.log_level.value_or(usual)));
  log->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  return log;
}

spdlog::level::level_enum to_spdlog(log_level x) {
  switch (x) {
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warning:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
    case log_level::critical:
      return spdlog::level::critical;
  }
  return spdlog::level::off;
}

/// Stops the node on a thread of its own when the program is to stop, so that a command that waits
/// for the node's answer does not delay it; at the latest at the end of its own life, which waits
/// for it.
class node_stopper {
public:
  node_stopper(node& host, stop_signal& stop)
      : stop_(stop), thread_([&host, &stop] {
          stop.wait();
          host.stop();
        }) {}
  node_stopper(const node_stopper&) = delete;
  node_stopper& operator=(const node_stopper&) = delete;
  ~node_stopper() { stop_.request(); }

private:
  stop_signal& stop_;
  std::jthread thread_;
};

bool run_interactively(node& host, stop_signal& stop, output_form form) {
  if (is_interactive()) {
    std::cout << "scalesmall " SCALESMALL_VERSION ", node " << to_string(host.id())
              << "; help lists the commands\n";
  }
  hosted_node control{host};
  const auto lines =
      make_line_reader(stop, [&](std::string_view line) { return complete(control, line); });
  return run_shell(control, stop, *lines, std::cout, form);
}

exit_status run(const options& given) {
  const auto config = to_config(given);
  if (!config) return refuse(config.error().sentence);

  const auto keys = to_keys(given);
  if (!keys) return refuse(keys.error().sentence);

  stop_signal stop;
  const auto log = make_log(given);
  if (const auto most = raise_descriptor_limit(); most < descriptors_wanted) {
    log->warn(
        "this process may open {} files only, fewer than connections may be made to it: ulimit -n",
        most);
  }
  caf::actor_system_config settings;
  settings.set("scheduler.policy", caf::atom("sharing"));  // uses no CPU time while idle
  settings.set("scheduler.max-threads", std::size_t{2});
  // The default is unlimited: an actor with a full mailbox would keep its worker thread to itself.
  settings.set("scheduler.max-throughput", std::size_t{300});
  caf::actor_system system{settings};

  node_environment surroundings;
  surroundings.log = [log](log_level level, std::string_view text) {
    log->log(to_spdlog(level), spdlog::string_view_t{text.data(), text.size()});
  };
  surroundings.keys = *keys;
  surroundings.on_failure = [&stop](const std::string& why) { stop.node_ended(why); };
  const auto started = node::start(system, *config, std::move(surroundings));
  if (!started) return refuse(started.error(), config->listen);
  auto& host = **started;
  log->info("listening on {}", to_string(host.id()));
  warn_of_openness(*log, given, host.id());

  bool all_worked = true;
  {
    const node_stopper stopper{host, stop};
    if (given.mode == program_mode::shell) {
      all_worked =
          run_interactively(host, stop, given.json ? output_form::json : output_form::text);
    } else {
      stop.wait();
    }
  }
  log->info("stopped");
  return all_worked && !stop.node_end() ? worked : failed;
}

exit_status main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const auto given = parse_options(arguments, read_environment(), read_file);
  if (!given) return refuse(given.error().sentence);

  switch (given->mode) {
    case program_mode::help:
      std::cout << usage();
      return worked;
    case program_mode::version:
      std::cout << "scalesmall " SCALESMALL_VERSION "\n";
      return worked;
    case program_mode::keygen:
      std::cout << generate_key() << '\n';
      return worked;
    default:
      return run(*given);
  }
}

}  // namespace

}  // namespace scalesmall

int main(int argc, char** argv) {
  // A write to a closed pipe is then an error and does not kill the program.
  std::signal(SIGPIPE, SIG_IGN);
  std::setlocale(LC_CTYPE, "");  // for the line editor
  try {
    return scalesmall::main(argc, argv);
  } catch (const std::exception& e) {
    return scalesmall::refuse(e.what(), scalesmall::failed);
  }
}
