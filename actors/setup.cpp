#include <chrono>
#include <cstddef>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/setup.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/config_value.hpp>
#include <caf/message.hpp>

#include "actors/peers/add_seed.hpp"

namespace scalesmall {

namespace {

constexpr std::size_t messages_in_a_row = 300;

/// CAF lets only derived classes add options.
struct open_config : caf::actor_system_config {
  static caf::config_option_set& options_of(caf::actor_system_config& x) {
    return x.*(&open_config::custom_options_);
  }
};

node_error wrong_option(const std::string& name, const std::string& value,
                        const std::string& allowed) {
  return {"scalesmall." + name + ": \"" + value + "\" is not allowed, it must be " + allowed,
          std::make_error_code(std::errc::invalid_argument)};
}

/// Reads options into a node_config, and keeps the first error.
class reader {
public:
  explicit reader(const caf::actor_system_config& from) : from_(from) {}

  template <class T>
  void read(const char* name, T& target) const {
    if (auto found = caf::get_if<T>(&from_, full(name))) target = std::move(*found);
  }

  void read(const char* name, std::chrono::milliseconds& target) const {
    if (const auto found = caf::get_if<caf::timespan>(&from_, full(name)))
      target = std::chrono::floor<std::chrono::milliseconds>(*found);
  }

  void read(const char* name, net_id& target) {
    if (const auto found = caf::get_if<std::string>(&from_, full(name)))
      parse(name, *found, target);
  }

  void read_seeds(const char* name, node_config& target) {
    const auto found = caf::get_if<std::vector<std::string>>(&from_, full(name));
    if (!found) return;
    for (const auto& text : *found) {
      if (const auto peer = parse_peer_address(text))
        add_seed(target, *peer);
      else
        refuse(name, text, "ADDRESS:PORT or NAME:PORT, with an IPv6 address in brackets");
    }
  }

  void read(const char* name, claims_at_stop& target) {
    const auto found = caf::get_if<std::string>(&from_, full(name));
    if (!found) return;
    target = *found == "leave" ? claims_at_stop::left : claims_at_stop::kept;
    if (*found != "keep" && *found != "leave") refuse(name, *found, "keep or leave");
  }

  std::optional<node_error> error;

private:
  static std::string full(const char* name) { return std::string{"scalesmall."} + name; }

  void parse(const char* name, const std::string& text, net_id& target) {
    const auto parsed = parse_net_id(text);
    if (parsed)
      target = *parsed;
    else
      refuse(name, text, "ADDRESS:PORT, with an IPv6 address in brackets");
  }

  void refuse(const char* name, const std::string& text, const char* allowed) {
    if (!error) error = wrong_option(name, text, allowed);
  }

  const caf::actor_system_config& from_;
};

}  // namespace

void setup(caf::actor_system_config& config) {
  using context = const caf::message&;
  config.add_error_category(caf::atom("gm"), [](std::uint8_t code, caf::atom_value, context) {
    return std::string{to_string(static_cast<call_error>(code))};
  });
  config.add_error_category(caf::atom("supervisor"),
                            [](std::uint8_t code, caf::atom_value category, context x) {
                              return supervision::describe(caf::error{code, category, x});
                            });
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-throughput", messages_in_a_row);
  auto& options = open_config::options_of(config);
  const std::string group = "scalesmall";
  options.add<std::string>(group, "listen", "where the node listens, ADDRESS:PORT");
  options.add<std::vector<std::string>>(group, "peers",
                                        "seeds, [\"HOST:PORT\", ...], by address or name");
  options.add<bool>(group, "no-multicast", "changes travel by TCP alone");
  options.add<std::string>(group, "multicast-group", "the multicast group, ADDRESS:PORT");
  options.add<std::string>(group, "cluster", "talk to nodes of this cluster only");
  options.add<caf::timespan>(group, "grace", "how long a removal is remembered");
  options.add<caf::timespan>(group, "forget", "when a node that nobody hears of is forgotten");
  options.add<caf::timespan>(group, "clock-skew", "how far the clocks of nodes may be apart");
  options.add<std::string>(group, "on-stop", "what becomes of claims at a stop, keep or leave");
  options.add<std::string>(group, "state", "the directory for what outlives the process");
  options.add<bool>(group, "no-liveness", "neither watch others nor be watched");
  options.add<caf::timespan>(group, "unreachable-after", "when a silent node is unreachable");
}

result<node_config, node_error> config_of(const caf::actor_system_config& config) {
  node_config made;
  reader from{config};
  from.read("listen", made.listen);
  from.read_seeds("peers", made);
  bool without_multicast = false;
  from.read("no-multicast", without_multicast);
  made.multicast = !without_multicast;
  from.read("multicast-group", made.multicast_group);
  from.read("cluster", made.cluster);
  from.read("grace", made.grace);
  from.read("forget", made.forget);
  from.read("clock-skew", made.clock_skew);
  from.read("on-stop", made.on_stop);
  from.read("state", made.state_directory);
  bool without_liveness = false;
  from.read("no-liveness", without_liveness);
  made.liveness = !without_liveness;
  from.read("unreachable-after", made.unreachable_after);
  if (from.error) return *from.error;
  if (auto wrong = wrong_field(made))
    return node_error{std::move(*wrong), std::make_error_code(std::errc::invalid_argument)};
  return made;
}

}  // namespace scalesmall
