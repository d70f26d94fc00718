#pragma once

#include <array>
#include <cstdio>
#include <map>
#include <sstream>
#include <string>

namespace scalesmall::bench {

using figures = std::map<std::string, double>;

/// Runs a command and parses its lines of key=value; empty if the command cannot be run.
inline figures figures_of(const std::string& command) {
  figures out;
  FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 256> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
    std::istringstream in{line.data()};
    std::string key;
    double value = 0;
    if (std::getline(in, key, '=') && in >> value) out[key] = value;
  }
  ::pclose(pipe);
  return out;
}

}  // namespace scalesmall::bench
