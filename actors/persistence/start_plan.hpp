#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "actors/topology/kept_claims.hpp"

namespace scalesmall {

/// What a node is that starts.
struct node_identity {
  net_id node{};
  std::string machine{};  ///< as own_state::machine
  std::string cluster{};
  std::vector<std::string> keys{};  ///< the fingerprints of its keys
};

/// A file as it was read: its text, or why there is none.
struct found_file {
  std::optional<std::string> text{};
  std::error_code error = std::make_error_code(std::errc::no_such_file_or_directory);
};

/// The files of a state directory, each with its former copy.
struct found_state {
  found_file self{};
  found_file former_self{};
  found_file peers{};
  found_file former_peers{};
};

/// What a node makes of the files that its former life left.
struct start_plan {
  std::uint32_t incarnation = 0;  ///< of this life, greater than any before
  kept_claims kept{};
  std::vector<net_id> peers{};          ///< those reached come first
  std::vector<std::string> warnings{};  ///< one sentence each, for the log
  std::vector<std::string> unusable{};  ///< the names of files to set aside
};

/// Decides what of the files is used. Nothing in them keeps a node from its start.
/// - A damaged file is replaced by its former copy.
/// - The claims are used if node, machine and cluster are the same, and if the node was alive less
///   than `forget` ago. Otherwise the file is set aside, if it has claims.
/// - The peers are used if the cluster is the same.
/// @param forget  after how long the others forget a node that they do not hear of
[[nodiscard]] start_plan plan_start(const found_state& found, const node_identity& self,
                                    std::chrono::seconds now, std::chrono::milliseconds forget);

/// The incarnation of a life that follows one with incarnation `last`, 0 if there was none. It is
/// greater, unless others would take it for impossible (incarnation_bound): then it is the present
/// one.
[[nodiscard]] std::uint32_t next_incarnation(std::uint32_t last, std::chrono::seconds now);

}  // namespace scalesmall
