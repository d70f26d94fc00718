// Writes the seeds of the fuzz targets for binary input: the golden records, as each target takes
// them, and random decisions. The argument is a folder; each target gets a folder in it.

#include <filesystem>
#include <fstream>
#include <string>

#include "messages/codec/codec.hpp"
#include "net/frames/frame.hpp"
#include "net/rng.hpp"
#include "tests/golden/golden_records.hpp"

using namespace scalesmall;

namespace {

std::filesystem::path root;

void write(const std::string& target, const std::string& name, const bytes& content) {
  std::filesystem::create_directories(root / target);
  std::ofstream file{root / target / name, std::ios::binary};
  file.write(reinterpret_cast<const char*>(content.data()),
             static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) throw std::runtime_error{"cannot write " + (root / target / name).string()};
}

bytes frame_of(const golden::golden& x, bytes_view body) {
  if (!x.sealed) return frame_codec{x.cluster}.wrap(body);
  const key_ring keys{{golden::sealing_key()}};
  return frame_codec{x.cluster, std::make_shared<key_store>(keys)}.wrap(body);
}

void append_step(bytes& steps, std::uint8_t path, bytes_view body) {
  steps.insert(steps.end(), {path, static_cast<std::uint8_t>(body.size() >> 8),
                             static_cast<std::uint8_t>(body.size())});
  steps.insert(steps.end(), body.begin(), body.end());
}

}  // namespace

int main(int, char** arguments) {
  root = arguments[1];
  bytes stream{7};
  bytes steps{2, 1};  // a call, so that gossips can lie about its claim
  for (const auto& x : golden::all()) {
    const auto body = encode(x.record);
    const auto frame = frame_of(x, body);
    write("body", x.name, body);
    write("sealed_frame", x.name, frame);
    write("frame_header", x.name, bytes(frame.begin(), frame.begin() + frame_header_bytes));
    stream.insert(stream.end(), frame.begin(), frame.end());
    append_step(steps, 0, body);
    append_step(steps, 1, body);
    bytes one{2, 1};
    append_step(one, 0, body);
    write("gossip", x.name, one);
  }
  for (std::uint64_t n = 0; n < 64; ++n) {
    rng random{n};
    bytes decisions(2'048);
    for (auto& x : decisions) x = static_cast<std::uint8_t>(random.below(256));
    write("cores", "random" + std::to_string(n), decisions);
  }
  write("framer", "all", stream);
  write("gossip", "all", steps);
}
