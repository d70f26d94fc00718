// The input is a command line, one argument a line; after a line of three dots follows the
// configuration file. The result is options or one sentence.

#include "apps/config/options.hpp"

#include <vector>

#include "apps/config/config_file.hpp"
#include "apps/config/listen_address.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace scalesmall;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view parted = "\n...\n";
  const auto input = fuzz::text_of(data, size);
  const auto cut = input.find(parted);
  const auto file = cut == input.npos ? std::string_view{} : input.substr(cut + parted.size());
  std::vector<std::string_view> words;
  for (auto left = input.substr(0, cut); !left.empty();) {
    const auto end = left.find('\n');
    words.push_back(left.substr(0, end));
    left.remove_prefix(end == left.npos ? left.size() : end + 1);
  }
  const auto read = [file](const std::string&) {
    return result<std::string, unreadable>{std::string{file}};
  };
  const auto parsed = parse_options(words, {}, read);
  if (!parsed) {
    const auto& sentence = parsed.error().sentence;
    fuzz::must(!sentence.empty(), "an error is a sentence");
  } else {
    (void)multicast_group(*parsed);
  }
  if (const auto lines = parse_config(input)) {
    for (const auto& x : *lines) fuzz::must(!x.name.empty(), "a setting has a name");
  }
  return 0;
}
