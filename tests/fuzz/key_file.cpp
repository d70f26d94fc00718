// A key file gives keys, or one sentence that reveals nothing of its content.

#include "ops/files/key_file.hpp"

#include <scalesmall/key_ring.hpp>

#include "tests/fuzz/fuzz.hpp"

using namespace scalesmall;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto keys = parse_key_file(fuzz::text_of(data, size), "a.key");
  if (!keys) {
    fuzz::must(keys.error().sentence.starts_with("\"a.key\""), "a sentence about the file");
    return 0;
  }
  fuzz::must(!keys->empty() && keys->size() <= key_ring::keys_max, "some keys, not too many");
  for (const auto& key : *keys) fuzz::must(key != nullptr, "every key is one");
  return 0;
}
