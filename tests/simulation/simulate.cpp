// One case of the simulator: prints what came of it as key=value pairs on one line.

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/simulation/sim_case.hpp"

using namespace scalesmall::simulation;

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words == std::vector<std::string>{"--help"}) {
    std::printf(
        "usage: simulate [options]\n\n"
        "Runs whole nodes on virtual time and a virtual network, and prints what came of it.\n"
        "Exit status 1 if a property does not hold.\n\n%s",
        options_help().c_str());
    return 0;
  }
  const auto options = parse_options(words);
  if (!options) {
    std::fprintf(stderr, "simulate: %s\n", options.error().c_str());
    return 2;
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto outcome = run_case(*options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::printf("case=%s nodes=%zu seed=%llu %s ok=%s run_s=%.1f\n", options->kind.c_str(),
              options->nodes, static_cast<unsigned long long>(options->seed),
              to_string(outcome).c_str(), outcome.wrong.empty() ? "true" : "false", took.count());
  for (const auto& x : outcome.wrong) std::fprintf(stderr, "simulate: %s\n", x.c_str());
  return outcome.wrong.empty() ? 0 : 1;
}
