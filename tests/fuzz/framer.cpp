// Any slicing of a stream gives the same frames, and the framer never holds more than came in.

#include "net/frames/framer.hpp"

#include <algorithm>

#include "tests/fuzz/fuzz.hpp"

using namespace scalesmall;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t slice_bytes = 1 + data[0] % 64;
  const bytes_view stream{data + 1, size - 1};

  framer whole;
  std::vector<bytes> frames;
  const auto fed = whole.feed(stream, frames);
  fuzz::must(whole.buffered() <= stream.size(), "no memory for what a header claims");

  framer sliced;
  std::vector<bytes> frames_of_slices;
  result<done> fed_slices = done{};
  for (auto left = stream; !left.empty();) {
    const auto slice = left.first(std::min(slice_bytes, left.size()));
    left = left.subspan(slice.size());
    fed_slices = sliced.feed(slice, frames_of_slices);
  }
  fuzz::must(fed == fed_slices, "the same outcome");
  fuzz::must(frames == frames_of_slices, "the same frames");
  fuzz::must(whole.buffered() == sliced.buffered(), "the same rest");

  std::size_t taken = whole.buffered();
  for (const auto& frame : frames) taken += frame.size();
  fuzz::must(taken <= stream.size() && (!fed || taken == stream.size()),
             "no byte lost or invented");
  return 0;
}
