#include "ops/verbs/draw_coverage.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>

namespace scalesmall {

namespace {

constexpr std::size_t columns = 64;
constexpr std::uint64_t column_keys = (std::uint64_t{1} << 32) / columns;
constexpr std::size_t members_max = 32;
constexpr std::string_view nobody = "nobody";

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

}  // namespace

std::string draw_coverage(const coverage& x) {
  drawn_members members;
  lane gaps{};
  std::string pieces;
  for (const auto& piece : x.pieces()) {
    draw_into(members, x.owners(piece), piece.range, true);
    draw_into(members, x.unreachable_owners(piece), piece.range, false);
    std::string owners;
    append(owners, x.owners(piece), "");
    append(owners, x.unreachable_owners(piece), " (unreachable)");
    if (owners.empty()) add(gaps, piece.range);
    const auto range =
        std::to_string(piece.range.start_range) + ".." + std::to_string(piece.range.end_range);
    pieces += '\n' + padded(range, 24) + (owners.empty() ? std::string{nobody} : owners);
  }

  std::size_t width = nobody.size();
  for (const auto& [member, drawn] : members) width = std::max(width, to_string(member).size());
  std::string text;
  for (auto i = members.begin(); i != members.end(); ++i) {
    const auto drawn = static_cast<std::size_t>(std::distance(members.begin(), i));
    if (drawn == members_max) {
      text += "and " + count(members.size() - drawn, "member") + " more\n";
      break;
    }
    text += padded(to_string(i->first), width) + " |" +
            (i->second.reachable ? draw(i->second.served, '#', '+')
                                 : draw(i->second.served, '-', '.')) +
            "|\n";
  }
  text += padded(std::string{nobody}, width) + " |" + draw(gaps, 'X', 'x') + "|\n";
  text += percent(x.keys_served()) + " of all keys have an owner; " +
          count(x.gaps().size(), "gap") + ", " + count(x.overlaps().size(), "overlap");
  if (const auto n = x.unreachable().size(); n != 0)
    text += ", " + count(n, "range") + " of unreachable members alone";
  return text + pieces;
}

}  // namespace scalesmall
