#pragma once

#include <scalesmall/network.hpp>
#include <scalesmall/node.hpp>

#include "ops/verbs/node_control.hpp"

namespace scalesmall {

/// Gives the shell a real node, which must outlive this object, and that node's network.
class hosted_node final : public node_control {
public:
  hosted_node(node& host, std::shared_ptr<network> net) : host_(host), net_(std::move(net)) {}

  [[nodiscard]] net_id id() const override { return host_.id(); }

  [[nodiscard]] std::future<std::vector<net_id>> look_up(const std::string& host,
                                                         std::uint16_t port) const override {
    // Shared, because the answer may come when nobody waits for it any more.
    const auto answer = std::make_shared<std::promise<std::vector<net_id>>>();
    if (const auto numeric = parse_ip_address(host)) {
      answer->set_value(std::vector<net_id>{{*numeric, port}});
      return answer->get_future();
    }
    net_->resolve(host, port,
                  [answer](std::vector<net_id> found) { answer->set_value(std::move(found)); });
    return answer->get_future();
  }

  result<timed_item, call_error> join(const std::string& group, const std::vector<net_id>& peers,
                                      key_range range) override {
    return host_.join(group, peers, range);
  }
  result<done, call_error> leave(const std::string& group) override { return host_.leave(group); }
  result<timed_item, call_error> add_item(const std::string& group, key_range range,
                                          std::uint16_t port) override {
    return host_.add_item(group, range, port);
  }
  result<std::vector<timed_item>, call_error> add_items(const std::string& group,
                                                        std::vector<served_range> served) override {
    return host_.add_items(group, std::move(served));
  }
  result<std::vector<timed_item>, call_error> set_items(const std::string& group,
                                                        std::vector<served_range> served) override {
    return host_.set_items(group, std::move(served));
  }
  result<timed_item, call_error> remove_item(const std::string& group, key_range range,
                                             std::uint16_t port) override {
    return host_.remove_item(group, range, port);
  }

  [[nodiscard]] std::vector<net_id> members(const std::string& group) const override {
    return host_.members(group);
  }
  [[nodiscard]] std::vector<net_id> peers() const override { return host_.peers(); }
  [[nodiscard]] std::vector<std::string> groups() const override { return host_.groups(); }
  [[nodiscard]] std::vector<std::string> my_groups() const override { return host_.my_groups(); }
  [[nodiscard]] std::vector<timed_item> topology(const std::string& group,
                                                 std::optional<op> which) const override {
    return host_.topology(group, which);
  }

  [[nodiscard]] key_store& keys() const override { return host_.keys(); }

  [[nodiscard]] std::vector<range_owner> owners(const std::string& group,
                                                std::uint32_t key) const override {
    return host_.owners(group, key);
  }
  [[nodiscard]] std::vector<judged_owner> all_owners(const std::string& group,
                                                     std::uint32_t key) const override {
    return host_.owners(group, key, reach::all);
  }
  [[nodiscard]] scalesmall::coverage coverage(const std::string& group) const override {
    return host_.coverage(group);
  }
  [[nodiscard]] reachability_table reachability() const override { return host_.reachability(); }
  [[nodiscard]] result<std::shared_ptr<void>, call_error> watch(
      const std::string& group, std::function<void(const group_update&)> on_update) override {
    auto told = host_.subscribe(group, std::move(on_update));
    if (!told) return told.error();
    return std::shared_ptr<void>{std::make_shared<subscription>(std::move(*told))};
  }

  [[nodiscard]] std::vector<tree_row> tree() const override {
    std::vector<tree_row> rows;
    for (const auto& x : host_.tree()) {
      const bool worker = x.kind == supervision::child_type::worker;
      rows.push_back({x.path, worker ? "worker" : "supervisor", to_string(x.state), x.restarts});
    }
    return rows;
  }

  bool crash(const std::string& path) override { return host_.crash(path); }

private:
  node& host_;
  std::shared_ptr<network> net_;
};

}  // namespace scalesmall
