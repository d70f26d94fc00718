#include "ops/verbs/commands.hpp"

#include <algorithm>
#include <array>
#include <exception>

#include "ops/verbs/assignment_commands.hpp"
#include "ops/verbs/coverage_map.hpp"
#include "ops/verbs/health_commands.hpp"
#include "ops/verbs/key_commands.hpp"
#include "ops/verbs/message_commands.hpp"
#include "ops/verbs/printable.hpp"
#include "ops/verbs/reachability_commands.hpp"
#include "ops/verbs/render.hpp"
#include "ops/verbs/routing_commands.hpp"
#include "ops/verbs/status_commands.hpp"

namespace scalesmall {

namespace {

using answer = result<json, command_error>;

/// How often `await` compares the count. It reads the topology without a message.
constexpr std::chrono::milliseconds await_step{5};
constexpr std::chrono::milliseconds await_default{10'000};

constexpr std::chrono::milliseconds crash_step{1};
constexpr std::chrono::milliseconds crash_limit{1'000};

json to_json(const timed_item& x) {
  return {{"member", to_string(x.item.member)},
          {"op", to_string(x.item.op)},
          {"start", x.item.range.start_range},
          {"end", x.item.range.end_range},
          {"port", x.item.port},
          {"incarnation", x.at.incarnation},
          {"clock", x.at.counter}};
}

json to_json(const tree_row& x) {
  const bool failed = !x.last_reason.empty();
  return {{"path", x.path},
          {"kind", x.kind},
          {"state", x.state},
          {"restarts", x.restarts},
          {"last_failure_at", failed ? json(utc_text(x.last_failure_at)) : json(nullptr)},
          {"last_reason", failed ? json(printable(x.last_reason)) : json(nullptr)}};
}

template <class T>
json to_json(const std::vector<T>& list) {
  auto array = json::array();
  for (const auto& x : list) array.push_back(to_json(x));
  return array;
}

json sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

answer to_answer(const result<timed_item, call_error>& x) {
  if (!x) return describe(x.error());
  return to_json(*x);
}

command_error stopping() { return {command_fault::unavailable, "the program is stopping"}; }

/// All addresses of all these peers. A program that stops does not wait for a name server.
result<std::vector<net_id>, command_error> addresses_of(command_context& c,
                                                        const std::vector<peer_address>& peers) {
  std::vector<std::future<std::vector<net_id>>> answers;
  answers.reserve(peers.size());
  for (const auto& peer : peers) answers.push_back(c.node.look_up(peer.host, peer.port));
  const auto self = c.node.id();
  std::vector<net_id> all;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    while (answers[i].wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
      if (c.deadline && c.time.now() >= *c.deadline)
        return command_error{command_fault::timeout,
                             "no name server has told the address of \"" + peers[i].host + '"'};
      if (!c.time.wait_for(await_step)) return stopping();
    }
    auto found = answers[i].get();
    if (found.empty()) {
      return command_error{command_fault::invalid_argument,
                           "HOST:PORT: no address is known of \"" + peers[i].host + '"'};
    }
    if (self.address.is_loopback())
      std::erase_if(found, [](const net_id& x) { return !x.address.is_loopback(); });
    if (found.empty()) {
      return command_error{command_fault::invalid_argument,
                           "HOST:PORT: \"" + to_string(peers[i]) +
                               "\" cannot reach this node at the loopback address " +
                               to_string(self) + ", start it with --address"};
    }
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

keep lasting(const arguments& a) { return a.keep ? keep::yes : keep::no; }

answer join(command_context& c, const arguments& a) {
  const auto peers = addresses_of(c, a.peers);
  if (!peers) return peers.error();
  const auto joined = c.node.join(a.group, *peers, a.range, lasting(a));
  if (!joined) return describe(joined.error());
  return json("ok");
}

answer leave(command_context& c, const arguments& a) {
  const auto left = c.node.leave(a.group);
  if (!left) return describe(left.error());
  std::erase_if(c.told, [&](const auto& x) { return x.first.first == a.group; });
  return json("ok");
}

/// Waits until the count reaches `N` from below or from above, so that arrivals and departures can
/// both be awaited. A count that is above `N` already, and was below when it was told last or was
/// never told, has passed `N` meanwhile: there is nothing to wait for. --at-most awaits departures
/// whatever was told.
template <class Count>
answer await(command_context& c, const arguments& a, Count count) {
  const auto limit = a.seconds.value_or(await_default);
  const auto end = c.time.now() + limit;
  auto& told = c.told[{a.group, a.op}];
  const auto told_before = told;
  told = count();
  const bool rising = !a.at_most && (told < a.count || told_before < a.count);
  while (rising ? told < a.count : told > a.count) {
    if (c.time.now() >= end) {
      return command_error{command_fault::timeout, "still " + std::to_string(told) + " after " +
                                                       std::to_string(limit.count()) + " ms"};
    }
    if (!c.time.wait_for(await_step)) return stopping();
    told = count();
  }
  return json(told);
}

answer await_members(command_context& c, const arguments& a) {
  return await(c, a, [&] { return c.node.members(a.group).size(); });
}

answer await_topology(command_context& c, const arguments& a) {
  return await(c, a, [&] { return c.node.topology(a.group, a.op).size(); });
}

answer list_topology(command_context& c, const arguments& a) {
  const auto items = c.node.topology(a.group, a.op);
  if (a.op) c.told[{a.group, a.op}] = items.size();
  return to_json(items);
}

std::optional<tree_row> row_at(const node_control& node, const std::string& path) {
  const auto rows = node.tree();
  const auto row = std::ranges::find(rows, path, &tree_row::path);
  return row == rows.end() ? std::nullopt : std::optional{*row};
}

/// Answers once the actor has thrown, so that the next command does not go to an actor that is
/// about to crash. A busy actor is awaited for one second at most.
answer crash(command_context& c, const arguments& a) {
  const auto before = row_at(c.node, a.path);
  if (!c.node.crash(a.path)) {
    return command_error{command_fault::not_found, "no actor runs at \"" + a.path + '"'};
  }
  const auto end = c.time.now() + crash_limit;
  while (row_at(c.node, a.path) == before && c.time.now() < end) {
    if (!c.time.wait_for(crash_step)) return stopping();
  }
  return json("ok");
}

answer sleep(command_context& c, const arguments& a) {
  if (!c.time.wait_for(*a.seconds)) return stopping();
  return json("ok");
}

/// A claim that ends is none that outlives the process.
answer add_item(command_context& c, const arguments& a) {
  if (!a.ttl) return to_answer(c.node.add_item(a.group, a.range, a.port, lasting(a)));
  if (a.keep)
    return command_error{command_fault::invalid_argument, "--keep and --ttl-s exclude each other"};
  return to_answer(c.node.lease_item(a.group, a.range, a.port, *a.ttl));
}

answer set_log_level(command_context& c, const arguments& a) {
  if (!c.set_log_level)
    return command_error{command_fault::unavailable, "this program does not change its log"};
  c.set_log_level(*a.level, a.seconds);
  return json("ok");
}

std::string synopsis(const command& x) {
  return std::string{x.name} + (x.pattern.empty() ? "" : " ") + std::string{x.pattern};
}

answer help(command_context&, const arguments& a) {
  std::string text;
  for (const auto& x : all_commands()) {
    if (x.run == nullptr) continue;
    if (!a.command.empty() && x.name.substr(0, x.name.find(' ')) != a.command) continue;
    auto line = synopsis(x);
    line.resize(std::max<std::size_t>(line.size(), 42), ' ');
    text += (text.empty() ? "" : "\n") + line + "  " + std::string{x.help};
  }
  if (text.empty()) {
    return command_error{command_fault::unknown_command, '"' + a.command + "\" is not a command"};
  }
  return json(std::move(text));
}

answer quit(command_context& c, const arguments&) {
  c.quit = true;
  return json(nullptr);
}

/// The ranges of a command, all on its port.
std::vector<served_range> served(const arguments& a) {
  std::vector<served_range> all;
  for (const auto& range : a.ranges) all.push_back({range, a.port});
  return all;
}

answer to_answer(const result<std::vector<timed_item>, call_error>& x) {
  if (!x) return describe(x.error());
  return to_json(*x);
}

answer done_or(const result<done, call_error>& x) {
  if (!x) return describe(x.error());
  return json("ok");
}

constexpr std::array<command, 47> commands{{
    {"status", "", "what this node is and knows, and what is wrong with it", &show_status, "GET",
     "/v1/status", &status_text},
    {"my_id", "", "the address and port of this node",
     [](command_context& c, const arguments&) { return answer{json(to_string(c.node.id()))}; },
     "GET", "/v1/id"},
    {"join", "GROUP [HOST:PORT...] [--range FROM..TO] [--keep]",
     "join a group, or a part of it, and tell these nodes of it", &join, "PUT",
     "/v1/groups/{GROUP}/me"},
    {"leave", "GROUP", "leave a group with all that was served in it", &leave, "DELETE",
     "/v1/groups/{GROUP}/me"},
    {"members", "GROUP [--reachable]", "who is in a group, or who of them is not unreachable",
     &list_members, "GET", "/v1/groups/{GROUP}/members"},
    {"reachability", "[GROUP]", "whom the nodes reach", &list_reachability, "GET",
     "/v1/reachability", &reachability_text},
    {"peers", "", "the nodes that this node knows",
     [](command_context& c, const arguments&) { return answer{names_of(c.node.peers())}; }, "GET",
     "/v1/peers"},
    {"groups", "", "all groups that are known",
     [](command_context& c, const arguments&) { return answer{sorted(c.node.groups())}; }, "GET",
     "/v1/groups"},
    {"my_groups", "", "the groups that this node is in",
     [](command_context& c, const arguments&) { return answer{sorted(c.node.my_groups())}; }, "GET",
     "/v1/my_groups"},
    {"add_item", "GROUP FROM TO PORT [--keep] [--ttl-s TTL]",
     "serve a range of keys on a port; --keep: also after a restart; --ttl-s: for some seconds",
     &add_item, "PUT", "/v1/groups/{GROUP}/me/ranges/{FROM}-{TO}"},
    {"add_items", "GROUP PORT FROM..TO [FROM..TO...] [--keep]",
     "serve these ranges, too, in one step",
     [](command_context& c, const arguments& a) {
       return to_answer(c.node.add_items(a.group, served(a), lasting(a)));
     },
     "POST", "/v1/groups/{GROUP}/me/ranges"},
    {"set_items", "GROUP PORT [FROM..TO...] [--keep]", "serve exactly these ranges",
     [](command_context& c, const arguments& a) {
       return to_answer(c.node.set_items(a.group, served(a), lasting(a)));
     },
     "PUT", "/v1/groups/{GROUP}/me/ranges"},
    {"remove_item", "GROUP FROM TO PORT", "no longer serve it",
     [](command_context& c, const arguments& a) {
       return to_answer(c.node.remove_item(a.group, a.range, a.port));
     },
     "DELETE", "/v1/groups/{GROUP}/me/ranges/{FROM}-{TO}"},
    {"serve", "GROUP PORT [--capacity W] [--replicas R] [--zone ZONE] [--slots S] [--expect N]",
     "serve a part of a group that its nodes choose together", &serve_by_plan, "PUT",
     "/v1/groups/{GROUP}/me/plan"},
    {"drain", "GROUP [SECONDS]", "give that up once others serve it (60 s)", &drain_by_plan,
     "DELETE", "/v1/groups/{GROUP}/me/plan", nullptr, command::kind::follows},
    {"plan", "GROUP", "who is to serve how much, and how far it is done", &show_plan, "GET",
     "/v1/groups/{GROUP}/plan", &plan_text},
    {"takeover", "GROUP", "plan without the members that are gone, at all nodes", &take_over,
     "POST", "/v1/groups/{GROUP}/takeover"},
    {"include", "GROUP INNER", "let a group stand for another one, too",
     [](command_context& c, const arguments& a) {
       return done_or(c.node.include(a.group, a.inner));
     },
     "PUT", "/v1/groups/{GROUP}/included/{INNER}"},
    {"exclude", "GROUP INNER", "this node no longer states that",
     [](command_context& c, const arguments& a) {
       return done_or(c.node.exclude(a.group, a.inner));
     },
     "DELETE", "/v1/groups/{GROUP}/included/{INNER}"},
    {"included", "GROUP", "the groups that a group includes",
     [](command_context& c, const arguments& a) {
       return answer{sorted(c.node.included(a.group))};
     },
     "GET", "/v1/groups/{GROUP}/included"},
    {"topology", "GROUP [OP]", "who serves (add), no longer serves (rmv), wants (get) what",
     &list_topology, "GET", "/v1/groups/{GROUP}/topology"},
    {"owners", "GROUP KEY [--all]", "who serves a key, given as a number or as a text",
     &list_owners, "GET", "/v1/groups/{GROUP}/owners"},
    {"coverage", "GROUP", "who serves what of the whole range, with gaps", &list_coverage, "GET",
     "/v1/groups/{GROUP}/coverage", &coverage_text},
    {"map", "GROUP [--columns N] [--range FROM..TO]",
     "the same in at most N pieces (512), for a picture", &show_map, "GET",
     "/v1/groups/{GROUP}/map", &map_text},
    {"watch",
     "GROUP [SECONDS] [--exec CMD]",
     "what happens to a group (in the shell for 10 s)",
     &watch_group,
     {},
     {},
     nullptr,
     command::kind::follows},
    {"events", "[--type TYPES] [--group GROUP] [--after ID]", "what happens, as it happens",
     nullptr, "GET", "/v1/events", nullptr, command::kind::streams},
    {"await members",
     "GROUP N [SECONDS] [--at-most]",
     "wait until the group has N members, or no more than N (10 s)",
     &await_members,
     {},
     {},
     nullptr,
     command::kind::follows},
    {"await topology",
     "GROUP OP N [SECONDS] [--at-most]",
     "wait until it has N such items, or no more than N (10 s)",
     &await_topology,
     {},
     {},
     nullptr,
     command::kind::follows},
    {"send", "GROUP TAG TEXT", "send a program message to the other members", &send_text, "POST",
     "/v1/groups/{GROUP}/messages"},
    {"receive", "TAG [SECONDS]", "the program messages that come meanwhile (10 s)", &receive_texts},
    {"counters", "", "what this node has sent, received and dropped", &list_counters, "GET",
     "/v1/counters", &counters_text},
    {"tree", "", "the supervision tree",
     [](command_context& c, const arguments&) { return answer{to_json(c.node.tree())}; }, "GET",
     "/v1/tree"},
    {"ping", "[GROUP]", "ask the members of a group, or of mine, whether they know the same",
     &ping_members, "POST", "/v1/ping", &ping_text},
    {"doctor", "", "what is wrong with this node, and what to do", &show_findings, "GET",
     "/v1/doctor", &findings_text},
    {"logs", "[--level LEVEL] [--after ID]", "the log from info or LEVEL on, as it is written",
     nullptr, "GET", "/v1/logs", nullptr, command::kind::streams},
    {"log_level", "LEVEL [--for SECONDS]", "write the log from LEVEL on, for a time",
     &set_log_level, "PUT", "/v1/log-level"},
    {"crash", "PATH", "make the actor at this path of the tree throw", &crash, "POST",
     "/v1/tree/crash"},
    {"keys list", "", "the keys of this node by their fingerprints", &list_keys, "GET", "/v1/keys"},
    {"keys add", "FILE [--save]",
     "open with the keys in this file, too; --save: write the node's key file", &add_keys, "POST",
     "/v1/keys"},
    {"keys use", "FINGERPRINT [--save]", "seal with this key from now on", &use_key, "PUT",
     "/v1/keys/primary"},
    {"keys remove", "FINGERPRINT [--save]", "no longer open with this key", &remove_key, "DELETE",
     "/v1/keys/{FINGERPRINT}"},
    {"reload", "", "read key file, seeds and log level again", &reload_settings, "POST",
     "/v1/reload", &reload_text},
    {"attach",
     "",
     "a shell on the node, with history and completion",
     nullptr,
     {},
     {},
     nullptr,
     command::kind::follows},
    {"debug",
     "[FILE] [SECONDS]",
     "put what the node tells of itself into a tar file, counters twice (10 s apart)",
     nullptr,
     {},
     {},
     nullptr,
     command::kind::follows},
    {"sleep", "SECONDS", "do nothing for a while", &sleep},
    {"help", "[COMMAND]", "this text", &help},
    {"quit", "", "stop the node and end", &quit},
}};

}  // namespace

std::span<const command> all_commands() { return commands; }

result<named_command, command_error> find_command(std::span<const word> words) {
  const auto first = words.empty() ? std::string{} : words[0].text;
  const auto both = words.size() < 2 ? first : first + ' ' + words[1].text;
  for (const auto& x : commands) {
    if (x.name == first) return named_command{&x, 1};
    if (x.name == both) return named_command{&x, 2};
  }
  const auto begins = [&](const command& x) { return x.name.starts_with(first + ' '); };
  if (const auto found = std::ranges::find_if(commands, begins); found != commands.end()) {
    return command_error{command_fault::invalid_argument,
                         '"' + both + "\" is not complete; help " + first + " says how it goes"};
  }
  return command_error{command_fault::unknown_command,
                       '"' + first + "\" is not a command; help lists them"};
}

result<json, command_error> run_command(command_context& context, std::string_view line) {
  try {
    const auto words = split_words(line);
    if (!words) return words.error();
    const auto found = find_command(*words);
    if (!found) return found.error();
    if (found->which->run == nullptr)
      return command_error{
          command_fault::unavailable,
          "a node is asked for it from outside: scalesmall " + std::string{found->which->name}};
    const auto parsed =
        parse_arguments(found->which->pattern, std::span{*words}.subspan(found->words));
    if (!parsed) return parsed.error();
    return found->which->run(context, *parsed);
  } catch (const std::exception& e) {
    return command_error{command_fault::internal, e.what()};
  }
}

}  // namespace scalesmall
