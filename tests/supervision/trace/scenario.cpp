#include "tests/supervision/trace/scenario.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace scalesmall::supervision::trace {

namespace {

std::size_t indentation(const std::string& line) { return line.find_first_not_of(' ') / 2; }

using lines = std::vector<std::string>;

node parse_node(const lines& all, std::size_t& at, std::size_t depth) {
  const auto line = all[at++];
  auto parts = words(line);
  node n;
  n.is_supervisor = parts[0] == "sup";
  const std::size_t fixed = n.is_supervisor ? 5 : 2;
  if ((parts[0] != "sup" && parts[0] != "worker") || parts.size() < fixed)
    throw std::invalid_argument("not a scenario: " + line);
  n.name = parts[1];
  n.options.assign(parts.begin() + static_cast<std::ptrdiff_t>(fixed), parts.end());
  if (!n.is_supervisor) return n;
  n.strategy = parts[2];
  n.intensity = std::stoi(parts[3]);
  n.period_s = std::stoi(parts[4]);
  while (at < all.size() && indentation(all[at]) == depth + 1)
    n.children.push_back(parse_node(all, at, depth + 1));
  return n;
}

}  // namespace

bool node::has(const std::string& option) const {
  return std::find(options.begin(), options.end(), option) != options.end();
}

std::optional<std::string> node::option(const std::string& key) const {
  for (const auto& o : options) {
    if (o.compare(0, key.size() + 1, key + '=') == 0) return o.substr(key.size() + 1);
  }
  return std::nullopt;
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> parts;
  for (std::string word; in >> word;) parts.push_back(word);
  return parts;
}

scenario parse_scenario(const std::string& text) {
  lines tree;
  scenario result;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    line = line.substr(0, line.find('#'));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty()) continue;
    const bool of_tree =
        result.actions.empty() && (line[0] == ' ' || line.compare(0, 4, "sup ") == 0);
    (of_tree ? tree : result.actions).push_back(line);
  }
  if (tree.empty()) throw std::invalid_argument("a scenario without a tree");
  std::size_t at = 0;
  result.root = parse_node(tree, at, 0);
  if (at != tree.size()) throw std::invalid_argument("not a scenario: " + tree[at]);
  return result;
}

}  // namespace scalesmall::supervision::trace
