#include "apps/documents/manual.hpp"

#include <string_view>

#include "apps/client/client_command.hpp"
#include "apps/config/option_table.hpp"

namespace scalesmall {

namespace {

constexpr const char* manual_date = "November 30, 2026";
constexpr std::size_t columns_max = 78;

/// A text that mdoc takes for text, in lines that are short enough. Each sentence begins a line.
std::string prose(std::string_view text) {
  std::string lines;
  std::string line;
  const auto end_line = [&] {
    if (line.empty()) return;
    if (line.front() == '.' || line.front() == '\'') line.insert(0, "\\&");
    lines += line + '\n';
    line.clear();
  };
  while (!text.empty()) {
    const auto end = text.find_first_of(" \n");
    std::string word;
    for (const char c : text.substr(0, end)) c == '\\' ? word += "\\e" : word += c;
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (word.empty()) continue;
    if (line.size() + 1 + word.size() > columns_max) end_line();
    line += (line.empty() ? "" : " ") + word;
    if (word.ends_with('.')) end_line();
  }
  end_line();
  return lines;
}

/// An item of a list whose head is one text.
std::string item(const std::string& head, std::string_view text) {
  return ".It Sy \"" + head + "\"\n" + prose(text);
}

std::string title(const std::string& name, const std::string& section, const std::string& what) {
  return std::string{".\\\" made by scalesmall man\n.Dd "} + manual_date + "\n.Dt " + name + ' ' +
         section + "\n.Os\n.Sh NAME\n.Nm " + (section == "1" ? "scalesmall" : "scalesmall.conf") +
         "\n.Nd " + what + '\n';
}

/// The values and the default of an option, and its variable.
std::string explained(const option_row& x) {
  std::string text{x.help};
  text += ".\n";
  auto lines = prose(text);
  if (!x.argument.empty()) lines += prose("Allowed: " + std::string{x.allowed} + '.');
  if (!x.variable.empty()) lines += "Environment:\n.Ev " + std::string{x.variable} + " .\n";
  return lines;
}

std::string option_list() {
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto& x : all_options()) {
    text += ".It Fl -" + std::string{x.name};
    if (!x.argument.empty()) text += " Ar " + std::string{x.argument};
    text += '\n' + explained(x);
  }
  text += ".It Fl -config Ar FILE\n" +
          prose("lines of name = value, # begins a line of comment; see") +
          ".Xr scalesmall.conf 5 .\n.El\n";
  return text;
}

std::string verb_list() {
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto& x : client_verbs()) text += item(x.synopsis, x.help + '.');
  return text + ".El\n";
}

std::string setting_list() {
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto& x : all_options()) {
    const auto value = x.argument.empty() ? "on|off" : std::string{x.argument};
    text += ".It Sy " + std::string{x.name} + " = Ar " + value + '\n' + explained(x);
    if (adds_up(x)) text += "May be given several times.\n";
  }
  return text + ".El\n";
}

constexpr std::string_view synopsis = R"(.Sh SYNOPSIS
.Nm
.Cm node
.Op Ar options
.Nm
.Cm shell
.Op Ar options
.Nm
.Ar verb
.Op Ar arguments
.Op Fl -socket Ar PATH
.Op Fl -json
.Nm
.Cm keygen
.Nm
.Cm man
.Op Cm 1 | 5
.Nm
.Cm completion
.Cm bash | zsh
.Nm
.Cm example-config
.Nm
.Fl -help | -version
.Sh DESCRIPTION
The nodes of a cluster join named groups and serve ranges of keys.
Each node knows who serves what, without a server in the middle.
.Bl -tag -width Ds
.It Cm node
A node alone, until SIGINT or SIGTERM.
SIGHUP makes it read key file, seeds and log level again.
.It Cm shell
A node with an interactive shell; its command
.Cm help
lists the commands.
.It Ar verb
Asks or operates a node that runs on this machine.
.It Cm keygen
Prints a new key for
.Fl -key-file .
.It Cm man , Cm completion , Cm example-config
Print this page or
.Xr scalesmall.conf 5 ,
a script for a shell, and a configuration file in which everything is
commented out.
.El
)";

constexpr std::string_view rest_of_program = R"(.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/scalesmall/scalesmall.conf
The configuration of the service.
.It Pa /var/lib/scalesmall
The state of the service.
.It Pa /run/scalesmall
The sockets of services, one for each node.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
All worked.
.It 1
A command failed, an output could not be written, the node gave up, or it
refused the verb.
.It 2
An option, a variable, a file or a key was refused.
.It 3
No node answered.
.It 4
The node is not well
.Pq Cm health , Cm status Fl -check .
.It 5
The verb is not allowed to this user.
.El
.Sh EXAMPLES
A node that serves a range, and a second one that asks who does:
.Bd -literal -offset indent
scalesmall node --item "shop 0..99 8080" &
scalesmall shell --port 0 --peers 127.0.0.1:29999
.Ed
.Sh SEE ALSO
.Xr scalesmall.conf 5
)";

constexpr std::string_view about_config = R"(.Sh DESCRIPTION
The file that
.Fl -config
of
.Xr scalesmall 1
names holds one setting a line,
.Ar name
=
.Ar value .
Empty lines and lines that begin with # are passed over.
Blanks around names and values do not count, and quotes around a value are
taken off.
Environment and command line go before the file.
.Pp
A running node takes changes of peers, log-level and the keys in key-file by
.Cm scalesmall reload ,
and all others when it starts again.
)";

constexpr std::string_view rest_of_config = R"(.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/scalesmall/scalesmall.conf
The configuration of the service
.Pa scalesmall.service .
.It Pa /etc/scalesmall/NAME.conf
The configuration of the service
.Pa scalesmall@NAME.service .
.El
.Sh EXAMPLES
.Bd -literal -offset indent
peers = 10.0.0.5:29999, nodes.example:29999
item = shop 0..99 8080
.Ed
.Sh SEE ALSO
.Xr scalesmall 1
)";

}  // namespace

std::string program_manual() {
  return title("SCALESMALL", "1", "a node of groups that serve ranges of keys")
      .append(synopsis)
      .append(".Sh OPTIONS\n" + option_list())
      .append(
          ".Sh VERBS\n.Fl -socket Ar PATH\nchooses a node, and\n.Fl -json\n"
          "shows the answer as it came.\n")
      .append(verb_list())
      .append(rest_of_program);
}

std::string config_manual() {
  return title("SCALESMALL.CONF", "5", "settings of a node")
      .append(about_config)
      .append(".Sh SETTINGS\n" + setting_list())
      .append(rest_of_config);
}

}  // namespace scalesmall
