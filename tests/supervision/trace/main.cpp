// supervision_trace SCENARIO...: runs supervision scenarios on this library and prints their
// traces, in the format of otp_trace. Exit status 1 if a scenario cannot be read or run.

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/supervision/trace/trace_runner.hpp"

int main(int argc, char** argv) {
  using namespace scalesmall::supervision::trace;
  if (argc < 2) {
    std::cerr << "usage: supervision_trace SCENARIO...\n";
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    try {
      std::ifstream in{argv[i]};
      std::ostringstream text;
      if (!in || !(text << in.rdbuf())) throw std::runtime_error("cannot be read");
      std::cout << trace_runner{parse_scenario(text.str())}.run(
          std::filesystem::path{argv[i]}.filename().string());
    } catch (const std::exception& e) {
      std::cerr << argv[i] << ": " << e.what() << '\n';
      return 1;
    }
  }
}
