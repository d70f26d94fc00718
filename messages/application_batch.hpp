#pragma once

#include <compare>
#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <string>
#include <vector>

#include "messages/broadcast_id.hpp"

namespace scalesmall {

/// Messages of a program, sent together: one batch has one origin, one group and one tag. Whoever
/// passes a batch on passes all of it, so its id stands for each of its messages.
struct application_batch {
  broadcast_id id;                   ///< who sent it, and the sender's number for it
  std::string group;                 ///< for whom
  std::string tag;                   ///< which handler; the same rule as for a group's name
  std::vector<std::uint32_t> sizes;  ///< of the messages, in bytes; one or more
  bytes content;                     ///< the messages, one after the other

  friend auto operator<=>(const application_batch&, const application_batch&) = default;
};

/// Calls f with each message, a bytes_view, in order.
template <class F>
void for_each_message(const application_batch& x, F f) {
  auto rest = bytes_view{x.content};
  for (const auto size : x.sizes) {
    f(rest.first(size));
    rest = rest.subspan(size);
  }
}

/// "192.168.1.100:29999 #7 for Group1, 3 of "chat", 120 bytes".
[[nodiscard]] std::string to_string(const application_batch& x);

}  // namespace scalesmall
