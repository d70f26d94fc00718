#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/digest.hpp"
#include "messages/message.hpp"
#include "net/rng.hpp"

namespace scalesmall {

/// What one node knows of all groups: the content of the topology table. Copying is cheap, the
/// groups are shared and never change once they are in it.
struct topology {
  net_id self;
  std::uint32_t incarnation = 0;  ///< of this node's present life; its own claims carry it
  std::map<std::string, std::shared_ptr<const message>, std::less<>> groups;
  std::map<std::string, std::vector<key_range>, std::less<>>
      joined;  ///< ranges that this node joined each group with
};

/// All groups known, ascending; this node need not be in them.
[[nodiscard]] std::vector<std::string> groups(const topology& t);

/// The groups in which this node has a claim that is not rmv, ascending.
[[nodiscard]] std::vector<std::string> my_groups(const topology& t);

/// The group's members, ascending; none if the group is not known.
[[nodiscard]] std::vector<net_id> members(const topology& t, std::string_view group);

/// The group's claims in key order, all or those of one op; none if the group is not known.
[[nodiscard]] std::vector<timed_item> items(const topology& t, std::string_view group,
                                            std::optional<op> which = {});

/// The rows of some members as a message of their group; members without a row are left out.
[[nodiscard]] message rows_of(const message& group, const std::vector<net_id>& members);

/// A member's row in every group that it has one in, as far as this node knows.
[[nodiscard]] std::vector<message> all_rows_of(const topology& t, const net_id& member);

/// What this node tells of its knowledge to begin an exchange: all of it or, beyond
/// limits::digest_clocks_max, a question for a part that begins at a random group.
[[nodiscard]] digest request_digest(const topology& t, rng& random);

/// A question for what another knows of some groups and this node lacks.
[[nodiscard]] digest question_for(const topology& t, const std::vector<message>& groups);

/// What one side of an exchange sends back: the rows that the other lacks and, if `t` itself lacks
/// something that the other has, a digest to ask for it.
struct exchange_reply {
  std::vector<message> rows;
  std::vector<group_digest> lacking;
};

/// Answers a digest. A request speaks of everything its sender knows, so a group it does not name
/// is one that it lacks; an answer speaks only of the groups in which its sender lacks something.
[[nodiscard]] exchange_reply reply_to(const topology& t, const digest& theirs);

}  // namespace scalesmall
