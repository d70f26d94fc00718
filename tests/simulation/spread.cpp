#include "tests/simulation/spread.hpp"

#include <algorithm>
#include <cmath>

namespace scalesmall::simulation {

namespace {

/// Ranges of one key each, out of the way of whatever else the nodes claim.
constexpr std::uint32_t first_key = 0x40000000;

/// Follows one change.
class follower {
public:
  follower(cluster& all, std::string group, std::size_t writer, std::uint32_t key)
      : all_(all),
        group_(std::move(group)),
        writer_(all.id_of(writer)),
        range_{key, key},
        knows_(all.size()),
        begun_(all.now()) {
    for (std::size_t i = 0; i < all.size(); ++i) missing_ += all.is_up(i) && i != writer;
    knows_[writer] = true;
  }

  void look(std::size_t node, unsigned round, spread& result) {
    if (knows_[node]) return;
    const auto* row = find_row(all_.node(node).state(), group_, writer_);
    if (!row || !find_claim(*row, range_)) return;
    knows_[node] = true;
    --missing_;
    result.times.push_back(all_.now() - begun_);
    result.rounds = std::max(result.rounds, round);
  }

  [[nodiscard]] std::size_t missing() const { return missing_; }

private:
  cluster& all_;
  std::string group_;
  net_id writer_;
  key_range range_;
  std::vector<bool> knows_;
  std::size_t missing_ = 0;
  time_point begun_;
};

}  // namespace

duration spread::until(double part) const {
  const auto all = static_cast<double>(times.size() + never);
  const auto needed = static_cast<std::size_t>(std::ceil(all * part - 1e-9));
  if (needed > times.size()) return duration::max();
  return needed == 0 ? duration{0} : times[needed - 1];
}

spread spread_changes(cluster& all, const std::string& group, std::size_t changes, duration limit) {
  spread result;
  for (std::size_t n = 0; n < changes; ++n) {
    const auto writer = all.random().below(all.size());
    const auto key = first_key + static_cast<std::uint32_t>(n);
    follower change{all, group, writer, key};
    all.on_arrival = [&](std::size_t node, unsigned round) { change.look(node, round, result); };
    all.add_item(writer, group, {key, key}, 80);
    (void)all.run_until([&] { return change.missing() == 0; }, limit);
    all.on_arrival = nullptr;
    result.never += change.missing();
  }
  std::ranges::sort(result.times);
  return result;
}

}  // namespace scalesmall::simulation
