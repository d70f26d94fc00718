#include "actors/topology/anti_entropy.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "actors/topology/interest.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

std::uint64_t own_hash(const topology& t, const group_state& group) {
  const auto* mine = group.find(t.self);
  return mine ? mine->active_hash : 0;
}

world_clock own_clock(const topology& t, const group_state& group) {
  const auto* mine = group.find(t.self);
  return mine ? world_clock{{t.self, mine->at}} : world_clock{};
}

group_digest brief_digest(const topology& t, const std::string& name, const group_state& group) {
  auto wanted = interest_in(t, name);
  const auto members = wanted.is_whole() ? 0 : group.members_hash();
  const auto own = own_hash(t, group);
  if (group.all().size() <= clocks_per_hash)
    return {name, clocks_of(group), digest_scope::whole, 0, std::move(wanted), members, own};
  const auto hash = wanted.is_whole() ? group.hash() : hash_within(group, wanted);
  return {name, own_clock(t, group), digest_scope::hash, hash, std::move(wanted), members, own};
}

/// True if the digest's hash is that of `mine`. False if this node's interest does not cover the
/// sender's, since their hashes cannot be compared.
bool alike(const topology& t, const group_state& mine, const group_digest& theirs) {
  if (theirs.within.is_whole()) return mine.hash() == theirs.hash;
  return interest_in(t, theirs.group_name).covers(theirs.within) &&
         hash_within(mine, theirs.within) == theirs.hash;
}

/// Clocks and claims that may still be told or asked for.
struct answer_room {
  std::size_t all;   ///< rows beyond it are left to another exchange
  std::size_t part;  ///< what is beyond it is left to the next part

  void take_told(std::size_t entries) {
    all -= std::min(all, entries);
    take_asked(entries);
  }
  void take_asked(std::size_t entries) { part -= std::min(part, entries); }
};

/// The rows of a group that the sender of its digest lacks, as far as the digest tells.
class rows_lacking {
public:
  /// @param last  true if the sender has no further question in this exchange
  /// @param after the rows up to this member are told already
  rows_lacking(const topology& t, const group_state& mine, const group_digest& theirs, bool last,
               const std::optional<net_id>& after, answer_room& room)
      : theirs_(theirs),
        by_clocks_(theirs.scope != digest_scope::hash),
        all_(last && !by_clocks_ && !theirs.within.is_whole() && !alike(t, mine, theirs)),
        presences_(theirs.scope != digest_scope::part && !theirs.within.is_whole() &&
                   mine.members_hash() != theirs.members),
        lacking_(t, theirs.group_name, theirs.within) {
    if (!by_clocks_ && !all_ && !presences_) return;
    auto known = by_clocks_ ? theirs.time.clocks() : std::span<const local_clock>{};
    for (const auto& x : mine.all()) {
      if (after && x->member <= *after) continue;
      if (room.all == 0) return;
      if (room.part == 0) {
        stopped_ = true;
        return;
      }
      looked_at_ = x->member;
      while (!known.empty() && known.front().member < x->member) known = known.subspan(1);
      const bool named = !known.empty() && known.front().member == x->member;
      const auto at = named ? known.front().at : stamp{};
      if (lacks_row(*x, at, named)) {
        if (lacking_.add(*x, at)) room.take_told(1 + x->claims.size());
      } else if (presences_) {
        if (lacking_.add_presence(*x)) room.take_told(1);
      }
    }
  }

  void move_to(std::vector<message>& rows) { lacking_.move_to(rows); }

  /// Where the part was full. Then there is a member, and rows after it.
  [[nodiscard]] std::optional<net_id> stopped_after() const {
    return stopped_ ? looked_at_ : std::nullopt;
  }

private:
  bool lacks_row(const row& x, const stamp& at, bool named) const {
    if (!named && (theirs_.scope == digest_scope::part || !touches(x, theirs_.within)))
      return false;
    return all_ || (by_clocks_ && at < x.at);
  }

  const group_digest& theirs_;
  bool by_clocks_;
  bool all_;        // send every row that touches the sender's keys
  bool presences_;  // send the presence of every other row's member
  row_collector lacking_;
  std::optional<net_id> looked_at_ = {};
  bool stopped_ = false;
};

/// The clocks to ask with. They name the members
/// - with a newer row at the sender of the digest,
/// - with active claims here, although the sender names no row of theirs.
world_clock older_clocks(const topology& t, const group_state* mine, const group_digest& theirs,
                         const net_id& from) {
  world_clock older;
  const auto wanted = interest_in(t, theirs.group_name);
  const bool knows_all = theirs.within.covers(wanted);
  for (const auto& clock : theirs.time.clocks()) {
    const auto* known = mine ? mine->find(clock.member) : nullptr;
    const auto at = known ? known->at : stamp{};
    if (at < clock.at && (knows_all || clock.member == from)) older.advance({clock.member, at});
  }
  if (!mine || wanted.is_whole() || !knows_all || theirs.scope != digest_scope::whole) return older;
  for (const auto& x : mine->all()) {
    if (x->member != t.self && is_active_in(*x, wanted) && !theirs.time.at(x->member))
      older.advance({x->member, x->at});
  }
  return older;
}

