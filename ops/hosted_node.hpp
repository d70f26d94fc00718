#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <scalesmall/network.hpp>
#include <scalesmall/node.hpp>

#include "ops/lease_keeper.hpp"
#include "ops/ping_service.hpp"
#include "ops/verbs/node_control.hpp"

namespace scalesmall {

/// What the program of a node does for its verbs, as in ops_config. Empty: they are refused.
struct program_calls {
  std::function<result<done, std::string>(const key_ring&)> save_keys = {};
  std::function<result<std::vector<std::string>, std::string>()> reload = {};
};

/// Serves a part of a group by plan for a program that loads nothing, and so is ready at once.
/// Errors: as node::serve.
[[nodiscard]] result<range_assignment, call_error> serve_ready(node& host, const std::string& group,
                                                               const serve_options& how);

/// Gives the verbs a real node, which must outlive this object.
class hosted_node final : public node_control {
public:
  /// Begins to wait until the node has heard of what its seeds know.
  explicit hosted_node(node& host, program_calls program = {});

  [[nodiscard]] net_id id() const override;
  [[nodiscard]] node_facts facts() const override;
  [[nodiscard]] neighbour_facts neighbours() const override;
  [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> counters() const override;
  [[nodiscard]] std::future<std::vector<net_id>> look_up(const std::string& host,
                                                         std::uint16_t port) const override;

  result<timed_item, call_error> join(const std::string& group, const std::vector<net_id>& peers,
                                      key_range range, keep longer) override;
  result<done, call_error> leave(const std::string& group) override;
  result<timed_item, call_error> add_item(const std::string& group, key_range range,
                                          std::uint16_t port, keep longer) override;
  result<timed_item, call_error> lease_item(const std::string& group, key_range range,
                                            std::uint16_t port,
                                            std::chrono::milliseconds ttl) override;
  result<std::vector<timed_item>, call_error> add_items(const std::string& group,
                                                        std::vector<served_range> served,
                                                        keep longer) override;
  result<std::vector<timed_item>, call_error> set_items(const std::string& group,
                                                        std::vector<served_range> served,
                                                        keep longer) override;
  result<timed_item, call_error> remove_item(const std::string& group, key_range range,
                                             std::uint16_t port) override;
  result<done, call_error> include(const std::string& group, const std::string& inner) override;
  result<done, call_error> exclude(const std::string& group, const std::string& inner) override;
  [[nodiscard]] std::vector<std::string> included(const std::string& group) const override;
  result<done, call_error> send(const std::string& group, const std::string& tag,
                                const std::string& text) override;
  [[nodiscard]] result<std::shared_ptr<void>, call_error> receive(
      const std::string& tag, std::function<void(received_text)> on_text) override;

  // The last two are also for what the program itself serves.
  result<done, call_error> serve(const std::string& group, const serve_options& how) override;
  result<done, call_error> drain(const std::string& group,
                                 std::chrono::milliseconds limit) override;
  result<done, call_error> take_over(const std::string& group) override;
  [[nodiscard]] std::optional<group_plan> plan(const std::string& group) const override;

  [[nodiscard]] std::vector<net_id> members(const std::string& group) const override;
  [[nodiscard]] std::vector<net_id> peers() const override;
  [[nodiscard]] std::vector<std::string> groups() const override;
  [[nodiscard]] std::vector<std::string> my_groups() const override;
  [[nodiscard]] std::vector<timed_item> topology(const std::string& group,
                                                 std::optional<op> which) const override;
  [[nodiscard]] key_store& keys() const override;
  [[nodiscard]] std::vector<range_owner> owners(const std::string& group,
                                                std::uint32_t key) const override;
  [[nodiscard]] std::vector<judged_owner> all_owners(const std::string& group,
                                                     std::uint32_t key) const override;
  [[nodiscard]] scalesmall::coverage coverage(const std::string& group) const override;
  [[nodiscard]] reachability_table reachability() const override;
  [[nodiscard]] result<std::shared_ptr<void>, call_error> watch(
      const std::string& group, std::function<void(const group_update&)> on_update) override;
  [[nodiscard]] std::vector<tree_row> tree() const override;
  [[nodiscard]] result<std::vector<std::vector<pinged_member>>, call_error> ping(
      const std::vector<std::string>& groups, std::chrono::milliseconds limit,
      pause& time) override;
  bool crash(const std::string& path) override;
  result<done, std::string> save_keys(const key_ring& keys) override;
  result<std::vector<std::string>, std::string> reload() override;

  /// As if serve() had begun these.
  void take(std::map<std::string, range_assignment> served);

private:
  [[nodiscard]] lease_keeper::effects effects_of_leases();

  node& host_;
  program_calls program_;
  lease_keeper leases_{effects_of_leases()};
  ping_service pings_{host_};
  std::int64_t started_at_;
  std::mutex mutex_;
  std::map<std::string, range_assignment> served_;  // by plan
  std::shared_ptr<std::atomic<bool>> ready_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace scalesmall
