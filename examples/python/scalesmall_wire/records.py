"""The records of docs/wire-format.md, its constants and its hashes."""

import dataclasses
import hashlib
import ipaddress
import typing

NET_IDS_MAX, ENTRIES_MAX, ACKNOWLEDGED_MAX, BATCH_MAX = 100_000, 500_000, 10_000, 10_000
NET_IDS, ENVELOPE, MESSAGE, DIGEST, ACKNOWLEDGED, SILENT, APPLICATION = range(1, 8)
V4_BIAS = 0x0000FFFF00000000
U16, U32, U64 = 2**16 - 1, 2**32 - 1, 2**64 - 1
ADD, RMV, GET = range(3)
REQUEST, ANSWER, PUSH, REST = range(4)
WHOLE, PART, HASH = range(3)
LIVENESS_GROUP = "scalesmall.live"
FINDINGS = ("silent", "refused", "lasting")
STATEMENTS_OF_ROW_MAX = 256


class Fault(Exception):
    """The reason why bytes are refused."""


class NetId(typing.NamedTuple):
    """Ordered as in the format: by the 16 bytes of the address, then by the port."""
    address: bytes
    port: int

    def __str__(self):
        host = ipaddress.IPv6Address(self.address)
        return f"{host.ipv4_mapped}:{self.port}" if host.ipv4_mapped else f"[{host}]:{self.port}"

    @property
    def host(self):
        return str(self).rpartition(":")[0].strip("[]")

    @classmethod
    def parse(cls, text):
        host, _, port = text.rpartition(":")
        address = ipaddress.ip_address(host.strip("[]"))
        mapped = b"\0" * 10 + b"\xff\xff" + address.packed if address.version == 4 else address.packed
        return cls(mapped, int(port))


class Stamp(typing.NamedTuple):
    incarnation: int
    counter: int

    @property
    def number(self):
        return self.incarnation << 32 | self.counter


class Item(typing.NamedTuple):
    member: NetId
    start: int
    end: int
    op: int
    port: int
    at: Stamp


@dataclasses.dataclass
class Message:
    group: str
    clocks: dict  # Stamp by member
    items: list
    since: dict = dataclasses.field(default_factory=dict)  # for deltas, by member: the Stamp where the delta begins


@dataclasses.dataclass
class GroupDigest:
    group: str
    scope: int
    clocks: dict = dataclasses.field(default_factory=dict)
    hash: int = 0
    own: int = 0  # hash of the items of the sender's own row


@dataclasses.dataclass
class Digest:
    stage: int
    all_groups: bool
    groups: list


@dataclasses.dataclass
class Batch:
    """Program messages with one tag for one group, as bytes."""
    origin: NetId
    number: Stamp
    group: str
    tag: str
    messages: list


@dataclasses.dataclass
class Gossip:
    """A broadcast is (net_id, Stamp), and its number is that of the Stamp."""
    sender: NetId
    number: Stamp
    seen: dict = dataclasses.field(default_factory=dict)
    others: list = dataclasses.field(default_factory=list)
    distribution: list = dataclasses.field(default_factory=list)
    messages: list = dataclasses.field(default_factory=list)
    digest: typing.Optional[Digest] = None
    acknowledged: list = dataclasses.field(default_factory=list)
    silent: dict = dataclasses.field(default_factory=dict)
    application: typing.Optional[Batch] = None


def fnv1a(data, basis, prime, modulus):
    for byte in data:
        basis = (basis ^ byte) * prime % modulus
    return basis


def cluster_number(name):
    return fnv1a(name.encode(), 0x811C9DC5, 0x01000193, 2**32) if name else 0


def mixed(data):
    return split_mix(fnv1a(data, 0xCBF29CE484222325, 0x100000001B3, 2**64))


def split_mix(x):
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & U64
    x = (x ^ x >> 27) * 0x94D049BB133111EB & U64
    return x ^ x >> 31


def clock_bytes(member, at):
    return member.address + member.port.to_bytes(2, "big") + at.number.to_bytes(8, "big")


def hash_of(clocks):
    return sum(mixed(clock_bytes(member, at)) for member, at in clocks.items()) & U64


def hash_of_items(items):
    """Hashes the items that are no removals."""
    return sum(mixed(clock_bytes(x.member, x.at) + x.start.to_bytes(4, "big") + x.end.to_bytes(4, "big") +
                     bytes([x.op]) + x.port.to_bytes(2, "big")) for x in items if x.op != RMV) & U64


def key_of(data):
    """Returns the key of a string of bytes in a group."""
    return int.from_bytes(hashlib.sha256(data).digest()[:4], "big")


def key_of_member(member):
    """Returns the key of a member in statements of the failure detector."""
    return mixed(clock_bytes(member, Stamp(0, 0))) >> 32


def statement_of(item):
    """Returns what an item of the group LIVENESS_GROUP states: (key, what was found, life), or None."""
    found, life = item.port >> 14, item.port & 0x3FFF
    if item.op != ADD or item.start != item.end or found >= len(FINDINGS) or life == 0:
        return None
    return item.start, FINDINGS[found], life


def life_of(incarnation):
    return 1 + incarnation % 16383


def ascending(values):
    if any(b <= a for a, b in zip(values, values[1:])):
        raise Fault("not_sorted")
    return values
