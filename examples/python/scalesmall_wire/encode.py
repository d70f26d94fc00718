"""Encodes records into bytes, in the simplest form that the format allows."""

from .records import (ACKNOWLEDGED, ADD, APPLICATION, DIGEST, ENVELOPE, GET, HASH, MESSAGE, NET_IDS, PART, RMV, SILENT,
                      U32, U64, V4_BIAS, Stamp)


def encode(gossip):
    """Returns the body of a gossip."""
    return Writer(gossip).body


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def column(values):
    """Encodes numbers in the simplest form: each as a varint. Snappy recovers a part of the bytes."""
    return (b"\xf1" if len(values) > 1 else b"") + b"".join(map(varint, values))


class Writer:
    """Writes the body of one gossip."""

    def __init__(self, gossip):
        self.epochs = {}
        self._collect(gossip)
        self.position = {member: i for i, member in enumerate(sorted(self.epochs))}
        numbers = [int.from_bytes(i.address, "big") for i in self.position]
        columns = ([n >> 64 for n in numbers], [n - V4_BIAS & U64 for n in numbers], [i.port for i in self.position],
                   [self.epochs[i] for i in self.position])
        self.body = section(NET_IDS, varint(len(numbers)) + b"".join(map(column, columns)))
        self.body += section(ENVELOPE, self._envelope(gossip))
        for message in sorted(gossip.messages, key=lambda m: m.group.encode()):
            self.body += section(MESSAGE, self._message(message))
        if gossip.digest:
            self.body += section(DIGEST, self._digest(gossip.digest))
        if gossip.acknowledged:
            numbers = sorted(set(gossip.acknowledged))
            self.body += section(ACKNOWLEDGED, varint(len(numbers)) + column(numbers))
        if gossip.silent:
            silent = sorted(gossip.silent.items())
            self.body += section(SILENT, self._references([m for m, _ in silent]) + column([s for _, s in silent]))
        if gossip.application:
            self.body += section(APPLICATION, self._application(gossip.application))

    def _collect(self, gossip):
        """Collects every net_id in the gossip with its greatest incarnation."""
        def see(member, at=Stamp(0, 0)):
            self.epochs[member] = max(self.epochs.get(member, 0), at.incarnation)

        see(gossip.sender, gossip.number)
        for member, at in (*gossip.seen.items(), *gossip.others):
            see(member, at)
        for member in (*gossip.distribution, *gossip.silent):
            see(member)
        if gossip.application:
            see(gossip.application.origin, gossip.application.number)
        for group in (*gossip.messages, *(gossip.digest.groups if gossip.digest else ())):
            for member, at in group.clocks.items():
                see(member, at)
        for message in gossip.messages:
            for item in message.items:
                see(item.member, item.at)

    def _age(self, member, at):
        return self.epochs[member] - at.incarnation

    def _references(self, members, repeat=False):
        positions = [self.position[m] for m in members]
        steps = [b - a - (not repeat) for a, b in zip(positions, positions[1:])]
        return varint(len(positions)) + (varint(positions[0]) + column(steps) if positions else b"")

    def _told(self, told, repeat=False):
        """Encodes members with a stamp each: clocks, or broadcasts."""
        told = sorted(told)
        return (self._references([m for m, _ in told], repeat) + column([self._age(*x) for x in told]) +
                column([at.counter for _, at in told]))

    def _broadcast(self, origin, number):
        return varint(self.position[origin]) + varint(self._age(origin, number)) + varint(number.counter)

    def _envelope(self, gossip):
        return (self._broadcast(gossip.sender, gossip.number) + self._told(gossip.seen.items()) +
                self._told(gossip.others, repeat=True) + self._references(sorted(gossip.distribution)))

    def _message(self, message):
        out = name(message.group) + self._told(message.clocks.items())
        out += column([at.counter - message.since[m].counter if m in message.since else 0
                       for m, at in sorted(message.clocks.items())])
        for op in (ADD, RMV, GET):
            items = sorted(item for item in message.items if item.op == op)
            owners = sorted({item.member for item in items})
            lags = [message.clocks.get(x.member, Stamp(0, 0)).counter - x.at.counter for x in items]
            out += self._references(owners)
            out += column([sum(item.member == m for item in items) - 1 for m in owners])
            for values in ([x.start for x in items], [x.end - x.start for x in items], [x.port for x in items],
                           [self._age(x.member, x.at) for x in items], [zigzag32(lag) for lag in lags]):
                out += column(values)
        return out

    def _application(self, batch):
        sizes = [len(message) for message in batch.messages]
        return (self._broadcast(batch.origin, batch.number) + name(batch.group) + name(batch.tag) +
                varint(len(sizes) - 1) + column(sizes) + b"".join(batch.messages))

    def _digest(self, digest):
        out = bytes([digest.stage, digest.all_groups]) + varint(len(digest.groups))
        for group in sorted(digest.groups, key=lambda g: g.group.encode()):
            out += name(group.group) + bytes([group.scope])
            out += self._told(group.clocks.items())
            out += group.own.to_bytes(8, "big") if group.scope != PART else b""
            out += group.hash.to_bytes(8, "big") if group.scope == HASH else b""
        return out


def zigzag32(difference):
    signed = (difference + 2**31 & U32) - 2**31
    return (signed << 1 ^ signed >> 31) & U32


def section(tag, content):
    return varint(tag) + varint(len(content)) + content


def name(text):
    return varint(len(text.encode())) + text.encode()