/// Appends what this node holds of the digest's sender, if that goes beyond what the sender says of
/// its own row, or against it. Only the sender can tell whether it is true, and refute it.
void tell_of_itself(const topology& t, const group_state& mine, const group_digest& theirs,
                    const net_id& from, std::vector<message>& rows) {
  if (theirs.scope == digest_scope::part) return;
  const auto* x = mine.find(from);
  if (!x) return;
  const auto said = theirs.time.at(from).value_or(stamp{});
  const auto wanted = interest_in(t, theirs.group_name);
  message told{theirs.group_name, {}, {}, {}, wanted};
  // A node that wants a part of the keys cannot compare the hash, and told clocks are answered.
  const bool differs = x->at == said && wanted.is_whole() && x->active_hash != theirs.own;
  const bool is_later = x->at > said && theirs.scope == digest_scope::hash;
  if (x->at != stamp{} && (differs || is_later)) append_row(told, *x, {});
  for (const auto& claim : x->claims) {
    if (claim.at > std::max(said, x->at)) told.items.put(claim);
  }
  if (!told.time.empty() || !told.items.empty()) rows.push_back(std::move(told));
  const auto& presence = x->told_presence;
  if (presence.as_of > said ||
      (presence.as_of == said && said != stamp{} && !presence.here && theirs.own != 0)) {
    message present{theirs.group_name, {{from, presence.as_of}}, {}, {}, key_set::none()};
    if (!presence.here) present.absent.push_back(from);
    rows.push_back(std::move(present));
  }
}

/// Makes a part of the reply to a digest, group by group.
class reply_builder {
public:
  /// @param room    clocks and claims of the reply, about
  /// @param entries those of this part, likewise
  reply_builder(const topology& t, const digest& theirs, const net_id& from,
                const answer_position& begin, std::size_t entries)
      : t_(t),
        theirs_(theirs),
        from_(from),
        begin_(begin),
        room_{begin.room, entries},
        last_(theirs.stage == exchange::answer || theirs.stage == exchange::push) {}

  /// Tells and asks what is next, as much as fits this part.
  void fill() {
    if (!begin_.unnamed) {
      auto group =
          std::ranges::lower_bound(theirs_.groups, begin_.group, {}, &group_digest::group_name);
      for (; group != theirs_.groups.end() && !rest_; ++group) {
        if (is_full(false, group->group_name)) return;
        answer(*group);
      }
    }
    if (!rest_) tell_groups();
  }

  void answer(const group_digest& group) {
    const auto& name = group.group_name;
    const auto* mine = find_group(t_, name);
    if (mine) tell_rows(*mine, group, false);
    if (!goes_on(false, name)) ask(group, mine);
  }

  /// Tells the groups that the digest does not name, if its sender asks for these.
  /// @param one_is_enough whether to stop at the first that says something
  void tell_groups(bool one_is_enough = false) {
    if (!theirs_.all_groups) return;
    auto named = theirs_.groups.begin();
    auto known = begin_.unnamed ? t_.groups.lower_bound(begin_.group) : t_.groups.begin();
    for (; known != t_.groups.end() && !rest_; ++known) {
      const auto& [name, mine] = *known;
      if (one_is_enough && !empty()) return;
      while (named != theirs_.groups.end() && named->group_name < name) ++named;
      if (named != theirs_.groups.end() && named->group_name == name) continue;
      if (is_full(true, name)) return;
      tell_rows(*mine, group_digest{name}, true);
    }
  }

  [[nodiscard]] bool empty() const { return rows_.empty() && asked_.empty(); }

  [[nodiscard]] exchange_part take() {
    return {{united(std::move(rows_)), asked_.take(), asked_.left_out()}, std::move(rest_)};
  }

private:
  /// Asks for what this node lacks of the group.
  void ask(const group_digest& group, const group_state* mine) {
    const auto& name = group.group_name;
    const auto wanted = interest_in(t_, name);
    const auto members = mine && !wanted.is_whole() ? mine->members_hash() : 0;
    if (group.scope != digest_scope::hash) {
      if (auto older = older_clocks(t_, mine, group, from_); !older.empty())
        add({name, std::move(older), digest_scope::part, 0, wanted, members});
    } else if (!mine) {
      add({name});
    } else if (group.within.is_whole() && !wanted.is_whole()) {
      add({name, own_clock(t_, *mine), digest_scope::hash, hash_within(*mine, wanted), wanted,
           members, own_hash(t_, *mine)});
    } else if (!alike(t_, *mine, group)) {
      add({name, clocks_within(*mine, group.within), digest_scope::whole, 0, wanted, members,
           own_hash(t_, *mine)});
    } else if (!group.within.covers(wanted) && known_clock(*mine) < said_clock(group)) {
      // The hash says nothing of the other keys that this node wants, of which the sender knows its
      // own claims.
      add({name, {{from_, known_clock(*mine)}}, digest_scope::part, 0, wanted, members});
    }
  }

