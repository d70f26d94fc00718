#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <scalesmall/bytes.hpp>
#include <utility>
#include <vector>

namespace scalesmall::simulation {

/// Which messages programs have sent, and which nodes have handled them. Each message has a number
/// of its own as its content.
class message_log {
public:
  /// The content of the next message.
  [[nodiscard]] bytes next_content();

  /// A message was accepted; these nodes are to get it.
  void sent(bytes_view content, std::vector<std::size_t> recipients);

  void handled(bytes_view content, std::size_t at);

  struct missing {
    std::uint64_t message;
    std::size_t node;
  };

  /// The recipients that have not handled a message.
  [[nodiscard]] std::vector<missing> undelivered() const;

  /// How often a node has handled a message that it had handled before.
  [[nodiscard]] std::size_t repeated() const noexcept { return repeated_; }

  /// How often a node has handled a message.
  [[nodiscard]] std::size_t deliveries() const noexcept { return deliveries_; }

private:
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, std::vector<std::size_t>> recipients_;     // by number
  std::map<std::pair<std::uint64_t, std::size_t>, unsigned> times_;  // by number and node
  std::size_t repeated_ = 0;
  std::size_t deliveries_ = 0;
};

}  // namespace scalesmall::simulation
