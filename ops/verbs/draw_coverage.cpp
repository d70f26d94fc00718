#include "ops/verbs/draw_coverage.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>

namespace scalesmall {

namespace {

constexpr std::size_t columns = 64;
constexpr std::uint64_t column_keys = (std::uint64_t{1} << 32) / columns;
constexpr std::size_t members_max = 32;
constexpr std::string_view nobody = "nobody";
constexpr std::string_view too_few = "too few";

/// The number of keys in each column.
using lane = std::array<std::uint64_t, columns>;

void add(lane& to, key_range range) {
  for (auto i = range.start_range / column_keys; i <= range.end_range / column_keys; ++i) {
    const auto first = std::max<std::uint64_t>(range.start_range, i * column_keys);
    const auto last = std::min<std::uint64_t>(range.end_range, (i + 1) * column_keys - 1);
    to[i] += last - first + 1;
  }
}

std::string draw(const lane& x, char whole, char part) {
  std::string text;
  for (const auto keys : x) text += keys == 0 ? ' ' : keys == column_keys ? whole : part;
  return text;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string percent(std::uint64_t keys) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%",
                100.0 * static_cast<double>(keys) / (columns * static_cast<double>(column_keys)));
  return text;
}

std::string count(std::size_t n, const std::string& what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

void append(std::string& text, const owner_view& owners, const char* mark) {
  for (const auto& x : owners)
    text +=
        (text.empty() ? "" : ", ") + to_string(x.member) + " port " + std::to_string(x.port) + mark;
}

/// The ranges that one member serves.
struct drawn_member {
  lane served{};
  lane loaded{};
  bool reachable = true;
};

using drawn_members = std::map<net_id, drawn_member>;

void draw_into(drawn_members& all, const owner_view& owners, key_range range, bool reachable) {
  const net_id* last = nullptr;
  for (const auto& x : owners) {
    auto& member = all[x.member];
    member.reachable = reachable;
    if (last == nullptr || *last != x.member) add(member.served, range);
    last = &x.member;
  }
}

std::string draw(const drawn_member& x) {
  auto text = x.reachable ? draw(x.served, '#', '+') : draw(x.served, '-', '.');
  const auto loaded = draw(x.loaded, 'O', 'o');
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == ' ') text[i] = loaded[i];
  return text;
}

/// A line of the list below the drawing.
struct listed_piece {
  key_range range;
  std::string owners;
};

std::string text_of(const listed_piece& x) {
  return '\n' +
         padded(std::to_string(x.range.start_range) + ".." + std::to_string(x.range.end_range),
                24) +
         x.owners;
}

/// The keys with fewer reachable owners than there are to be.
struct short_of_owners {
  lane where{};
  std::size_t ranges = 0;
};

std::string owners_of(const coverage& all, const planned_piece& x, std::uint32_t replicas) {
  std::string owners;
  append(owners, all.owners(x.what), "");
  append(owners, all.unreachable_owners(x.what), " (unreachable)");
  if (owners.empty()) owners = nobody;
  for (const auto& member : x.loading) owners += ", " + to_string(member) + " (loading)";
  if (x.what.members < replicas)
    owners += "; " + std::to_string(x.what.members) + " of " + std::to_string(replicas);
  return owners;
}

}  // namespace

std::vector<planned_piece> pieces_of(const coverage& x, const planned_coverage& plan) {
  std::vector<range_owner> loads;
  for (const auto& load : plan.loads) loads.push_back({load.member, load.range, 1});
  const coverage loaded{routing_index{std::move(loads)}};
  std::vector<planned_piece> found;
  auto cut = loaded.pieces().begin();
  for (auto piece : x.pieces()) {
    const auto end = piece.range.end_range;
    for (bool more = true; more;) {
      while (cut->range.end_range < piece.range.start_range) ++cut;
      piece.range.end_range = std::min(end, cut->range.end_range);
      planned_piece part{piece, {}};
      for (const auto& load : loaded.owners(*cut)) part.loading.push_back(load.member);
      found.push_back(std::move(part));
      more = piece.range.end_range != end;
      if (more) piece.range.start_range = piece.range.end_range + 1;
    }
  }
  return found;
}

std::string draw_coverage(const coverage& x, const planned_coverage& plan) {
  const bool planned = plan.replicas != 0;
  drawn_members members;
  lane gaps{};
  short_of_owners few;
  std::vector<listed_piece> list;
  for (const auto& piece : pieces_of(x, plan)) {
    const auto& [range, reachable, unreachable] = piece.what;
    draw_into(members, x.owners(piece.what), range, true);
    draw_into(members, x.unreachable_owners(piece.what), range, false);
    for (const auto& member : piece.loading) add(members[member].loaded, range);
    if (reachable == 0 && unreachable == 0) add(gaps, range);
    auto owners = owners_of(x, piece, plan.replicas);
    const bool is_short = reachable < plan.replicas;
    if (is_short) add(few.where, range);
    if (planned && !list.empty() && list.back().owners == owners) {
      list.back().range.end_range = range.end_range;
    } else {
      list.push_back({range, std::move(owners)});
      few.ranges += std::size_t{is_short};
    }
  }

  std::size_t width = planned ? too_few.size() : nobody.size();
  for (const auto& [member, drawn] : members) width = std::max(width, to_string(member).size());
  const auto line = [&](std::string name, const std::string& drawn) {
    return padded(std::move(name), width) + " |" + drawn + "|\n";
  };
  std::string text;
  for (auto i = members.begin(); i != members.end(); ++i) {
    const auto drawn = static_cast<std::size_t>(std::distance(members.begin(), i));
    if (drawn == members_max) {
      text += "and " + count(members.size() - drawn, "member") + " more\n";
      break;
    }
    text += line(to_string(i->first), draw(i->second));
  }
  text += line(std::string{nobody}, draw(gaps, 'X', 'x'));
  if (planned) text += line(std::string{too_few}, draw(few.where, 'X', 'x'));
  text += percent(x.keys_served()) + " of all keys have an owner; " +
          count(x.gaps().size(), "gap") + ", ";
  // By plan several owners are what is wanted.
  text += planned ? count(few.ranges, "range") + " with fewer than " +
                        count(plan.replicas, "owner") + ", " + count(plan.loads.size(), "load")
                  : count(x.overlaps().size(), "overlap");
  if (const auto n = x.unreachable().size(); n != 0)
    text += ", " + count(n, "range") + " of unreachable members alone";
  for (const auto& piece : list) text += text_of(piece);
  return text;
}

}  // namespace scalesmall
