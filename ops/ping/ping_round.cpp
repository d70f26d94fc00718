#include "ops/ping/ping_round.hpp"

#include <algorithm>

#include "messages/number.hpp"

namespace scalesmall {

namespace {

using kind = pinged_member::kind;

/// Of what a stranger says, for tables.
constexpr std::size_t version_bytes_max = 32;

constexpr std::string_view no_digest = "-";

std::string_view next_word(std::string_view& text) {
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

bool is_version(std::string_view x) {
  return !x.empty() && x.size() <= version_bytes_max &&
         std::ranges::all_of(x, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::string to_text(const ping_question& x) { return std::to_string(x.nonce); }

std::string to_text(const ping_answer& x) {
  return std::to_string(x.nonce) + ' ' + x.version + ' ' +
         (x.digest ? std::to_string(*x.digest) : std::string{no_digest});
}

std::optional<ping_question> parse_ping_question(std::string_view text) {
  const auto nonce = parse_digits<std::uint64_t>(next_word(text));
  if (!nonce) return {};
  return ping_question{*nonce};
}

std::optional<ping_answer> parse_ping_answer(std::string_view text) {
  const auto nonce = parse_digits<std::uint64_t>(next_word(text));
  const auto version = next_word(text);
  const auto digest_text = next_word(text);
  if (!nonce || !is_version(version)) return {};
  ping_answer x{*nonce, std::string{version}, {}};
  if (digest_text == no_digest) return x;
  const auto digest = parse_digits<std::uint64_t>(digest_text);
  if (!digest) return {};
  x.digest = *digest;
  return x;
}

std::string_view to_string(kind x) noexcept {
  switch (x) {
    case kind::silent:
      return "silent";
    case kind::same:
      return "same";
    case kind::differs:
      return "differs";
    case kind::part:
      break;
  }
  return "part";
}

ping_round::ping_round(const std::vector<net_id>& members) {
  for (const auto& member : members) members_.emplace(member, pinged_member{member});
}

void ping_round::hear(const net_id& member, const ping_answer& x, std::optional<std::uint64_t> own,
                      duration after) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  auto& known = found->second;
  if (!known.round_trip) known.round_trip = after;
  known.version = x.version;
  known.what = !own || !x.digest ? kind::part : *own == *x.digest ? kind::same : kind::differs;
}

bool ping_round::is_over() const {
  return std::ranges::all_of(members_, [](const auto& x) {
    return x.second.what == kind::same || x.second.what == kind::part;
  });
}

std::vector<net_id> ping_round::differing() const {
  std::vector<net_id> all;
  for (const auto& [member, x] : members_) {
    if (x.what == kind::differs) all.push_back(member);
  }
  return all;
}

std::vector<pinged_member> ping_round::outcome() const {
  std::vector<pinged_member> all;
  for (const auto& [member, x] : members_) all.push_back(x);
  return all;
}

}  // namespace scalesmall
