#include "apps/config/options.hpp"

#include <algorithm>
#include <sstream>

#include "apps/config/config_file.hpp"
#include "apps/config/option_table.hpp"
#include "apps/config/plain_value.hpp"
#include "ops/files/trim.hpp"

namespace scalesmall {

namespace {

std::string in_quotes(std::string_view text) { return '"' + std::string{text} + '"'; }

/// Whether Kubernetes made this value: it gives each pod the variables NAME_PORT=tcp://... for each
/// service, and so GROUP_MANAGER_PORT for a service called group-manager.
bool is_of_a_service(std::string_view value) { return value.find("://") != value.npos; }

/// Collects the options layer by layer and keeps the first error.
class parser {
public:
  void fail(std::string sentence) {
    if (sentence_.empty()) sentence_ = std::move(sentence);
  }

  /// The options given from now on replace those given before, instead of being given twice.
  void begin_layer() { given_.clear(); }

  void set(const option_row& row, std::string_view value, value_source source,
           const std::string& origin = "") {
    const auto name = "--" + std::string{row.name} + origin;
    const bool first = std::ranges::find(given_, &row) == given_.end();
    given_.push_back(&row);
    if (!first && !adds_up(row))
      return fail(name + ": " + in_quotes(value) + " is not allowed, the option may be given once");
    if (first && row.name == "peers") options_.peers.clear();
    if (first && row.name == "item") options_.items.clear();
    if (first && row.name == "serve") options_.services.clear();
    auto& text = options_.given[std::string{row.name}];
    text = first ? std::string{value} : text + '\n' + std::string{value};
    const auto plain = plain_value(value, source);
    if (!plain)
      return fail(name + ": " + in_quotes(value) + " is not allowed, " + plain.error().why);
    if (!row.set(options_, *plain))
      fail(name + ": " + in_quotes(value) + " is not allowed, it must be " +
           std::string{row.allowed});
  }

  void read_file(const std::string& path, const file_reader& read) {
    begin_layer();
    const auto text = read(path);
    if (!text)
      return fail("--config: " + in_quotes(path) + " is not a file that can be read" +
                  (text.error().why.empty() ? "" : ": " + text.error().why));
    if (text->starts_with(byte_order_mark))
      return fail("--config: line 1 of " + path +
                  " begins with a byte order mark (BOM), it must be UTF-8 without one");
    if (text->find('\0') != text->npos)
      return fail("--config: " + in_quotes(path) + " is not a text in UTF-8");
    const auto settings = parse_config(*text);
    if (!settings) {
      return fail("--config: " + in_quotes(settings.error().text) + " in line " +
                  std::to_string(settings.error().line) + " of " + path +
                  " is not allowed, it must be name = value, a comment or blank");
    }
    for (const auto& [name, value, line] : *settings) {
      const auto place = " (line " + std::to_string(line) + " of " + path + ")";
      if (const auto* row = find_option(name)) {
        set(*row, value, value_source::text, place);
      } else {
        fail("--config: " + in_quotes(name) + place +
             " is not an option, it must be one of those that --help lists, without dashes");
      }
    }
  }

  /// @param overridden  whether the command line gives this option
  void read_environment(const environment& variables,
                        const std::function<bool(std::string_view name)>& overridden) {
    begin_layer();
    for (const auto& row : all_options()) {
      if (row.variable.empty()) continue;  // an entry of the environment may have no name either
      const auto found = variables.find(row.variable);
      if (found == variables.end() || found->second.empty() || overridden(row.name)) continue;
      if (is_of_a_service(found->second)) {
        options_.notes.push_back("the variable " + found->first +
                                 " is passed over: " + in_quotes(found->second) +
                                 " is what Kubernetes sets for a service of that name");
        continue;
      }
      // systemd may name several directories; the first one is the node's.
      const auto value =
          row.name == "state" ? found->second.substr(0, found->second.find(':')) : found->second;
      set(row, value, value_source::text, " (" + found->first + ")");
    }
  }

  [[nodiscard]] result<options, bad_options> finish(program_mode mode) && {
    options_.mode = mode;
    const auto address = options_.address.value_or(ip_address::v4(127, 0, 0, 1));
    if (!address.is_loopback() && options_.key_file.empty() && !options_.insecure) {
      fail("--address: " + in_quotes(to_string(address)) +
           " is not allowed without a key, it must be a loopback address (127.0.0.0/8 or ::1)"
           " unless --insecure is given");
    }
    if (const auto group = multicast_group(options_).address;
        options_.multicast && group.is_v4() != address.is_v4()) {
      fail("--multicast-address: " + in_quotes(to_string(group)) +
           " is not allowed with the address " + to_string(address) +
           ", it must be of the same family, IPv4 or IPv6");
    }
    const auto far = std::ranges::find_if(options_.peers, [](const peer_address& x) {
      const auto numeric = parse_ip_address(x.host);
      return numeric && !numeric->is_loopback();
    });
    if (may_be_loopback() && address.is_loopback() && far != options_.peers.end()) {
      fail("--peers: " + in_quotes(to_string(*far)) + " is not allowed with the loopback address " +
           to_string(address) +
           ", under which that peer cannot reach this node: give --address, with --key-file or"
           " --insecure");
    }
    if (!options_.services.empty() && !options_.liveness)
      fail("--serve is not allowed with --liveness off: a plan needs to know who is there");
    if (options_.http && !options_.http->address.is_loopback() &&
        options_.http_token_file.empty()) {
      fail("--http: " + in_quotes(to_string(*options_.http)) +
           " is not allowed without a token, it must be a loopback address unless"
           " --http-token-file is given");
    }
    if (!sentence_.empty()) return bad_options{std::move(sentence_)};
    return std::move(options_);
  }

private:
  /// With a key and without an address the node takes an address that is not loopback.
  [[nodiscard]] bool may_be_loopback() const {
    return options_.address || options_.key_file.empty();
  }

