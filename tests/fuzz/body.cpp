// A body that decodes gives an equal gossip when it is encoded and decoded again.

#include "messages/codec/codec.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace scalesmall;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto said = decode({data, size});
  if (!said) return 0;
  const auto again = decode(encode(*said));
  fuzz::must(again && *again == *said, "decode(encode(decode(b))) is decode(b)");
  (void)to_string(*said);
  return 0;
}
