// Runs a fuzz target, without libFuzzer, over the files and folders given as arguments. So every
// build tries again the inputs that libFuzzer found once.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace {

std::vector<std::filesystem::path> files_in(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator{path}) {
    if (entry.is_regular_file()) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t tried = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& path : files_in(arguments[i])) {
      std::ifstream file{path, std::ios::binary};
      const std::vector<char> input{std::istreambuf_iterator<char>{file}, {}};
      std::cout << path.string() << std::endl;  // flushed before the target may crash
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
      ++tried;
    }
  }
  std::cout << tried << " inputs\n";
  return tried > 0 ? 0 : 1;
}
