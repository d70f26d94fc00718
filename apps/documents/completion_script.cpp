#include "apps/documents/completion_script.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "apps/client/client_command.hpp"
#include "apps/config/option_table.hpp"

namespace scalesmall {

namespace {

/// What a word may be that begins a command line.
struct first_word {
  std::string name;
  std::string help;
  std::vector<client_verb> forms;  ///< of a verb; two and more if it has a second word
};

bool is_placeholder(std::string_view word) {
  return word.empty() || word.front() == '[' || (word.front() >= 'A' && word.front() <= 'Z');
}

/// The word of a synopsis at this place, from 0.
std::string word_at(std::string_view synopsis, std::size_t place) {
  for (; place > 0; --place) {
    const auto blank = synopsis.find(' ');
    synopsis = blank == synopsis.npos ? std::string_view{} : synopsis.substr(blank + 1);
  }
  return std::string{synopsis.substr(0, synopsis.find(' '))};
}

std::vector<first_word> first_words() {
  std::vector<first_word> all{{"node", "a node alone", {}},
                              {"shell", "a node with an interactive shell", {}},
                              {"keygen", "print a new key", {}},
                              {"man", "print a page of the manual", {}},
                              {"completion", "print a script for a shell", {}},
                              {"example-config", "print a configuration file", {}}};
  for (const auto& x : client_verbs()) {
    auto name = word_at(x.synopsis, 0);
    const auto known = std::ranges::find(all, name, &first_word::name);
    if (known != all.end())
      known->forms.push_back(x);
    else
      all.push_back({std::move(name), x.help, {x}});
  }
  return all;
}

/// The options of a synopsis, and those of every verb, with blanks between.
std::string options_of(std::string_view synopsis) {
  std::string options = "--json --socket";
  for (auto at = synopsis.find("--"); at != synopsis.npos; at = synopsis.find("--", at + 1))
    options += ' ' + std::string{synopsis.substr(at, synopsis.find_first_of(" ]", at) - at)};
  return options;
}

/// What bash may offer for the value of an option.
std::string values_of(const option_row& x) {
  const std::string_view argument = x.argument;
  if (argument == "FILE") return "-f";
  if (argument == "DIR") return "-d";
  if (argument == "LEVEL") {
    std::string levels;
    for (auto rest = x.allowed; !rest.empty();) {
      const auto end = rest.find_first_of(", ");
      if (const auto word = rest.substr(0, end); !word.empty() && word != "or")
        levels += ' ' + std::string{word};
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
    return "-W '" + levels.substr(1) + '\'';
  }
  std::string words;
  for (auto rest = argument; !rest.empty();) {
    const auto end = rest.find('|');
    if (const auto word = rest.substr(0, end); !is_placeholder(word))
      words += (words.empty() ? "" : " ") + std::string{word};
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  return words.empty() ? "" : "-W '" + words + '\'';
}

/// The value of an option of `node`, for each kind of value one pattern of `case`.
std::string value_cases() {
  std::map<std::string, std::string> patterns{{"-f", "--config|--socket"}};
  for (const auto& x : all_options()) {
    if (x.argument.empty()) continue;
    auto& pattern = patterns[values_of(x)];
    pattern += (pattern.empty() ? "--" : "|--") + std::string{x.name};
  }
  std::string cases;
  for (const auto& [values, pattern] : patterns) {
    cases += "    " + pattern + ") ";
    cases += values.empty() ? "return ;;\n"
                            : "COMPREPLY=($(compgen " + values + " -- \"$current\")); return ;;\n";
  }
  return cases;
}

std::string node_options() {
  std::string names = "--config --help";
  for (const auto& x : all_options()) names += " --" + std::string{x.name};
  return names;
}

/// The function of the scripts that lists what may stand for a placeholder.
std::string source_of(std::string_view placeholder) {
  if (placeholder == "GROUP" || placeholder == "[GROUP]") return "_scalesmall_groups";
  if (placeholder == "PATH") return "_scalesmall_paths";
  if (placeholder == "LEVEL") return "_scalesmall_levels";
  return {};
}

std::string bash_case(const first_word& x) {
  if (x.forms.empty()) return {};
  const auto quoted = [](const std::string& words) { return "words='" + words + "'; "; };
  std::string second;
  std::string body;
  std::string options;
  for (const auto& form : x.forms) {
    const auto word = word_at(form.synopsis, 1);
    if (!is_placeholder(word)) second += (second.empty() ? "" : " ") + word;
    options = options_of(form.synopsis);
    if (const auto source = source_of(word); !source.empty()) body = "source=" + source + "; ";
  }
  if (!second.empty()) body = "[ \"$COMP_CWORD\" = 2 ] && second='" + second + "'; ";
  return "    " + x.name + ") " + body + quoted(options) + ";;\n";
}

/// A text within single quotes, in which zsh sees a colon as the end of a word.
std::string zsh_entry(const std::string& word, const std::string& help) {
  std::string text;
  for (const char c : help) {
    if (c == '\'')
      text += "'\\''";
    else if (c == ':')
      text += "\\:";
    else
      text += c;
  }
  return "    '" + word + ':' + text + "'\n";
}

std::string zsh_case(const first_word& x) {
  if (x.forms.empty()) return {};
  std::string body = "      " + x.name + ")\n        entries=(\n";
  const auto pad = std::string(6, ' ');
  std::string source;
  for (const auto& form : x.forms) {
    const auto word = word_at(form.synopsis, 1);
    if (!is_placeholder(word) && word.front() != '-') body += pad + zsh_entry(word, form.help);
    if (source.empty()) source = source_of(word);
  }
  const auto& last = x.forms.back().synopsis;
  for (auto rest = options_of(last) + ' '; !rest.empty(); rest.erase(0, rest.find(' ') + 1))
    body += pad + zsh_entry(rest.substr(0, rest.find(' ')), "an option");
  body += "        )\n";
  if (!source.empty()) {
    body += "        (( CURRENT == 3 )) && entries+=(${${${(f)\"$(" + source +
            ")\"}//\\\\/\\\\\\\\}//:/\\\\:})\n";
  }
  return body + "        ;;\n";
}

// What the node that runs knows, a name a line; nothing if it does not answer at once.
constexpr std::string_view source_functions = R"bash(_scalesmall_groups() {
  timeout 0.5 scalesmall groups 2>/dev/null | grep -vx '(none)'
}
_scalesmall_paths() {
  timeout 0.5 scalesmall tree 2>/dev/null | sed 1d | cut -d ' ' -f 1
}
_scalesmall_levels() {
  printf '%s\n' debug info warning error critical
}

)bash";

// Strangers choose names of groups, and compgen -W would run what is in them.
constexpr std::string_view offer_function =
    R"bash(# Offers the lines of its input that begin with $current, quoted for the shell.
_scalesmall_offer() {
  local line
  while IFS= read -r line; do
    [[ $line == "$current"* ]] && COMPREPLY+=("$(printf %q "$line")")
  done
}

)bash";

}  // namespace

