#include "ops/verbs/coverage_map.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace scalesmall {

namespace {

constexpr std::size_t pieces_default = 512;
constexpr std::size_t pieces_limit = 4096;
/// Members that the answer tells of, besides those in its pieces.
constexpr std::size_t members_told_max = 1000;

std::uint64_t keys_in(key_range x) { return std::uint64_t{x.end_range} - x.start_range + 1; }

using keys_by_member = std::map<net_id, std::uint64_t>;

void add_first(keys_by_member& to, const owner_view& owners, std::uint64_t keys) {
  std::size_t distinct = 0;
  const net_id* last = nullptr;
  for (const auto& x : owners) {
    if (last != nullptr && *last == x.member) continue;
    if (++distinct > map_piece::owners_max) return;
    last = &x.member;
    to[x.member] += keys;
  }
}

std::vector<member_share> by_most_keys(const keys_by_member& keys) {
  std::vector<member_share> sorted;
  sorted.reserve(keys.size());
  for (const auto& [member, count] : keys) sorted.push_back({member, count});
  std::ranges::stable_sort(sorted, std::ranges::greater{}, &member_share::keys);
  return sorted;
}

std::vector<net_id> first_of(const keys_by_member& keys) {
  std::vector<net_id> first;
  for (const auto& x : by_most_keys(keys)) {
    if (first.size() == map_piece::owners_max) break;
    first.push_back(x.member);
  }
  return first;
}

/// One piece of a map, while pieces of the coverage are added to it.
class drawn_piece {
public:
  explicit drawn_piece(key_range range) { piece_.range = range; }

  void add(const coverage& all, const coverage_piece& x, key_range part) {
    const auto keys = keys_in(part);
    add_first(owners_, all.owners(x), keys);
    add_first(unreachable_, all.unreachable_owners(x), keys);
    piece_.members = std::max(piece_.members, x.members);
    if (x.members + x.unreachable == 0) piece_.uncovered += keys;
  }

  [[nodiscard]] map_piece finish() const {
    auto done = piece_;
    done.owners = first_of(owners_);
    done.unreachable = first_of(unreachable_);
    return done;
  }

private:
  map_piece piece_;
  keys_by_member owners_;
  keys_by_member unreachable_;
};

std::span<const coverage_piece> pieces_in(std::span<const coverage_piece> all, key_range window) {
  const auto first = std::ranges::lower_bound(
      all, window.start_range, {}, [](const coverage_piece& x) { return x.range.end_range; });
  const auto last = std::ranges::upper_bound(
      all, window.end_range, {}, [](const coverage_piece& x) { return x.range.start_range; });
  return {first, last};
}

key_range common(key_range a, key_range b) {
  return {std::max(a.start_range, b.start_range), std::min(a.end_range, b.end_range)};
}

/// The number of each member within the answer.
class member_numbers {
public:
  std::size_t of(const net_id& member) {
    const auto [at, is_new] = numbers_.emplace(member, members_.size());
    if (is_new) members_.push_back(member);
    return at->second;
  }

  json of_all(const std::vector<net_id>& members) {
    auto list = json::array();
    for (const auto& x : members) list.push_back(of(x));
    return list;
  }

  [[nodiscard]] const std::vector<net_id>& members() const { return members_; }

private:
  std::map<net_id, std::size_t> numbers_;
  std::vector<net_id> members_;
};

json to_json(const map_piece& x, member_numbers& numbers) {
  json row{{"start", x.range.start_range},
           {"end", x.range.end_range},
           {"owners", numbers.of_all(x.owners)},
           {"members", x.members}};
  if (!x.unreachable.empty()) row["unreachable"] = numbers.of_all(x.unreachable);
  if (x.uncovered != 0) row["uncovered"] = x.uncovered;
  return row;
}

json members_to_json(const std::vector<member_share>& shares, member_numbers& numbers,
                     const reachability_table& reach) {
  keys_by_member keys;
  for (const auto& x : shares) {
    if (numbers.members().size() < members_told_max) numbers.of(x.member);
    keys.emplace(x.member, x.keys);
  }
  auto list = json::array();
  for (const auto& member : numbers.members()) {
    const auto found = keys.find(member);
    list.push_back({{"member", to_string(member)},
                    {"keys", found == keys.end() ? 0 : found->second},
                    {"reachable", !reach.is_unreachable(member)}});
  }
  return list;
}

}  // namespace

