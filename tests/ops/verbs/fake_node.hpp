#pragma once

#include <algorithm>
#include <map>

#include "ops/verbs/node_control.hpp"
#include "ops/verbs/pause.hpp"

namespace scalesmall {

/// A node without a network. It answers from plain containers, which tests fill and read.
class fake_node final : public node_control {
public:
  std::map<std::string, std::vector<net_id>> joined;  ///< group -> given peers
  std::map<std::string, key_range> interests;
  std::vector<std::string> kept;  ///< the groups of the changes that were to be kept, in order
  std::map<std::string, std::vector<timed_item>> items;
  std::vector<net_id> member_list;
  reachability_table judged;
  std::vector<net_id> unwatched;  ///< do not take part in the detection of failures
  std::vector<std::string> crashed;
  std::optional<call_error> refusal;  ///< the answer of every change, if set
  /// The callback of `watch` until its result is released.
  std::function<void(const group_update&)> watching;
  bool throws = false;
  std::uint64_t restarts = 12;  ///< of the receiver; `crash` does not change it

  net_id id() const override { return *parse_net_id("127.0.0.1:29999"); }

  std::optional<std::string> unsavable;  ///< why keys cannot be saved
  std::vector<key_ring> saved;
  result<done, std::string> save_keys(const key_ring& keys) override {
    if (unsavable) return *unsavable;
    saved.push_back(keys);
    return done{};
  }

  result<std::vector<std::string>, std::string> reloaded = std::vector<std::string>{};
  result<std::vector<std::string>, std::string> reload() override { return reloaded; }

