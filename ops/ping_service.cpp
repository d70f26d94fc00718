#include "ops/ping_service.hpp"

#include <random>
#include <scalesmall/node.hpp>
#include <utility>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/topology/interest.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

namespace {

constexpr const char* question_tag = "scalesmall.ping";
constexpr const char* answer_tag = "scalesmall.pong";

/// How often a node looks for answers, and how soon it asks a member again that knows something
/// else.
constexpr std::chrono::milliseconds look_step{5};
constexpr std::chrono::milliseconds ask_again_after{300};

/// An actor's thread, or that of an operator, does not wait for room.
constexpr std::chrono::milliseconds no_wait{0};

std::uint64_t fresh_nonce() {
  std::random_device entropy;
  return std::uint64_t{entropy()} << 32 | entropy();
}

bytes_view as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(bytes_view bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

struct ping_service::question {
  question(std::string in, std::vector<net_id> members)
      : group(std::move(in)), whom(std::move(members)), round(whom) {}

  std::string group;
  std::uint64_t nonce = fresh_nonce();
  std::vector<net_id> whom;  ///< to be asked next
  std::chrono::steady_clock::time_point asked_at = std::chrono::steady_clock::now();
  ping_round round;
};

ping_service::ping_service(node& host) : host_(host) {
  auto questions =
      host.on_message(question_tag, [this](const application_message& x) { answer(x); });
  auto answers = host.on_message(answer_tag, [this](const application_message& x) { hear(x); });
  // A node that stops already answers nobody.
  if (!questions || !answers)
    node_access::context(host).log->warn("this node takes part in no pings");
  if (questions) questions_ = std::move(*questions);
  if (answers) answers_ = std::move(*answers);
}

ping_service::~ping_service() {
  questions_.end();
  answers_.end();
}

std::optional<std::uint64_t> ping_service::digest_of(const std::string& group) const {
  const auto all = node_access::context(host_).topologies.read();
  const auto* state = find_group(*all, group);
  const auto interest = interest_in(*all, group);
  if (state == nullptr || !interest.is_whole()) return {};
  return hash_within(*state, interest);
}

void ping_service::answer(const application_message& x) {
  const auto asked = parse_ping_question(as_text(x.content));
  if (!asked) return note_unreadable(x.sender);
  const auto text = to_text(ping_answer{asked->nonce, SCALESMALL_VERSION, digest_of(x.group)});
  if (host_.broadcast(x.group, answer_tag, as_bytes(text), std::vector{x.sender}, no_wait)) return;
  const std::lock_guard lock{mutex_};
  if (const auto times = no_room_.note(std::chrono::steady_clock::now()))
    node_access::context(host_).log->warn("{} pings were not answered: there was no room", *times);
}

void ping_service::note_unreadable(const net_id& from) {
  const std::lock_guard lock{mutex_};
  if (const auto times = unreadable_.note(std::chrono::steady_clock::now()))
    node_access::context(host_).log->warn("{} pings cannot be read; the last is of {}", *times,
                                          to_string(from));
}

void ping_service::hear(const application_message& x) {
  const auto now = std::chrono::steady_clock::now();
  const auto heard = parse_ping_answer(as_text(x.content));
  if (!heard) return note_unreadable(x.sender);
  const auto own = digest_of(x.group);
  const std::lock_guard lock{mutex_};
  const auto found = open_.find(heard->nonce);
  if (found == open_.end() || found->second->group != x.group) return;
  found->second->round.hear(x.sender, *heard, own, now - found->second->asked_at);
  versions_[x.sender] = heard->version;
}

std::set<net_id> ping_service::known_nodes() const {
  const auto peers = host_.peers();
  return {peers.begin(), peers.end()};
}

std::vector<std::pair<net_id, std::string>> ping_service::versions() const {
  const auto known = known_nodes();
  std::vector<std::pair<net_id, std::string>> all;
  const std::lock_guard lock{mutex_};
  for (const auto& x : versions_) {
    if (known.contains(x.first)) all.emplace_back(x);
  }
  return all;
}

/// False if there is no room for the question.
bool ping_service::ask(question& x) {
  if (x.whom.empty()) return true;
  const auto text = to_text(ping_question{x.nonce});
  return host_.broadcast(x.group, question_tag, as_bytes(text), std::exchange(x.whom, {}), no_wait)
      .has_value();
}

/// Whether somebody has not answered yet.
bool ping_service::ask_again_where_needed(std::vector<question>& all, bool again) {
  bool waits = false;
  {
    const std::lock_guard lock{mutex_};
    for (auto& x : all) {
      waits |= !x.round.is_over();
      if (again) x.whom = x.round.differing();
    }
  }
  // Without room for a question the former answer stands.
  for (auto& x : all) static_cast<void>(ask(x));
  return waits;
}

ping_service::outcome ping_service::ping(const std::vector<std::string>& groups,
                                         std::chrono::milliseconds limit, pause& time) {
  std::vector<question> all;
  all.reserve(groups.size());
  for (const auto& group : groups) {
    auto members = host_.members(group);
    if (members.empty()) return call_error::unknown_group;
    std::erase(members, host_.id());
    all.emplace_back(group, std::move(members));
  }
  {
    const std::lock_guard lock{mutex_};
    for (auto& x : all) open_.emplace(x.nonce, &x);
  }
  bool asked = true;
  for (auto& x : all) asked = asked && ask(x);
  const auto end = time.now() + limit;
  auto next = time.now() + ask_again_after;
  while (asked && time.now() < end) {
    const bool again = time.now() >= next;
    if (again) next += ask_again_after;
    if (!ask_again_where_needed(all, again) || !time.wait_for(look_step)) break;
  }
  const auto known = known_nodes();
  const std::lock_guard lock{mutex_};
  std::erase_if(versions_, [&](const auto& x) { return !known.contains(x.first); });
  for (const auto& x : all) open_.erase(x.nonce);
  if (!asked) return call_error::unavailable;
  std::vector<std::vector<pinged_member>> outcomes;
  outcomes.reserve(all.size());
  for (const auto& x : all) outcomes.push_back(x.round.outcome());
  return outcomes;
}

}  // namespace scalesmall
