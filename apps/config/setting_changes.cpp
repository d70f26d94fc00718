#include "apps/config/setting_changes.hpp"

#include <algorithm>

namespace scalesmall {

namespace {

bool is_taken(const std::string& option, const options& before, const options& now) {
  return option == "peers" || option == "log-level" ||
         (option == "key-file" && takes_key_file(before, now));
}

std::string text_of(const options& x, const std::string& option) {
  const auto found = x.given.find(option);
  return found == x.given.end() ? std::string{} : found->second;
}

/// The options of which a running node takes nothing, with commas between them.
std::string left_out(const options& before, const options& now) {
  auto all = before.given;
  all.insert(now.given.begin(), now.given.end());
  std::string names;
  for (const auto& [name, text] : all) {
    if (is_taken(name, before, now) || text_of(before, name) == text_of(now, name)) continue;
    names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

template <class List, class Item>
bool holds(const List& list, const Item& item) {
  return std::ranges::find(list, item) != list.end();
}

std::string level_text(const options& x) { return x.log_level.value_or("the usual one"); }

}  // namespace

std::vector<std::string> changes_of(const options& before, const options& now) {
  std::vector<std::string> lines;
  for (const auto& x : now.peers) {
    if (!holds(before.peers, x)) lines.push_back("the seed " + to_string(x) + " is new");
  }
  for (const auto& x : before.peers) {
    if (!holds(now.peers, x)) lines.push_back(to_string(x) + " is a seed no longer");
  }
  if (before.log_level != now.log_level)
    lines.push_back("the log level is " + level_text(now) + ", it was " + level_text(before));
  if (before.key_file != now.key_file && takes_key_file(before, now))
    lines.push_back("the key file is \"" + now.key_file + '"');
  if (const auto names = left_out(before, now); !names.empty())
    lines.push_back("only the next start takes what has changed of: " + names);
  return lines;
}

std::vector<std::string> changes_of(const key_ring& before, const key_ring& now) {
  const auto has = [](const key_ring& ring, const key_ptr& key) {
    return std::ranges::any_of(
        ring.keys(), [&](const key_ptr& x) { return x->fingerprint() == key->fingerprint(); });
  };
  std::vector<std::string> lines;
  for (const auto& key : now.keys()) {
    if (!has(before, key)) lines.push_back("the key " + key->fingerprint() + " opens, too");
  }
  const auto sealing = [](const key_ring& ring) {
    return ring.primary() == nullptr ? std::string{} : ring.primary()->fingerprint();
  };
  if (const auto seals = sealing(now); seals != sealing(before) && !seals.empty())
    lines.push_back("the key " + seals + " seals");
  for (const auto& key : before.keys()) {
    if (!has(now, key)) lines.push_back("the key " + key->fingerprint() + " opens no longer");
  }
  return lines;
}

options taken(options before, const options& now) {
  const auto take = [&](const std::string& option) {
    before.given.erase(option);
    if (const auto found = now.given.find(option); found != now.given.end())
      before.given.insert(*found);
  };
  if (takes_key_file(before, now)) {
    before.key_file = now.key_file;
    take("key-file");
  }
  before.peers = now.peers;
  take("peers");
  before.log_level = now.log_level;
  take("log-level");
  return before;
}

}  // namespace scalesmall
