"""The groups that a peer knows: a row for each member, merged as docs/wire-format.md says ("Records")."""

import dataclasses

from scalesmall_wire.records import (ADD, GET, HASH, LIVENESS_GROUP, PART, PUSH, REQUEST, REST, RMV,
                                     STATEMENTS_OF_ROW_MAX, U32, WHOLE, Digest, GroupDigest, Item, Message, Stamp,
                                     hash_of, hash_of_items, key_of_member, life_of, statement_of)

NOTHING = Stamp(0, 0)
ROWS_MAX = 100_000


@dataclasses.dataclass
class Row:
    at: Stamp = NOTHING
    items: dict = dataclasses.field(default_factory=dict)  # Item by (start, end)


class Rows:
    def __init__(self, me, incarnation):
        self.me, self.incarnation = me, incarnation
        self.groups = {}  # Row by name of the group, then by member
        self.incarnations = {}  # of other members: the newest one heard of

    def items(self, group, *ops):
        rows = self.groups.get(group, {})
        return sorted(x for row in rows.values() for x in row.items.values() if not ops or x.op in ops)

    def members(self, group):
        return sorted({x.member for x in self.items(group, ADD, GET)})

    def statements(self):
        """Returns what members of the liveness group state of members in their present life: (member, what was found,
        observer). Says nothing of who watches whom, so it is not a verdict."""
        by_key = {key_of_member(x): x for x in self.members(LIVENESS_GROUP)}
        found = []
        for observer, row in self.groups.get(LIVENESS_GROUP, {}).items():
            said = [x for x in map(statement_of, sorted(row.items.values())) if x][:STATEMENTS_OF_ROW_MAX]
            for key, what, life in said:
                member = by_key.get(key)
                if member and life == life_of(self.incarnations.get(member, 0)):
                    found.append((member, what, observer))
        return sorted(found)

    def change(self, group, items):
        """Makes claims (op, start, end, port) in one change of our own row; returns the row as a message."""
        row = self.groups.setdefault(group, {}).setdefault(self.me, Row(Stamp(self.incarnation, 0)))
        row.at = Stamp(self.incarnation, row.at.counter + 1)  # 0 is left to void marks
        for op, start, end, port in items:
            row.items[start, end] = Item(self.me, start, end, op, port, row.at)
        return self.message(group, [self.me])

    def leave(self, group):
        mine = self.groups[group][self.me].items.values()
        return self.change(group, [(RMV, x.start, x.end, x.port) for x in mine])

    def message(self, group, members):
        """Returns a message with the complete rows of these members."""
        rows = {m: self.groups[group][m] for m in members}
        return Message(group, {m: row.at for m, row in rows.items()}, [x for r in rows.values() for x in r.items.values()])

    def clocks(self, group):
        return {m: row.at for m, row in self.groups.get(group, {}).items() if row.at != NOTHING}

    def own(self, group):
        """The hash of our own row."""
        return hash_of_items(self.groups.get(group, {}).get(self.me, Row()).items.values())

    def merge(self, message):
        """Merges a message. Returns the members whose rows have changed, the members whose deltas leave a gap, and whether
        the message has a false claim about us."""
        name, news, gaps = message.group, set(), set()
        group = self.groups.get(name, {})
        told = {m: [] for m in message.clocks}
        for item in message.items:
            told.setdefault(item.member, []).append(item)
        lied = self._lied(message, told.pop(self.me, []))
        for member, items in told.items():
            clock = message.clocks.get(member)
            if self._is_void(member, max([x.at for x in items] + ([clock] if clock else []))):
                continue
            row = self.groups.get(name, {}).get(member, Row())
            if clock and row.at > clock:
                continue
            complete = clock is not None and member not in message.since
            gapless = complete or clock is not None and row.at >= message.since[member] and row.at != NOTHING
            if not gapless:
                gaps.add(member)
            kept = {r: x for r, x in row.items.items() if not complete or x.at > clock or row.at == clock}
            for x in items:
                if x.at.incarnation != self.incarnations[member]:
                    continue
                held = kept.get((x.start, x.end)) or row.items.get((x.start, x.end))
                if held is None and x.at <= row.at and not complete:
                    continue  # it was removed earlier
                if held is None or (x.at, x.op, x.port) > (held.at, held.op, held.port):
                    kept[x.start, x.end] = x
                else:
                    kept[x.start, x.end] = held
            merged = Row(clock if gapless else row.at, kept)
            if merged != row and (member in group or self._has_room()):
                news.add(member)
                self.groups.setdefault(name, {})[member] = merged
        return news, gaps, lied

    def _has_room(self):
        return sum(map(len, self.groups.values())) < ROWS_MAX

    def _lied(self, message, items):
        heard = max([x.at for x in items] + [message.clocks.get(self.me, NOTHING)])
        mine = self.groups.get(message.group, {}).get(self.me, Row())
        true = [mine.items.get((x.start, x.end)) for x in items]
        false = any(held and x.at >= held.at and x != held for held, x in zip(true, items))
        if heard <= mine.at and not false or heard.incarnation < self.incarnation or heard.incarnation >= U32 - 1:
            return False
        self.incarnation = heard.incarnation + 1
        return True

    def restamp(self):
        """Yields all our rows again, stamped with our present incarnation."""
        for name, group in self.groups.items():
            if self.me in group:
                mine = group[self.me]
                mine.at = Stamp(self.incarnation, mine.at.counter)
                mine.items = {r: x._replace(at=mine.at) for r, x in mine.items.items()}
                yield self.message(name, [self.me])

    def _is_void(self, member, at):
        if at.incarnation in (0, U32) or at.incarnation < self.incarnations.get(member, 0):
            return True
        if at.incarnation > self.incarnations.get(member, 0):
            self.incarnations[member] = at.incarnation
            for group in self.groups.values():
                group.pop(member, None)
        return False

    def request(self):
        groups = [GroupDigest(name, WHOLE, self.clocks(name), own=self.own(name)) for name in self.groups]
        return Digest(REQUEST, True, groups)

    def questions(self, gaps, name):
        """Returns a digest that asks for the claims which the gaps hide."""
        return Digest(PUSH, False, [GroupDigest(name, PART, {m: self.groups.get(name, {}).get(m, Row()).at for m in gaps})])

    def told_of_itself(self, group, sender):
        """Returns what we hold of a digest's sender beyond, or against, what the sender says of its own row."""
        row, said = self.groups.get(group.group, {}).get(sender, Row()), group.clocks.get(sender, NOTHING)
        differs = row.at == said and hash_of_items(row.items.values()) != group.own
        whole = row.at != NOTHING and (differs or group.scope == HASH and row.at > said)
        items = [x for x in row.items.values() if x.at > max(said, row.at) or whole]
        return [Message(group.group, {sender: row.at} if whole else {}, items)] if whole or items else []

    def answer(self, digest, sender):
        """Returns the rows that the sender of a digest lacks, and the next digest (None if there is nothing to say)."""
        rows, lacking = [], []
        named = {group.group for group in digest.groups}
        groups = digest.groups + [GroupDigest(n, WHOLE) for n in self.groups if digest.all_groups and n not in named]
        for group in groups:
            mine = self.clocks(group.group)
            told = self.told_of_itself(group, sender) if group.scope != PART else []
            if group.scope == HASH:
                rows += told
                if hash_of(mine) != group.hash:
                    lacking.append(GroupDigest(group.group, WHOLE, mine, own=self.own(group.group)))
                continue
            newer = [m for m, at in mine.items()
                     if at > group.clocks.get(m, NOTHING) and (m in group.clocks or group.scope == WHOLE)]
            if newer:
                rows.append(self.message(group.group, newer))
            elif told:
                rows += told
            older = {m: mine.get(m, NOTHING) for m, at in group.clocks.items() if at > mine.get(m, NOTHING)}
            if older:
                lacking.append(GroupDigest(group.group, PART, older))
        if digest.stage == REST:
            return [], None
        if digest.stage == PUSH:
            lacking = []
        if not rows and not lacking:
            return [], None
        return rows, Digest(digest.stage + 1, False, lacking)