std::vector<map_piece> map_of(const coverage& all, key_range window, std::size_t pieces_max) {
  const auto pieces = pieces_in(all.pieces(), window);
  std::vector<map_piece> drawn;
  if (pieces.size() <= pieces_max) {
    for (const auto& x : pieces) {
      const auto part = common(x.range, window);
      drawn_piece one{part};
      one.add(all, x, part);
      drawn.push_back(one.finish());
    }
    return drawn;
  }
  const auto width = (keys_in(window) + pieces_max - 1) / pieces_max;
  auto next = pieces.begin();
  for (auto start = std::uint64_t{window.start_range}; start <= window.end_range; start += width) {
    const auto end = std::min<std::uint64_t>(start + width - 1, window.end_range);
    const key_range column{static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)};
    drawn_piece one{column};
    while (next->range.end_range < column.start_range) ++next;
    for (auto x = next; x != pieces.end() && x->range.start_range <= column.end_range; ++x)
      one.add(all, *x, common(x->range, column));
    drawn.push_back(one.finish());
  }
  return drawn;
}

std::vector<member_share> shares_of(const std::vector<timed_item>& added) {
  keys_by_member keys;
  std::map<net_id, std::uint64_t> ends;  // the first key after all claims of the member so far
  for (const auto& x : added) {
    auto& end = ends[x.item.member];
    const auto stop = std::uint64_t{x.item.range.end_range} + 1;
    keys[x.item.member] +=
        stop - std::min(stop, std::max<std::uint64_t>(x.item.range.start_range, end));
    end = std::max(end, stop);
  }
  return by_most_keys(keys);
}

result<json, command_error> show_map(command_context& c, const arguments& a) {
  const auto pieces_max = a.count == 0 ? pieces_default : a.count;
  if (pieces_max > pieces_limit) {
    return command_error{command_fault::invalid_argument,
                         "N: at most " + std::to_string(pieces_limit) + " pieces can be asked for"};
  }
  const auto all = c.node.coverage(a.group);
  const auto inside = pieces_in(all.pieces(), a.range).size();
  const auto reach = c.node.reachability();
  member_numbers numbers;
  auto pieces = json::array();
  for (const auto& x : map_of(all, a.range, pieces_max)) pieces.push_back(to_json(x, numbers));
  json answer{{"start", a.range.start_range},
              {"end", a.range.end_range},
              {"exact", inside <= pieces_max},
              {"keys_served", all.keys_served()},
              {"gaps", all.gaps().size()},
              {"overlaps", all.overlaps().size()},
              {"unreachable_ranges", all.unreachable().size()},
              {"watching", reach.watching}};
  answer["members"] = members_to_json(shares_of(c.node.topology(a.group, op::add)), numbers, reach);
  answer["pieces"] = std::move(pieces);
  if (!c.show) return answer;
  auto text = map_text(answer);
  text.pop_back();  // the shell ends the line
  return json(std::move(text));
}

std::string map_text(const json& answer) {
  const auto& members = answer.at("members");
  std::string text;
  for (const auto& piece : answer.at("pieces")) {
    auto line = piece.at("start").dump() + ".." + piece.at("end").dump();
    line.resize(std::max<std::size_t>(line.size() + 2, 24), ' ');
    std::string owners;
    const auto append = [&](const json& list, const char* mark) {
      for (const auto& x : list)
        owners += (owners.empty() ? "" : ", ") +
                  members.at(x.get<std::size_t>()).at("member").get<std::string>() + mark;
    };
    append(piece.at("owners"), "");
    if (piece.contains("unreachable")) append(piece.at("unreachable"), " (unreachable)");
    if (piece.contains("uncovered"))
      owners +=
          owners.empty() ? "nobody" : ", nobody for " + piece.at("uncovered").dump() + " keys";
    text += line + owners + '\n';
  }
  return text;
}

}  // namespace scalesmall
