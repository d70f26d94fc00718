// A frame opens or gives a fault. A frame that this program seals opens once, with its content
// unchanged. A changed frame does not open.

#include <algorithm>

#include "messages/limits.hpp"
#include "net/frames/frame.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/golden/golden_records.hpp"

using namespace scalesmall;

namespace {

const auto keys = std::make_shared<key_store>(key_ring{{golden::sealing_key()}});

// Each input has its own codecs. A codec remembers what it opened and so would grow from input to
// input; after each input that leaves more memory than before, libFuzzer looks for a leak.

void open_what_came(bytes_view frame) {
  const frame_codec sealing{"blue", keys, plain_frames::accepted};
  const frame_codec plain;
  for (const auto* codec : {&sealing, &plain}) {
    const auto body = codec->unwrap(frame);
    if (!body) continue;
    fuzz::must(body->size() <= limits::body_bytes_max, "a body within the limit");
    const auto again = codec->unwrap(codec->wrap(*body));
    fuzz::must(again && *again == *body, "the same body when it is wrapped again");
  }
}

void open_what_is_ours(bytes_view body, std::size_t position, std::uint8_t flip) {
  const frame_codec codec{"blue", keys};
  auto frame = codec.wrap(body);
  const auto opened = codec.unwrap(frame);
  fuzz::must(opened && std::ranges::equal(*opened, body), "what is sealed opens");
  fuzz::must(codec.unwrap(frame).error() == fault::replayed, "only once");
  frame = codec.wrap(body);
  frame[position % frame.size()] ^= flip;
  fuzz::must(flip == 0 || !codec.unwrap(frame), "a changed frame does not open");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bytes_view input{data, size};
  open_what_came(input);
  if (size < 3) return 0;
  open_what_is_ours(input.subspan(3), std::size_t{data[0]} << 8 | data[1], data[2]);
  return 0;
}