  void add(group_digest question) {
    room_.take_asked(1 + question.time.clocks().size());
    asked_.add(std::move(question));
  }

  /// Whether this part begins in the middle of the group.
  [[nodiscard]] bool goes_on(bool unnamed, const std::string& group) const {
    return begin_.after && begin_.unnamed == unnamed && begin_.group == group;
  }

  /// If this part is full, the next one begins with the group.
  bool is_full(bool unnamed, const std::string& group) {
    if (room_.part == 0) rest_ = {unnamed, group, {}, room_.all};
    return rest_.has_value();
  }

  [[nodiscard]] stamp said_clock(const group_digest& theirs) const {
    return theirs.time.at(from_).value_or(stamp{});
  }

  [[nodiscard]] stamp known_clock(const group_state& mine) const {
    const auto* known = mine.find(from_);
    return known ? known->at : stamp{};
  }

  void tell_rows(const group_state& mine, const group_digest& theirs, bool unnamed) {
    const auto& name = theirs.group_name;
    const bool more = goes_on(unnamed, name);
    rows_lacking told{t_, mine, theirs, last_, more ? begin_.after : std::nullopt, room_};
    told.move_to(rows_);
    if (const auto member = told.stopped_after()) rest_ = {unnamed, name, member, room_.all};
    if (!more) tell_of_itself(t_, mine, theirs, from_, rows_);
  }

  const topology& t_;
  const digest& theirs_;
  const net_id& from_;
  const answer_position& begin_;
  answer_room room_;
  bool last_;  // the sender cannot ask any more
  std::vector<message> rows_;
  question asked_;
  std::optional<answer_position> rest_;
};

}  // namespace

void question::add(group_digest x) {
  const auto fits = [&] {
    return entries_ + x.within.ranges().size() + x.time.clocks().size() <=
               limits::digest_clocks_max &&
           bytes_ + bytes_max_of(x) <= limits::digest_bytes_max;
  };
  const bool whole = fits();
  if (!whole) ++left_out_;
  if (!whole && x.scope == digest_scope::part) {
    const auto clocks = std::exchange(x.time, {});
    for (const auto& clock : clocks.clocks()) {
      x.time.advance(clock);
      if (fits()) continue;
      x.time.erase(clock.member);
      break;
    }
    if (x.time.empty()) return;
  } else if (!whole) {
    return;
  }
  entries_ += x.within.ranges().size() + x.time.clocks().size();
  bytes_ += bytes_max_of(x);
  groups_.push_back(std::move(x));
}

digest request_digest(const topology& t, rng& random) {
  digest mine{exchange::request, {}, t.groups.size() <= groups_per_request};
  mine.groups.reserve(std::min(t.groups.size(), groups_per_request));
  if (mine.all_groups) {
    for (const auto& [name, group] : t.groups) mine.groups.push_back(brief_digest(t, name, *group));
    return mine;
  }
  auto next =
      std::next(t.groups.begin(), static_cast<std::ptrdiff_t>(random.below(t.groups.size())));
  while (mine.groups.size() < groups_per_request) {
    mine.groups.push_back(brief_digest(t, next->first, *next->second));
    if (++next == t.groups.end()) next = t.groups.begin();
  }
  std::ranges::sort(mine.groups, {}, &group_digest::group_name);
  return mine;
}

exchange_reply reply_to(const topology& t, const digest& theirs, const net_id& from) {
  return reply_part(t, theirs, from, {}, SIZE_MAX).reply;
}

exchange_part reply_part(const topology& t, const digest& theirs, const net_id& from,
                         const answer_position& begin, std::size_t entries) {
  reply_builder part{t, theirs, from, begin, entries};
  part.fill();
  return part.take();
}

group_digest clocks_wanted(const topology& t, const std::string& group) {
  const auto* mine = find_group(t, group);
  auto wanted = interest_in(t, group);
  if (!mine) return {group, {}, digest_scope::hash, 1, std::move(wanted)};
  const bool whole = wanted.is_whole();
  const auto hash = whole ? mine->hash() : hash_within(*mine, wanted);
  const auto members = whole ? 0 : mine->members_hash();
  return {group,   own_clock(t, *mine), digest_scope::hash, hash + 1, std::move(wanted),
          members, own_hash(t, *mine)};
}

bool holds_all_of(const topology& t, const group_digest& theirs) {
  const auto* mine = find_group(t, theirs.group_name);
  if (theirs.scope == digest_scope::hash) return mine && alike(t, *mine, theirs);
  return std::ranges::all_of(theirs.time.clocks(), [&](const local_clock& clock) {
    const auto* known = mine ? mine->find(clock.member) : nullptr;
    return clock.member == t.self || (known && known->at >= clock.at);
  });
}

bool agrees(const topology& t, const digest& theirs, const net_id& from) {
  const answer_position begin{.room = 1};  // the first row decides
  reply_builder all{t, theirs, from, begin, SIZE_MAX};
  for (const auto& group : theirs.groups) {
    all.answer(group);
    if (!all.empty()) return false;
  }
  all.tell_groups(true);
  return all.empty();
}

}  // namespace scalesmall