  std::vector<const option_row*> given_;
  options options_;
  std::string sentence_;
};

struct named_value {
  std::string_view name;
  std::string_view value;
};

/// The parts of the command line; the values are not checked yet.
struct command_line {
  program_mode mode = program_mode::help;
  std::vector<named_value> values;
  std::optional<std::string_view> config;
};

result<command_line, bad_options> take_apart(std::span<const std::string_view> arguments) {
  command_line line;
  if (std::ranges::find(arguments, "--help") != arguments.end()) return line;
  if (std::ranges::find(arguments, "--version") != arguments.end()) {
    line.mode = program_mode::version;
    return line;
  }
  const auto mode = arguments.empty() ? std::string_view{} : arguments.front();
  if (mode == "keygen" && arguments.size() == 1) {
    line.mode = program_mode::keygen;
    return line;
  }
  if (mode == "keygen")
    return bad_options{in_quotes(arguments[1]) + " is not allowed after keygen"};
  if (mode != "shell" && mode != "node") {
    return bad_options{
        in_quotes(mode) +
        " is not allowed, it must be shell or node, keygen or a verb; --help lists them"};
  }
  line.mode = mode == "shell" ? program_mode::shell : program_mode::node;

  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto argument = arguments[i];
    if (!argument.starts_with("--")) {
      return bad_options{in_quotes(argument) +
                         " is not an option, it must be one that --help lists"};
    }
    const auto equals = argument.find('=');
    const auto name = argument.substr(2, equals == argument.npos ? equals : equals - 2);
    const auto* row = find_option(name);
    if (row == nullptr && name != "config") {
      return bad_options{"--" + std::string{name} +
                         " is not an option, it must be one that --help lists"};
    }

    std::string_view value = "on";
    if (equals != argument.npos) {
      value = argument.substr(equals + 1);
    } else if (row == nullptr || !row->argument.empty()) {
      if (++i == arguments.size()) {
        return bad_options{"--" + std::string{name} + ": the value is missing, it must be " +
                           std::string{row == nullptr ? "the path of a file" : row->allowed}};
      }
      value = arguments[i];
    }
    if (row == nullptr && line.config) {
      return bad_options{"--config: " + in_quotes(value) +
                         " is not allowed, the option may be given once"};
    }
    if (row == nullptr) {
      line.config = value;
    } else {
      line.values.push_back({name, value});
    }
  }
  return line;
}

}  // namespace

net_id multicast_group(const options& x) {
  const auto v4 = ip_address::v4(224, 1, 1, 1);
  const ip_address v6{{0xff, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 224, 1, 1, 1}};
  const bool is_v6 = x.address && !x.address->is_v4();
  return {x.multicast_address.value_or(is_v6 ? v6 : v4), x.multicast_port};
}

result<options, bad_options> parse_options(std::span<const std::string_view> arguments,
                                           const environment& variables,
                                           const file_reader& read_file) {
  const auto line = take_apart(arguments);
  if (!line) return line.error();

  parser layers;
  if (line->mode == program_mode::shell || line->mode == program_mode::node) {
    if (line->config) layers.read_file(std::string{*line->config}, read_file);
    layers.read_environment(variables, [&](std::string_view name) {
      return std::ranges::find(line->values, name, &named_value::name) != line->values.end();
    });
    layers.begin_layer();
    for (const auto& [name, value] : line->values)
      layers.set(*find_option(name), value, value_source::command_line);
  }
  return std::move(layers).finish(line->mode);
}

std::string usage() {
  std::ostringstream text;
  text << "usage: scalesmall shell [options]   a node with an interactive shell\n"
          "       scalesmall node [options]    a node alone, until SIGINT or SIGTERM\n"
          "       scalesmall keygen            prints a new key for --key-file\n"
          "       scalesmall VERB [...]        asks or operates a node that runs, see below\n"
          "       scalesmall man [1|5] | completion bash|zsh | example-config\n"
          "                                    prints a manual, a script for a shell, or a file\n"
          "                                    for --config\n"
          "       scalesmall --help | --version\n\n"
          "options (the command line goes before the environment, that before the file):\n";
  for (const auto& row : all_options()) {
    const auto left = "--" + std::string{row.name} + (row.argument.empty() ? "" : " ") +
                      std::string{row.argument};
    text << "  " << left << std::string(32 - left.size(), ' ') << row.help << '\n';
    if (!row.variable.empty())
      text << std::string(34, ' ') << "environment: " << row.variable << '\n';
  }
  text << "  --config FILE" << std::string(19, ' ')
       << "lines of name = value, # begins a line of comment\n";
  return text.str();
}

}  // namespace scalesmall
