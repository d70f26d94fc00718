#pragma once

#include <compare>
#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <string>
#include <vector>

#include "messages/broadcast_id.hpp"

namespace scalesmall {

/// Program messages that travel together. A batch has one origin, one group and one tag. A relay
/// passes a batch on whole, so the id of the batch stands for each of its messages.
struct application_batch {
  broadcast_id id;                   ///< the node that sent it, and that node's number for it
  std::string group;                 ///< the group whose members receive it
  std::string tag;                   ///< selects the handler; obeys the rules of a group name
  std::vector<std::uint32_t> sizes;  ///< of the messages, in bytes; at least one entry
  bytes content;                     ///< the messages, one after the other

  friend auto operator<=>(const application_batch&, const application_batch&) = default;
};

/// Calls f with each message in order, as a bytes_view into the batch. The sizes must add up to the
/// size of the content.
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
