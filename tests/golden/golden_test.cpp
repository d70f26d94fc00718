#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <scalesmall/detail/byte_order.hpp>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "messages/number.hpp"
#include "net/frames/frame.hpp"
#include "net/frames/seal.hpp"
#include "tests/golden/golden_records.hpp"

// Every program of version 1 must write and read the frames in the files beside this one. They
// change only with the format. To write them anew, run this test with SCALESMALL_REMAKE_GOLDEN=1 in
// the environment; then look at the difference.

using namespace scalesmall;

namespace {

const std::filesystem::path source_dir = SCALESMALL_SOURCE_DIR;

std::filesystem::path path_of(const golden::golden& x) {
  return source_dir / "tests" / "golden" / (x.name + ".hex");
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file{path};
  REQUIRE_MESSAGE(file, path.string());
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string hex(const bytes& x) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < x.size(); ++i) {
    text += digits[x[i] >> 4];
    text += digits[x[i] & 15];
    text += i % 16 == 15 || i + 1 == x.size() ? '\n' : ' ';
  }
  return text;
}

/// Reads bytes of two digits each between blanks; the rest of a line after a comment sign is left
/// out.
bytes parse_hex(const std::string& text, char comment) {
  bytes x;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line.substr(0, line.find(comment))};
    for (std::string word; words >> word;)
      x.push_back(parse_digits<std::uint8_t>(word, 16).value());
  }
  return x;
}

frame_codec codec_of(const golden::golden& x) {
  const auto keys = x.sealed ? std::make_shared<key_store>(key_ring{{golden::sealing_key()}})
                             : std::make_shared<key_store>();
  return frame_codec{x.cluster, keys, plain_frames::refused, {[] { return golden::sealed_at; }}};
}

/// The frame that the codec makes of this body, except that the nonce is not random.
bytes frame_of(const golden::golden& x, const bytes& body) {
  auto frame = codec_of(x).wrap(body);
  if (!x.sealed) return frame;
  REQUIRE_FALSE(read_frame_header(frame)->compressed);
  frame.resize(frame_header_bytes);
  bytes timed(seal_time_bytes);
  store_big_endian(static_cast<std::uint64_t>(golden::sealed_at.count()), timed.data());
  timed.insert(timed.end(), body.begin(), body.end());
  seal(*golden::sealing_key(), golden::nonce(), associated_data(frame, x.cluster), timed, frame);
  return frame;
}

std::string commented(const std::string& text) {
  std::string out;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) out += "# " + line + '\n';
  return out;
}

std::string comments_of(const std::string& text) { return text.substr(0, text.find("\n\n") + 1); }

}  // namespace

TEST_CASE("this program writes and reads the golden frames") {
  for (const auto& x : golden::all()) {
    CAPTURE(x.name);
    const auto head = commented(x.what + "\n" + golden::describe(x.record));
    if (std::getenv("SCALESMALL_REMAKE_GOLDEN") != nullptr) {
      std::ofstream{path_of(x)} << head << '\n' << hex(frame_of(x, encode(x.record)));
    }
    const auto text = contents(path_of(x));
    CHECK(comments_of(text) == head);
    const auto frame = parse_hex(text, '#');
    const auto body = codec_of(x).unwrap(frame).value();
    CHECK(decode(body).value() == x.record);
    CHECK(hex(body) == hex(encode(x.record)));
    // Other versions of Snappy may find other matches.
    if (!read_frame_header(frame)->compressed) CHECK(hex(frame) == hex(frame_of(x, body)));
  }
}

TEST_CASE("the format's page quotes the golden frames") {
  const auto page = contents(source_dir / "docs" / "wire-format.md");
  std::size_t quoted = 0;
  for (const auto& x : golden::all()) {
    CAPTURE(x.name);
    const auto fence = "```golden " + x.name + "\n";
    const auto start = page.find(fence);
    if (start == page.npos) continue;
    const auto first = start + fence.size();
    const auto quote = page.substr(first, page.find("```", first) - first);
    CHECK(hex(parse_hex(quote, ';')) == hex(parse_hex(contents(path_of(x)), '#')));
    ++quoted;
  }
  CHECK(quoted == 6);
  std::size_t fences = 0;
  for (auto at = page.find("```golden "); at != page.npos; at = page.find("```golden ", at + 1))
    ++fences;
  CHECK(fences == quoted);  // no quote of an unknown frame
}

TEST_CASE("the format's page states the limits of limits.hpp") {
  const std::map<std::string, std::size_t> limits_by_name{
      {"body_bytes_max", limits::body_bytes_max},
      {"acknowledgement_bytes_max", limits::acknowledgement_bytes_max},
      {"large_frame_bytes_min", limits::large_frame_bytes_min},
      {"large_frames_bytes_max", limits::large_frames_bytes_max},
      {"datagram_bytes_max", limits::datagram_bytes_max},
      {"net_ids_max", limits::net_ids_max},
      {"envelope_ids_max", limits::envelope_ids_max},
      {"acknowledged_max", limits::acknowledged_max},
      {"messages_max", limits::messages_max},
      {"batch_messages_max", limits::batch_messages_max},
      {"frame_entries_max", limits::frame_entries_max},
      {"key_set_ranges_max", limits::key_set_ranges_max},
      {"interest_ranges_max", limits::interest_ranges_max},
      {"group_name_bytes_max", limits::group_name_bytes_max},
  };
  const auto page = contents(source_dir / "docs" / "wire-format.md");
  // Rows that end like "| 8 MiB | `frame_bytes_max` |".
  std::map<std::string, std::size_t> found;
  std::istringstream lines{page};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ") || !line.ends_with("` |")) continue;
    const auto name_end = line.size() - 3;
    const auto name = line.rfind('`', name_end - 1) + 1;
    const auto value_end = name - 4;
    const auto value = line.rfind("| ", value_end - 1) + 2;
    std::istringstream words{line.substr(value, value_end - value)};
    std::string digits;
    std::string unit;
    words >> digits >> unit;
    std::erase(digits, ',');
    found[line.substr(name, name_end - name)] = std::stoul(digits) * (unit == "MiB"   ? 1U << 20
                                                                      : unit == "KiB" ? 1U << 10
                                                                                      : 1U);
  }
  CHECK(found == limits_by_name);
}
