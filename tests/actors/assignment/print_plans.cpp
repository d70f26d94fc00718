// Prints the plans of members that it reads, for tests/python/slot_plan_test.py. A line of input is
// "REPLICAS SLOTS", and for each member " ADDRESS:PORT/ZONE/CAPACITY". A line of output has the
// owners of each slot, by their place among the members as read, with commas between; blanks
// between slots. A refused plan is "!" and the reason.

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "actors/assignment/slot_plan.hpp"

using namespace scalesmall;

namespace {

plan_member parse_member(const std::string& word) {
  const auto zone = word.find('/');
  const auto capacity = word.find('/', zone + 1);
  return {parse_net_id(word.substr(0, zone)).value(),
          static_cast<std::uint32_t>(std::stoul(word.substr(zone + 1))),
          static_cast<std::uint32_t>(std::stoul(word.substr(capacity + 1)))};
}

std::string answer(const std::string& line) {
  std::istringstream words{line};
  plan_settings settings;
  words >> settings.replicas >> settings.slots;
  std::vector<plan_member> members;
  for (std::string word; words >> word;) members.push_back(parse_member(word));
  const auto plan = slot_plan::make(members, settings);
  if (!plan) return "!" + plan.error().text;
  std::string text;
  for (std::uint32_t slot = 0; slot < settings.slots; ++slot) {
    const char* between = slot > 0 ? " " : "";
    for (const auto who : plan.value().owners(slot)) {
      const auto found = std::ranges::find(members, plan.value().members()[who]);
      text += between + std::to_string(found - members.begin());
      between = ",";
    }
  }
  return text;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) std::cout << answer(line) << '\n';
}
