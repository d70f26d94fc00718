#include "ops/hosted_node.hpp"

#include <chrono>
#include <future>
#include <scalesmall/assignment.hpp>
#include <utility>

#include "actors/ask.hpp"
#include "actors/inbound/frame_admission.hpp"
#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/tree_reports.hpp"

namespace scalesmall {

namespace {

/// A node whose seeds do not answer counts as ready after this time: it may be the first one.
constexpr std::chrono::seconds ready_patience{10};

/// The group need not exist: what seeds know of it is asked for, and that they answer matters.
constexpr const char* any_group = "ready";

std::vector<leased_claim> claims_of(const std::string& group,
                                    const std::vector<served_range>& served) {
  std::vector<leased_claim> all;
  all.reserve(served.size());
  for (const auto& x : served) all.push_back({group, x.range, x.port});
  return all;
}

}  // namespace

result<range_assignment, call_error> serve_ready(node& host, const std::string& group,
                                                 const serve_options& how) {
  return host.serve(
      group, how,
      {[](const range_assigned& x, const range_answers& answers) { answers.ready(x.range); },
       [](const range_revoked& x, const range_answers& answers) { answers.released(x.range); },
       [](const range_lost&) {}});
}

hosted_node::hosted_node(node& host, program_calls program)
    : host_(host),
      program_(std::move(program)),
      started_at_(std::chrono::floor<std::chrono::seconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()) {
  host_.ready(
      any_group,
      [ready = ready_](const result<done, call_error>& x) {
        if (x || x.error() == call_error::timeout) ready->store(true);
      },
      ready_patience);
}

net_id hosted_node::id() const { return host_.id(); }

node_facts hosted_node::facts() const {
  const auto& config = node_access::context(host_).config;
  return {SCALESMALL_VERSION, config.cluster, config.plain == plain_frames::accepted,
          config.multicast,   started_at_,    ready_->load()};
}

neighbour_facts hosted_node::neighbours() const {
  const auto& intake = *node_access::context(host_).intake;
  return {intake.unreadable(), intake.refused_by(), intake.silent_hosts(), pings_.versions()};
}

std::vector<std::pair<std::string, std::uint64_t>> hosted_node::counters() const {
  return to_pairs(host_.counts());
}

std::future<std::vector<net_id>> hosted_node::look_up(const std::string& host,
                                                      std::uint16_t port) const {
  // Shared, because the answer may come when nobody waits for it any more.
  const auto answer = std::make_shared<std::promise<std::vector<net_id>>>();
  if (const auto numeric = parse_ip_address(host)) {
    answer->set_value(std::vector<net_id>{{*numeric, port}});
    return answer->get_future();
  }
  node_access::context(host_).net->resolve(
      host, port, [answer](std::vector<net_id> found) { answer->set_value(std::move(found)); });
  return answer->get_future();
}

result<timed_item, call_error> hosted_node::join(const std::string& group,
                                                 const std::vector<net_id>& peers, key_range range,
                                                 keep longer) {
  return host_.join(group, peers, range, longer);
}

result<done, call_error> hosted_node::leave(const std::string& group) {
  auto left = host_.leave(group);
  if (left) leases_.forget(group);
  return left;
}

result<timed_item, call_error> hosted_node::add_item(const std::string& group, key_range range,
                                                     std::uint16_t port, keep longer) {
  return leases_.claim({{group, range, port}},
                       [&] { return host_.add_item(group, range, port, longer); });
}

result<timed_item, call_error> hosted_node::lease_item(const std::string& group, key_range range,
                                                       std::uint16_t port,
                                                       std::chrono::milliseconds ttl) {
  return leases_.lease({group, range, port}, ttl,
                       [&] { return host_.add_item(group, range, port); });
}

lease_keeper::effects hosted_node::effects_of_leases() {
  return {[this](const leased_claim& x) {
            const auto removed = host_.remove_item(x.group, x.range, x.port);
            const auto& log = *node_access::context(host_).log;
            if (removed) {
              log.info("{}: the lease of {}..{} on port {} is over", x.group, x.range.start_range,
                       x.range.end_range, x.port);
            } else if (removed.error() != call_error::not_found) {  // somebody has taken it back
              log.warn("{}: the lease of {}..{} on port {} is over, and cannot be ended: {}",
                       x.group, x.range.start_range, x.range.end_range, x.port,
                       to_string(removed.error()));
            }
          },
          [this](const leased_claim& x) {
            const auto made = host_.add_item(x.group, x.range, x.port);
            if (made) return;
            node_access::context(host_).log->warn(
                "{}: {}..{} on port {} was claimed while its lease ended, and is lost: {}", x.group,
                x.range.start_range, x.range.end_range, x.port, to_string(made.error()));
          }};
}

result<std::vector<timed_item>, call_error> hosted_node::add_items(const std::string& group,
                                                                   std::vector<served_range> served,
                                                                   keep longer) {
  return leases_.claim(claims_of(group, served),
                       [&] { return host_.add_items(group, std::move(served), longer); });
}

result<std::vector<timed_item>, call_error> hosted_node::set_items(const std::string& group,
                                                                   std::vector<served_range> served,
                                                                   keep longer) {
  return leases_.claim(claims_of(group, served),
                       [&] { return host_.set_items(group, std::move(served), longer); });
}

result<timed_item, call_error> hosted_node::remove_item(const std::string& group, key_range range,
                                                        std::uint16_t port) {
  auto removed = host_.remove_item(group, range, port);
  if (removed) leases_.forget({group, range, port});
  return removed;
}

result<done, call_error> hosted_node::include(const std::string& group, const std::string& inner) {
  return host_.include(group, inner);
}

result<done, call_error> hosted_node::exclude(const std::string& group, const std::string& inner) {
  return host_.exclude(group, inner);
}

std::vector<std::string> hosted_node::included(const std::string& group) const {
  return host_.included(group);
}

result<done, call_error> hosted_node::send(const std::string& group, const std::string& tag,
                                           const std::string& text) {
  const auto* begin = reinterpret_cast<const std::uint8_t*>(text.data());
  return host_.broadcast(group, tag, {begin, text.size()}, {}, node::call_timeout);
}

result<std::shared_ptr<void>, call_error> hosted_node::receive(
    const std::string& tag, std::function<void(received_text)> on_text) {
  auto handler = host_.on_message(tag, [on = std::move(on_text)](const application_message& x) {
    on({x.sender, x.group, {reinterpret_cast<const char*>(x.content.data()), x.content.size()}});
  });
  if (!handler) return handler.error();
  return std::shared_ptr<void>{std::make_shared<message_handler>(std::move(*handler))};
}

result<done, call_error> hosted_node::serve(const std::string& group, const serve_options& how) {
  auto serving = serve_ready(host_, group, how);
  if (!serving) return serving.error();
  const std::lock_guard lock{mutex_};
  served_.insert_or_assign(group, std::move(*serving));
  return done{};
}

void hosted_node::take(std::map<std::string, range_assignment> served) {
  const std::lock_guard lock{mutex_};
  served_.merge(std::move(served));
}

result<done, call_error> hosted_node::drain(const std::string& group,
                                            std::chrono::milliseconds limit) {
  const auto drained =
      ask<done>(node_access::system(host_), host_.assignments(), drain_group{group}, limit);
  if (drained || drained.error() == call_error::not_found) {
    const std::lock_guard lock{mutex_};
    served_.erase(group);
  }
  return drained;
}

result<done, call_error> hosted_node::take_over(const std::string& group) {
  return ask<done>(node_access::system(host_), host_.assignments(), take_over_group{group},
                   node::call_timeout);
}

std::optional<group_plan> hosted_node::plan(const std::string& group) const {
  return host_.plan(group);
}

std::vector<net_id> hosted_node::members(const std::string& group) const {
  return host_.members(group);
}

std::vector<net_id> hosted_node::peers() const { return host_.peers(); }

std::vector<std::string> hosted_node::groups() const { return host_.groups(); }

std::vector<std::string> hosted_node::my_groups() const { return host_.my_groups(); }

std::vector<timed_item> hosted_node::topology(const std::string& group,
                                              std::optional<op> which) const {
  return host_.topology(group, which);
}

key_store& hosted_node::keys() const { return host_.keys(); }

std::vector<range_owner> hosted_node::owners(const std::string& group, std::uint32_t key) const {
  return host_.owners(group, key);
}

std::vector<judged_owner> hosted_node::all_owners(const std::string& group,
                                                  std::uint32_t key) const {
  return host_.owners(group, key, reach::all);
}

coverage hosted_node::coverage(const std::string& group) const { return host_.coverage(group); }

reachability_table hosted_node::reachability() const { return host_.reachability(); }

result<std::shared_ptr<void>, call_error> hosted_node::watch(
    const std::string& group, std::function<void(const group_update&)> on_update) {
  auto told = host_.subscribe(group, std::move(on_update));
  if (!told) return told.error();
  return std::shared_ptr<void>{std::make_shared<subscription>(std::move(*told))};
}

std::vector<tree_row> hosted_node::tree() const {
  std::vector<tree_row> rows;
  const auto failures = node_access::reports(host_).failures();
  for (const auto& x : host_.tree()) {
    const bool worker = x.kind == supervision::child_type::worker;
    rows.push_back({x.path, worker ? "worker" : "supervisor", to_string(x.state), x.restarts});
    const auto failed = failures.find(x.path);
    if (failed == failures.end()) continue;
    rows.back().last_reason = failed->second.reason;
    rows.back().last_failure_at =
        std::chrono::floor<std::chrono::seconds>(failed->second.at).count();
  }
  return rows;
}

result<std::vector<std::vector<pinged_member>>, call_error> hosted_node::ping(
    const std::vector<std::string>& groups, std::chrono::milliseconds limit, pause& time) {
  return pings_.ping(groups, limit, time);
}

bool hosted_node::crash(const std::string& path) { return host_.crash(path); }

result<done, std::string> hosted_node::save_keys(const key_ring& keys) {
  if (!program_.save_keys) return std::string{"the program of this node saves no keys"};
  return program_.save_keys(keys);
}

result<std::vector<std::string>, std::string> hosted_node::reload() {
  if (!program_.reload) return std::string{"the program of this node reads nothing again"};
  return program_.reload();
}

}  // namespace scalesmall
