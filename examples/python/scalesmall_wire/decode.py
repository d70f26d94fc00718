"""Decodes bytes into records. Bytes that the format does not allow raise a Fault."""

from .records import (ACKNOWLEDGED, ACKNOWLEDGED_MAX, ADD, APPLICATION, BATCH_MAX, DIGEST, ENTRIES_MAX, ENVELOPE, GET,
                      HASH, MESSAGE, NET_IDS, NET_IDS_MAX, PART, REST, RMV, SILENT, U16, U32, U64, V4_BIAS, WHOLE,
                      Batch, Digest, Fault, Gossip, GroupDigest, Item, Message, NetId, Stamp, ascending)


def decode(body):
    """Returns the Gossip in a body."""
    return Body(body).gossip


DECEPTIVE = ((0, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F),
             (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xE0000, 0xE007F))


def is_deceptive(character):
    return any(first <= ord(character) <= last for first, last in DECEPTIVE)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        part = self.data[self.at:self.at + size]
        if len(part) != size:
            raise Fault("truncated")
        self.at += size
        return part

    def byte(self):
        return self.take(1)[0]

    def varint(self, most=U64):
        value = 0
        for shift in range(0, 70, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        else:
            raise Fault("number_out_of_range")
        if value > most:
            raise Fault("number_out_of_range")
        return value

    def count(self, most):
        n = self.varint()
        if n > most:
            raise Fault("limit_exceeded")
        return n

    def column(self, n, most=U64):
        if n == 0:
            return []
        if n == 1:
            return [self.varint(most)]
        form = self.byte()
        if 0xF8 <= form <= 0xFA:
            values = [self.varint()]
            for z in self._values(form - 8, n - 1):
                values.append(values[-1] + (z >> 1 ^ -(z & 1)) & U64)
        else:
            values = self._values(form, n)
        if max(values) > most:
            raise Fault("number_out_of_range")
        return values

    def _values(self, form, n):
        if form < 0xF0:
            return [form] * n
        if form == 0xF0:
            return [self.varint()] * n
        if form == 0xF1:
            return [self.varint() for _ in range(n)]
        if form != 0xF2:
            raise Fault("bad_column")
        width, base = self.byte(), self.varint()
        if not (1 <= width <= 56 or width == 64):
            raise Fault("bad_column")
        packed, mask = self.take((n * width + 7) // 8), (1 << width) - 1
        values = []
        for i in range(n):
            first, last = i * width // 8, (i * width + width + 7) // 8
            bits = int.from_bytes(packed[first:last], "little") >> i * width % 8
            values.append(base + (bits & mask) & U64)
        return values

    def end(self):
        if self.at != len(self.data):
            raise Fault("trailing_bytes")


class Body:
    """Reads the sections of one body. They refer to a net_id by its position in the first section."""

    def __init__(self, data):
        self.ids, self.epochs, self.entries = [], [], 0  # entries: of all lists so far
        self.gossip, found = None, set()
        sections, group = Reader(data), None
        messages, digest, acknowledged, silent, application = [], None, [], {}, None
        while sections.at < len(data):
            tag = sections.varint()
            self.in_ = Reader(sections.take(sections.varint()))
            if tag != NET_IDS and NET_IDS not in found:
                raise Fault("missing_section")
            if tag not in range(NET_IDS, APPLICATION + 1):
                continue
            if tag in found and tag != MESSAGE:
                raise Fault("duplicate_section")
            found.add(tag)
            if tag == NET_IDS:
                self._net_ids()
            elif tag == ENVELOPE:
                self.gossip = self._envelope()
            elif tag == MESSAGE:
                messages.append(self._message())
                if group is not None and messages[-1].group.encode() <= group.encode():
                    raise Fault("not_sorted")
                group = messages[-1].group
            elif tag == DIGEST:
                digest = self._digest()
            elif tag == ACKNOWLEDGED:
                acknowledged = ascending(self.in_.column(self.in_.count(ACKNOWLEDGED_MAX)))
            elif tag == APPLICATION:
                application = self._application()
            else:
                members = self._references()
                silent = dict(zip(members, self.in_.column(len(members), U32)))
            self.in_.end()
        if self.gossip is None:
            raise Fault("missing_section")
        self.gossip.messages, self.gossip.digest = messages, digest
        self.gossip.acknowledged, self.gossip.silent = acknowledged, {self.ids[i]: s for i, s in silent.items()}
        self.gossip.application = application

    def _count(self, n):
        """Adds the size of a list. All lists of a frame share one bound, which is checked before memory is reserved."""
        self.entries += n
        if self.entries > ENTRIES_MAX:
            raise Fault("limit_exceeded")
        return n

    def _net_ids(self):
        n = self._count(self.in_.count(NET_IDS_MAX))
        halves = self.in_.column(n), self.in_.column(n)
        ports, self.epochs = self.in_.column(n, U16), self.in_.column(n, U32)
        self.ids = ascending([NetId(a.to_bytes(8, "big") + (b + V4_BIAS & U64).to_bytes(8, "big"), port)
                              for a, b, port in zip(*halves, ports)])

    def _at(self, position, age, counter):
        """A stamp of the node at this position."""
        if age > self.epochs[position]:
            raise Fault("number_out_of_range")
        return Stamp(self.epochs[position] - age, counter)

    def _references(self, repeat=False):
        n = self._count(self.in_.count(NET_IDS_MAX if repeat else len(self.ids)))
        positions = [self.in_.varint()] if n else []
        for difference in self.in_.column(n - 1) if n else []:
            positions.append(positions[-1] + difference + (not repeat))
        if positions and positions[-1] >= len(self.ids):
            raise Fault("bad_index")
        return positions

    def _stamps(self, positions):
        ages = self.in_.column(len(positions), U32)
        return [self._at(*x) for x in zip(positions, ages, self.in_.column(len(positions), U32))]

    def _clocks(self):
        members = self._references()
        return {self.ids[i]: at for i, at in zip(members, self._stamps(members))}

    def _broadcast(self):
        origin = self.in_.varint()
        if origin >= len(self.ids):
            raise Fault("bad_index")
        return self.ids[origin], self._at(origin, self.in_.varint(U32), self.in_.varint(U32))

    def _envelope(self):
        sender, number = self._broadcast()
        seen = self._clocks()
        origins = self._references(repeat=True)
        others = ascending([(self.ids[i], at) for i, at in zip(origins, self._stamps(origins))])
        return Gossip(sender, number, seen, others, [self.ids[i] for i in self._references()])

    def _name(self):
        try:
            name = self.in_.take(self.in_.varint()).decode()
        except UnicodeDecodeError as error:
            raise Fault("bad_group_name") from error
        if not 1 <= len(name.encode()) <= 255 or any(map(is_deceptive, name)):
            raise Fault("bad_group_name")
        return name

    def _application(self):
        origin, number = self._broadcast()
        group, tag = self._name(), self._name()
        sizes = self.in_.column(self._count(self.in_.count(BATCH_MAX - 1) + 1), U32)
        return Batch(origin, number, group, tag, [self.in_.take(size) for size in sizes])

    def _message(self):
        name, clocks = self._name(), self._clocks()
        since = {}
        for (member, at), reach in zip(clocks.items(), self.in_.column(len(clocks), U32)):
            if reach > at.counter:
                raise Fault("number_out_of_range")
            if reach:
                since[member] = Stamp(at.incarnation, at.counter - reach)
        items = [item for op in (ADD, RMV, GET) for item in self._items(op, clocks)]
        items.sort()
        ascending([item[:3] for item in items])
        return Message(name, clocks, items, since)

    def _items(self, op, clocks):
        members = self._references()
        counts = [n + 1 for n in self.in_.column(len(members))]
        self._count(sum(counts))
        owners = [i for i, n in zip(members, counts) for _ in range(n)]
        starts, lengths, ports, ages, lags = (self.in_.column(len(owners), most) for most in (U32, U32, U16, U32, U32))
        items = []
        for i, start, length, port, age, z in zip(owners, starts, lengths, ports, ages, lags):
            if start + length > U32:
                raise Fault("reversed_range")
            reference = clocks.get(self.ids[i], Stamp(0, 0)).counter
            counter = reference - (z >> 1 ^ -(z & 1)) & U32
            items.append(Item(self.ids[i], start, start + length, op, port, self._at(i, age, counter)))
        ascending([item[:3] for item in items])
        return items

    def _digest(self):
        stage, everything = self.in_.byte(), self.in_.byte()
        if stage > REST or everything > 1:
            raise Fault("bad_enum")
        groups = []
        for _ in range(self.in_.count(NET_IDS_MAX)):
            group = GroupDigest(self._name(), self.in_.byte())
            if group.scope > HASH:
                raise Fault("bad_enum")
            group.clocks = self._clocks()
            if group.scope != PART:
                group.own = int.from_bytes(self.in_.take(8), "big")
            if group.scope == HASH:
                if len(group.clocks) > 1:
                    raise Fault("limit_exceeded")
                group.hash = int.from_bytes(self.in_.take(8), "big")
            groups.append(group)
        ascending([group.group.encode() for group in groups])
        return Digest(stage, bool(everything), groups)