  node_facts told_facts{"0.1.0", "", false, true, 1'764'509'740, true};
  node_facts facts() const override { return told_facts; }
  neighbour_facts told_neighbours;
  neighbour_facts neighbours() const override { return told_neighbours; }
  std::vector<std::pair<std::string, std::uint64_t>> counters() const override {
    return {{"frames_sent", 7}, {"fault_bad_magic", 18'446'744'073'709'551'615U}};
  }

  std::vector<std::string> sent;  ///< group, tag and text of each message
  result<done, call_error> send(const std::string& group, const std::string& tag,
                                const std::string& text) override {
    if (refusal) return *refusal;
    sent.push_back(group + '|' + tag + '|' + text);
    return done{};
  }

  /// The callback of `receive` until its result is released, and its tag.
  std::function<void(received_text)> receiving;
  std::string tag;
  result<std::shared_ptr<void>, call_error> receive(
      const std::string& of, std::function<void(received_text)> on_text) override {
    if (refusal) return *refusal;
    tag = of;
    receiving = std::move(on_text);
    return std::shared_ptr<void>{nullptr, [this](void*) { receiving = nullptr; }};
  }

  std::map<std::string, std::vector<net_id>> names;       ///< what look_up finds at once
  mutable std::promise<std::vector<net_id>> silent_name;  ///< the answer for "silent"

  std::future<std::vector<net_id>> look_up(const std::string& host,
                                           std::uint16_t port) const override {
    if (host == "silent") return silent_name.get_future();
    std::promise<std::vector<net_id>> answer;
    const auto numeric = parse_ip_address(host);
    const auto known = names.find(host);
    answer.set_value(numeric                ? std::vector<net_id>{{*numeric, port}}
                     : known == names.end() ? std::vector<net_id>{}
                                            : known->second);
    return answer.get_future();
  }

  result<timed_item, call_error> join(const std::string& group, const std::vector<net_id>& peers,
                                      key_range range, keep longer) override {
    if (refusal) return *refusal;
    note_kept(group, longer);
    joined[group] = peers;
    interests[group] = range;
    return claim(group, range, op::get, 0);
  }

  result<done, call_error> leave(const std::string& group) override {
    if (refusal) return *refusal;
    if (joined.erase(group) == 0) return call_error::not_found;
    return done{};
  }

  result<timed_item, call_error> add_item(const std::string& group, key_range range,
                                          std::uint16_t port, keep longer) override {
    if (throws) throw std::runtime_error{"broken"};
    if (refusal) return *refusal;
    note_kept(group, longer);
    return claim(group, range, op::add, port);
  }

  std::vector<std::chrono::milliseconds> leases;
  result<timed_item, call_error> lease_item(const std::string& group, key_range range,
                                            std::uint16_t port,
                                            std::chrono::milliseconds ttl) override {
    if (refusal) return *refusal;
    leases.push_back(ttl);
    return claim(group, range, op::add, port);
  }

  std::map<std::string, std::vector<pinged_member>> pinged;
  result<std::vector<std::vector<pinged_member>>, call_error> ping(
      const std::vector<std::string>& groups, std::chrono::milliseconds, pause&) override {
    std::vector<std::vector<pinged_member>> all;
    for (const auto& group : groups) {
      if (!pinged.contains(group)) return call_error::unknown_group;
      all.push_back(pinged.at(group));
    }
    return all;
  }

  result<std::vector<timed_item>, call_error> add_items(const std::string& group,
                                                        std::vector<served_range> served,
                                                        keep longer) override {
    if (refusal) return *refusal;
    note_kept(group, longer);
    std::vector<timed_item> made;
    for (const auto& [range, port] : served) made.push_back(claim(group, range, op::add, port));
    return made;
  }

  result<std::vector<timed_item>, call_error> set_items(const std::string& group,
                                                        std::vector<served_range> served,
                                                        keep longer) override {
    if (refusal) return *refusal;
    items[group].clear();
    return add_items(group, std::move(served), longer);
  }

  result<timed_item, call_error> remove_item(const std::string& group, key_range range,
                                             std::uint16_t port) override {
    if (refusal) return *refusal;
    return claim(group, range, op::rmv, port);
  }

  std::map<std::string, std::vector<std::string>> inclusions;

  result<done, call_error> include(const std::string& group, const std::string& inner) override {
    if (refusal) return *refusal;
    inclusions[group].push_back(inner);
    return done{};
  }
  result<done, call_error> exclude(const std::string& group, const std::string& inner) override {
    if (std::erase(inclusions[group], inner) == 0) return call_error::not_found;
    return done{};
  }
  std::vector<std::string> included(const std::string& group) const override {
    const auto found = inclusions.find(group);
    return found == inclusions.end() ? std::vector<std::string>{} : found->second;
  }

  std::map<std::string, serve_options> services;  ///< by plan
  int drains_in_vain = 0;                         ///< so many calls of drain run out of time
  std::vector<std::string> taken_over;
  std::optional<group_plan> planned;

  result<done, call_error> serve(const std::string& group, const serve_options& how) override {
    if (refusal) return *refusal;
    services[group] = how;
    return done{};
  }
  result<done, call_error> drain(const std::string& group, std::chrono::milliseconds) override {
    if (refusal) return *refusal;
    if (!services.contains(group)) return call_error::not_found;
    if (drains_in_vain-- > 0) return call_error::timeout;
    services.erase(group);
    return done{};
  }
  result<done, call_error> take_over(const std::string& group) override {
    if (!services.contains(group)) return call_error::not_found;
    taken_over.push_back(group);
    return done{};
  }
  std::optional<group_plan> plan(const std::string&) const override { return planned; }

  std::vector<net_id> members(const std::string& group) const override {
    auto found = member_list;
    if (group == "scalesmall.live")
      std::erase_if(found, [this](const net_id& id) { return std::ranges::count(unwatched, id); });
    return found;
  }
  std::vector<net_id> peers() const override { return member_list; }
  std::vector<std::string> groups() const override { return my_groups(); }

  std::vector<std::string> my_groups() const override {
    std::vector<std::string> names;
    for (auto i = items.rbegin(); i != items.rend(); ++i) names.push_back(i->first);
    return names;
  }

  std::vector<timed_item> topology(const std::string& group,
                                   std::optional<op> which) const override {
    auto found = items.contains(group) ? items.at(group) : std::vector<timed_item>{};
    std::erase_if(found, [&](const timed_item& x) { return which && x.item.op != *which; });
    return found;
  }

  key_store& keys() const override { return key_store_; }

  std::vector<range_owner> owners(const std::string& group, std::uint32_t key) const override {
    return routes(group, true).owners(key).to_vector();
  }
  std::vector<judged_owner> all_owners(const std::string& group, std::uint32_t key) const override {
    std::vector<judged_owner> all;
    for (const bool reachable : {true, false}) {
      const auto index = routes(group, reachable);
      for (const auto& x : index.owners(key)) all.push_back({x, reachable});
    }
    return all;
  }
  scalesmall::coverage coverage(const std::string& group) const override {
    return scalesmall::coverage{routes(group, true), routes(group, false)};
  }
  reachability_table reachability() const override { return judged; }
  result<std::shared_ptr<void>, call_error> watch(
      const std::string& group, std::function<void(const group_update&)> on_update) override {
    if (refusal) return *refusal;
    on_update({group, true, {member_joined{id(), {1, 0}}}});
    watching = std::move(on_update);
    return std::shared_ptr<void>{nullptr, [this](void*) { watching = nullptr; }};
  }

  std::vector<tree_row> tree() const override {
    return {
        {"group_manager", "supervisor", "running", 0},
        {"group_manager/receiver", "worker", "running", restarts, "broken\x1b[31m", 1'764'509'740}};
  }

  bool crash(const std::string& path) override {
    if (path != "group_manager/receiver") return false;
    crashed.push_back(path);
    return true;
  }

private:
  mutable key_store key_store_;

  void note_kept(const std::string& group, keep longer) {
    if (longer == keep::yes) kept.push_back(group);
  }

  bool is_reachable(const net_id& member) const {
    return std::ranges::none_of(judged.members, [&](const member_reachability& x) {
      return x.member == member && x.state == reach_state::unreachable;
    });
  }

  routing_index routes(const std::string& group, bool reachable) const {
    std::vector<range_owner> all;
    for (const auto& x : topology(group, op::add)) {
      if (is_reachable(x.item.member) == reachable)
        all.push_back({x.item.member, x.item.range, x.item.port});
    }
    return routing_index{std::move(all)};
  }

  timed_item claim(const std::string& group, key_range range, op what, std::uint16_t port) {
    auto& list = items[group];
    const auto clock = static_cast<std::uint32_t>(list.size());
    return list.emplace_back(timed_item{{id(), range, what, port}, {1763793600, clock}});
  }
};

/// Virtual time that passes only in `wait_for`. After each wait `step` runs. When `budget` is
/// spent, `wait_for` reports that the program is to stop.
class virtual_pause final : public pause {
public:
  std::function<void()> step = [] {};
  std::chrono::milliseconds budget{1'000'000};

  std::chrono::steady_clock::time_point now() const override { return now_; }

  bool wait_for(std::chrono::milliseconds time) override {
    if (time > budget) return false;
    budget -= time;
    now_ += time;
    step();
    return true;
  }

private:
  std::chrono::steady_clock::time_point now_{};
};

}  // namespace scalesmall
