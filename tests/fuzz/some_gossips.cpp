// Writes frames with invented gossips to stdout, each after its length in four bytes, most
// significant first:
//   some_gossips COUNT SEED LIFE MEMBER...
// LIFE is about the incarnation of the members, which are six nodes as HOST:PORT.

#include <array>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include "messages/codec/codec.hpp"
#include "net/frames/frame.hpp"
#include "net/rng.hpp"
#include "tests/fuzz/some_gossip.hpp"

using namespace scalesmall;

namespace {

void write(const bytes& frame) {
  const auto size = static_cast<std::uint32_t>(frame.size());
  for (const int shift : {24, 16, 8, 0}) std::cout.put(static_cast<char>(size >> shift & 0xFFU));
  std::cout.write(reinterpret_cast<const char*>(frame.data()),
                  static_cast<std::streamsize>(frame.size()));
}

/// As of a node whose gossips have about these numbers.
bytes some_frame(rng& random, std::uint32_t life, const fuzz::member_list& among) {
  bytes decisions(64 + random.below(192));
  for (auto& x : decisions) x = static_cast<std::uint8_t>(random.below(256));
  fuzz::choices in{decisions};
  const auto number = std::uint64_t{life} << 32U | (16 + random.below(1'000));
  return frame_codec{}.wrap(encode(fuzz::some_gossip(in, life, number, among)));
}

void write_all(const std::vector<std::string>& arguments) {
  if (arguments.size() != 3 + fuzz::members)
    throw std::invalid_argument{"wrong number of arguments"};
  rng random{std::stoull(arguments[1])};
  const auto life = static_cast<std::uint32_t>(std::stoul(arguments[2]));
  fuzz::member_list among;
  for (std::size_t n = 0; n < fuzz::members; ++n) among[n] = parse_net_id(arguments[3 + n]).value();
  for (auto left = std::stoull(arguments[0]); left > 0 && std::cout; --left)
    write(some_frame(random, life, among));
}

}  // namespace

int main(int argc, char** argv) try {
  write_all({argv + 1, argv + argc});
  return std::cout.flush() ? 0 : 1;
} catch (const std::exception& why) {
  std::cerr << "some_gossips: " << why.what() << '\n';
  return 2;
}
