#include "messages/digest.hpp"

#include "messages/split_mix.hpp"

namespace scalesmall {

namespace {

constexpr std::uint64_t fnv_prime = 0x100000001b3;
constexpr std::uint64_t fnv_basis = 0xcbf29ce484222325;

/// Hashes the `width` lowest bytes of x, the most significant first.
std::uint64_t fnv_1a(std::uint64_t hash, std::uint64_t x, unsigned width) noexcept {
  for (auto shift = 8 * width; shift != 0;) {
    shift -= 8;
    hash = (hash ^ (x >> shift & 0xff)) * fnv_prime;
  }
  return hash;
}

std::uint64_t begin(const local_clock& x) noexcept {
  auto hash = fnv_1a(fnv_basis, x.member.address.high(), 8);
  hash = fnv_1a(hash, x.member.address.low(), 8);
  hash = fnv_1a(hash, x.member.port, 2);
  hash = fnv_1a(hash, x.at.incarnation, 4);
  return fnv_1a(hash, x.at.counter, 4);
}

}  // namespace

std::uint64_t clock_hash(const local_clock& x) noexcept { return split_mix(begin(x)); }

std::uint64_t claim_hash(const timed_item& x) noexcept {
  auto hash = fnv_1a(begin(x.updated_at()), x.item.range.start_range, 4);
  hash = fnv_1a(hash, x.item.range.end_range, 4);
  hash = fnv_1a(hash, static_cast<std::uint64_t>(x.item.op), 1);
  return split_mix(fnv_1a(hash, x.item.port, 2));
}

std::size_t bytes_max_of(const group_digest& x) noexcept {
  constexpr std::size_t beside_name = 96;  // lengths, hashes, heads of columns
  constexpr std::size_t range_bytes = 10;
  constexpr std::size_t clock_bytes = 44;  // and its member in the table of net_ids
  return x.group_name.size() + beside_name + range_bytes * x.within.ranges().size() +
         clock_bytes * x.time.clocks().size();
}

std::size_t bytes_max_of(const digest& x) noexcept {
  std::size_t n = 0;
  for (const auto& group : x.groups) n += bytes_max_of(group);
  return n;
}

std::string_view to_string(exchange x) noexcept {
  switch (x) {
    case exchange::request:
      return "request";
    case exchange::answer:
      return "answer";
    case exchange::push:
      return "push";
    case exchange::rest:
      return "rest";
  }
  return "unknown";
}

}  // namespace scalesmall
