"""Reads frames as docs/wire-format.md defines them: envelope, which clocks are told, and whether it is an exchange."""

import ipaddress
import typing

HEADER_BYTES = 12
COMPRESSED, SEALED = 1, 2
NET_IDS, ENVELOPE, MESSAGE, DIGEST = 1, 2, 3, 4
V4_PREFIX = 0x0000FFFF00000000


class Stamp(typing.NamedTuple):
    incarnation: int
    counter: int


class Gossip(typing.NamedTuple):
    sender: str
    seen: dict  # by node, the newest number of it that the sender has heard by multicast
    clocks: dict  # of the messages: by (group, member), a stamp
    exchange: bool


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, size):
        part = self.data[self.at:self.at + size]
        if len(part) != size:
            raise ValueError(f"{size} bytes at {self.at} of {len(self.data)}")
        self.at += size
        return part

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def column(self, size):
        if size == 0:
            return []
        if size == 1:
            return [self.varint()]
        form = self.byte()
        if form < 0xF8:
            return self._values(form, size)
        values = [self.varint()]
        for difference in self._values(form - 8, size - 1):
            values.append(values[-1] + (difference >> 1 ^ -(difference & 1)) & 0xFFFFFFFFFFFFFFFF)
        return values

    def _values(self, form, size):
        if form < 0xF0:
            return [form] * size
        if form == 0xF0:
            return [self.varint()] * size
        if form == 0xF1:
            return [self.varint() for _ in range(size)]
        if form != 0xF2:
            raise ValueError(f"no column begins with {form:02x}")
        width, base = self.byte(), self.varint()
        packed = int.from_bytes(self.take((size * width + 7) // 8), "little")
        return [base + (packed >> i * width & (1 << width) - 1) for i in range(size)]

    def references(self):
        size = self.varint()
        if size == 0:
            return []
        positions = [self.varint()]
        for difference in self.column(size - 1):
            positions.append(positions[-1] + difference + 1)
        return positions


def frame_size(header):
    if header[:2] != b"sm":
        raise ValueError(f"no frame begins with {header[:2]}")
    return HEADER_BYTES + int.from_bytes(header[5:8], "big")


def decode(frame):
    if frame[4] & SEALED:
        raise ValueError("the frame is sealed")
    body = frame[HEADER_BYTES:frame_size(frame)]
    sections = Reader(unsnap(body) if frame[4] & COMPRESSED else body)
    names, epochs, envelope, clocks, exchange = [], [], None, {}, False
    while sections.at < len(sections.data):
        tag = sections.varint()
        content = Reader(sections.take(sections.varint()))
        if tag == NET_IDS:
            names, epochs = _net_ids(content)
        elif tag == ENVELOPE:
            envelope = _envelope(content, names, epochs)
        elif tag == MESSAGE:
            group = content.take(content.varint()).decode()
            clocks |= {(group, member): stamp for member, stamp in _clocks(content, names, epochs).items()}
        elif tag == DIGEST:
            exchange = True
    return Gossip(*envelope, clocks, exchange)


def _net_ids(content):
    size = content.varint()
    columns = [content.column(size) for _ in range(4)]
    names = []
    for first, second, port, _ in zip(*columns):
        address = ipaddress.IPv6Address(first << 64 | (second + V4_PREFIX & 0xFFFFFFFFFFFFFFFF))
        names.append(f"{address.ipv4_mapped}:{port}" if address.ipv4_mapped else f"[{address}]:{port}")
    return names, columns[3]


def _envelope(content, names, epochs):
    sender = content.varint()
    content.varint()  # age and number of the hop
    content.varint()
    origins = content.references()
    numbers = zip(origins, content.column(len(origins)), content.column(len(origins)))
    return names[sender], {names[i]: (epochs[i] - age << 32) + n for i, age, n in numbers}


def _clocks(content, names, epochs):
    members = content.references()
    stamps = zip(members, content.column(len(members)), content.column(len(members)))
    return {names[i]: Stamp(epochs[i] - age, counter) for i, age, counter in stamps}


def unsnap(block):
    """The content of a Snappy block (google/snappy, format_description.txt)."""
    block = Reader(block)
    size, out = block.varint(), bytearray()
    while block.at < len(block.data):
        tag = block.byte()
        kind, rest = tag & 3, tag >> 2
        if kind == 0:
            length = rest if rest < 60 else int.from_bytes(block.take(rest - 59), "little")
            out += block.take(length + 1)
            continue
        if kind == 1:
            length, offset = (rest & 7) + 4, rest >> 3 << 8 | block.byte()
        else:
            length, offset = rest + 1, int.from_bytes(block.take(2 if kind == 2 else 4), "little")
        for _ in range(length):  # byte by byte: a copy may go on into what it writes
            out.append(out[-offset])
    if len(out) != size:
        raise ValueError(f"a Snappy block of {len(out)} bytes claims {size}")
    return bytes(out)