std::string bash_completion() {
  std::string firsts;
  std::string cases;
  for (const auto& x : first_words()) {
    firsts += (firsts.empty() ? "" : " ") + x.name;
    cases += bash_case(x);
  }
  std::string text = "# bash completion for scalesmall, made by scalesmall completion bash\n\n";
  text += source_functions;
  text += offer_function;
  text +=
      "_scalesmall() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local words='' second='' source=''\n"
      "  COMPREPLY=()\n"
      "  case $previous in\n" +
      value_cases() +
      "  esac\n"
      "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '" +
      firsts +
      " --help --version' -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${COMP_WORDS[1]} in\n"
      "    node|shell) words='" +
      node_options() +
      "' ;;\n"
      "    man) words='1 5' ;;\n"
      "    completion) words='bash zsh' ;;\n" +
      cases +
      "  esac\n"
      "  [ -n \"$second\" ] && words=$second\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  [ -n \"$source\" ] && [ \"$COMP_CWORD\" = 2 ] && _scalesmall_offer < <(\"$source\")\n"
      "  return 0\n"
      "}\n"
      "complete -F _scalesmall scalesmall\n";
  return text;
}

std::string zsh_completion() {
  std::string firsts;
  std::string cases;
  for (const auto& x : first_words()) {
    firsts += zsh_entry(x.name, x.forms.size() > 1 ? "several verbs" : x.help);
    cases += zsh_case(x);
  }
  std::string options = zsh_entry("--config", "lines of name = value");
  for (const auto& x : all_options())
    options += zsh_entry("--" + std::string{x.name}, std::string{x.help});
  std::string text = "#compdef scalesmall\n# made by scalesmall completion zsh\n\n";
  text += source_functions;
  text +=
      "_scalesmall() {\n"
      "  local -a entries\n"
      "  if (( CURRENT == 2 )); then\n"
      "    entries=(\n" +
      firsts +
      "    )\n"
      "  else\n"
      "    case $words[2] in\n"
      "      node|shell)\n"
      "        entries=(\n" +
      options +
      "        )\n"
      "        ;;\n"
      "      man) entries=(1 5) ;;\n"
      "      completion) entries=(bash zsh) ;;\n" +
      cases +
      "    esac\n"
      "  fi\n"
      "  _describe -o word entries || _files\n"
      "}\n\n"
      "_scalesmall \"$@\"\n";
  return text;
}

}  // namespace scalesmall
