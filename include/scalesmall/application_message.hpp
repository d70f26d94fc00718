#pragma once

#include <optional>
#include <scalesmall/bytes.hpp>
#include <scalesmall/net_id.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// Where a program message is to go.
struct message_address {
  std::string group;
  std::string tag;                                ///< names the handlers at the receiving nodes
  std::optional<std::vector<net_id>> peers = {};  ///< none: all other members of the group

  friend bool operator==(const message_address&, const message_address&) = default;
};

/// A program message that came. What it refers to is valid while the message is being handled.
struct application_message {
  const net_id& sender;
  const std::string& group;
  const std::string& tag;
  bytes_view content;
};

}  // namespace scalesmall
