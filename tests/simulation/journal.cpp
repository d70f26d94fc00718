#include "tests/simulation/journal.hpp"

namespace scalesmall::simulation {

void journal::joined(const std::string& group, key_range range) {
  joined_[group].insert(range);
  groups_[group].try_emplace(range, op::get, std::uint16_t{0});
}

void journal::added(const std::string& group, key_range range, std::uint16_t port) {
  if (!is_in(group)) joined(group);
  groups_[group][range] = {op::add, port};
}

void journal::removed(const std::string& group, key_range range) {
  if (joined_[group].contains(range)) {
    groups_[group][range] = {op::get, std::uint16_t{0}};
  } else {
    groups_[group].erase(range);
  }
}

}  // namespace scalesmall::simulation
