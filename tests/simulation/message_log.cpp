#include "tests/simulation/message_log.hpp"

#include <cstring>
#include <utility>

namespace scalesmall::simulation {

namespace {

std::uint64_t number_in(bytes_view content) {
  std::uint64_t number = 0;
  std::memcpy(&number, content.data(), sizeof number);
  return number;
}

}  // namespace

bytes message_log::next_content() {
  bytes content(sizeof next_);
  std::memcpy(content.data(), &next_, sizeof next_);
  ++next_;
  return content;
}

void message_log::sent(bytes_view content, std::vector<std::size_t> recipients) {
  recipients_.emplace(number_in(content), std::move(recipients));
}

void message_log::handled(bytes_view content, std::size_t at) {
  ++deliveries_;
  if (++times_[{number_in(content), at}] > 1) ++repeated_;
}

std::vector<message_log::missing> message_log::undelivered() const {
  std::vector<missing> found;
  for (const auto& [number, nodes] : recipients_) {
    for (const auto node : nodes) {
      if (!times_.contains({number, node})) found.push_back({number, node});
    }
  }
  return found;
}

}  // namespace scalesmall::simulation
