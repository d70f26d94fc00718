#include "ops/verbs/completion.hpp"

#include <algorithm>
#include <iterator>

#include "ops/verbs/commands.hpp"

namespace scalesmall {

std::vector<std::string> complete(const node_control& node, std::string_view line) {
  completion_source source;
  source.has = [](const command& x) { return x.run != nullptr; };
  source.groups = [&] { return node.groups(); };
  source.paths = [&] {
    std::vector<std::string> paths;
    std::ranges::transform(node.tree(), std::back_inserter(paths), &tree_row::path);
    return paths;
  };
  source.fingerprints = [&] {
    std::vector<std::string> all;
    for (const auto& key : node.keys().read()->keys()) all.push_back(key->fingerprint());
    return all;
  };
  return complete(source, line);
}

std::vector<std::string> complete(const completion_source& source, std::string_view line) {
  const auto begin = line.find_last_of(" \t") + 1;  // 0 if there is no blank
  const auto typed = line.substr(begin);
  const auto words = split_words(line.substr(0, begin));
  std::vector<std::string> candidates;
  if (!words) return candidates;

  const auto found = find_command(*words);
  if (!found) {
    const auto before = words->empty() ? std::string{} : words->front().text + ' ';
    for (const auto& x : all_commands()) {
      if (!source.has(x) || !x.name.starts_with(before) || words->size() > 1) continue;
      const auto rest = x.name.substr(before.size());
      candidates.emplace_back(rest.substr(0, rest.find(' ')));
    }
  } else {
    const auto kind = placeholder_at(found->which->pattern, words->size() - found->words);
    if (kind == "GROUP") candidates = source.groups();
    if (kind == "OP") candidates = {"add", "rmv", "get"};
    if (kind == "PATH") candidates = source.paths();
    if (kind == "FINGERPRINT") candidates = source.fingerprints();
    if (kind.starts_with("--")) candidates.emplace_back(kind);
    if (kind == "COMMAND") return complete(source, typed);
  }
  std::erase_if(candidates, [&](const std::string& x) { return !x.starts_with(typed); });
  std::ranges::sort(candidates);
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  return candidates;
}

}  // namespace scalesmall
