"""Small frames that stand for much data. As a program, an attacker:

attacks.py noise_tcp|noise_udp HOST PORT SECONDS
attacks.py datagrams FILE HOST:PORT SECONDS_BETWEEN
attacks.py streams FILE HOST:PORT...
"""

import os
import socket
import sys
import time

from scalesmall_wire.encode import column, name, section, varint
from scalesmall_wire.records import ENVELOPE, MESSAGE, NET_IDS, V4_BIAS, U64

LOOPBACK = 127 << 24
WAIT_SECONDS = 60
UNKNOWN = 99  # a section that readers do not know and skip


def header(size, flags=0, key_or_cluster=b"\0" * 4):
    return b"sm" + bytes([1, 1, flags]) + size.to_bytes(3, "big") + key_or_cluster


def same(value):
    return b"\xf0" + varint(value)


def regular(first, step):
    """A column that grows by a constant step."""
    return b"\xf8" + varint(first) + same(2 * step)


def invented_members(first, count, group="Ours", incarnation=1763793600, listed=False, claims=None,
                     port=9):
    """A plain frame of about 100 bytes with `count` members, 127.0.0.0 + first and following. All of them, or the first
    `claims`, have a claim. If `listed`, all are in the distribution list, and all have been heard by multicast."""
    address = (0xFFFF << 32 | LOOPBACK + first) - V4_BIAS & U64
    ids = varint(count) + same(0) + regular(address, 1) + same(port) + same(incarnation)
    everybody = varint(count) + b"\0" + same(0)  # positions 0, 1, 2, ...
    seen, to_serve = (everybody + same(0) + same(1), everybody) if listed else (b"\0", b"\0")
    envelope = b"\0\0\1" + seen + b"\0" + to_serve
    some = varint(claims or count) + b"\0" + same(0)
    row = some + same(0) + same(0) + same(0)  # clocks of age 0, counter 0, complete
    claims = some + same(0) + same(7) + same(0) + same(1) + same(0) + same(0)
    body = (section(NET_IDS, ids) + section(ENVELOPE, envelope) +
            section(MESSAGE, name(group) + row + claims + b"\0\0"))
    return header(len(body)) + body


def many_claims(count, member, incarnation, first=1, counter=1, since=None, listed=False):
    """A plain frame of about 70 bytes: a row of `member`, which is also the sender, with this many claims. It is complete, or a
    delta. If `listed`, the member is in the distribution list."""
    low = int.from_bytes(member.address, "big") - V4_BIAS & U64
    ids = varint(1) + b"\0" + varint(low) + varint(member.port) + varint(incarnation)
    envelope = b"\0\0" + varint(counter) + b"\0\0" + (varint(1) + b"\0" if listed else b"\0")
    row = varint(1) + b"\0\0" + varint(counter) + varint(0 if since is None else counter - since)
    items = varint(1) + b"\0" + varint(count - 1) + regular(first, 2) + same(0) + same(1) + same(0) + same(0)
    body = section(NET_IDS, ids) + section(ENVELOPE, envelope) + section(MESSAGE, name("Many") + row + items + b"\0\0")
    return header(len(body)) + body


def wide_row(sender, number, targets, claims):
    """A plain frame of about 150 bytes: a row with this many claims of its sender, to be passed on to 127.44.0.1 and following."""
    (host, port), count = sender, targets + 1
    addresses = [socket.inet_aton(host), *((LOOPBACK + (44 << 16) + n).to_bytes(4, "big") for n in range(1, count))]
    halves = sorted((0xFFFF << 32 | int.from_bytes(x, "big")) - V4_BIAS & U64 for x in addresses)
    me = halves.index((0xFFFF << 32 | int.from_bytes(addresses[0], "big")) - V4_BIAS & U64)
    others = [n for n in range(count) if n != me]
    ids = varint(count) + b"\0" + column(halves) + same(port) + same(1763793600)
    envelope = (varint(me) + b"\0" + varint(number) + b"\0\0" + varint(targets) + varint(others[0]) +
                column([b - a - 1 for a, b in zip(others, others[1:])]))
    row = varint(1) + varint(me) + b"\0" + varint(3) + b"\0"
    items = varint(1) + varint(me) + varint(claims - 1) + regular(1, 2) + b"\1\1\0\0"
    body = section(NET_IDS, ids) + section(ENVELOPE, envelope) + section(MESSAGE, name("Wide") + row + items + b"\0\0")
    body += section(UNKNOWN, b"\0" * 4096)  # so that it does not count as dense
    return header(len(body)) + body


def dense_and_long():
    """A long body that Snappy compresses so well that it has far too many entries for the size of its frame."""
    ids = varint(99_000) + same(0) + regular(0x7F000001 - V4_BIAS & U64, 1) + same(9) + same(1)
    seen = varint(99_000) + b"\0" + same(0) + same(0) + same(1)
    return section(NET_IDS, ids) + section(ENVELOPE, b"\0\0\1" + seen + b"\0\0") + section(UNKNOWN, b"\0" * 600_000)


def write_frames(path, frames):
    """The file of frames that an attacker sends."""
    with open(path, "wb") as file:
        for frame in frames:
            file.write(len(frame).to_bytes(4, "big") + frame)


def read_frames(path):
    with open(path, "rb") as file:
        while size := file.read(4):
            yield file.read(int.from_bytes(size, "big"))


def tell(place, frames, source="127.0.0.1", wait=WAIT_SECONDS):
    """Sends frames to a node by a stream, from an address of loopback. Returns when the node has read or refused them."""
    with socket.create_connection(place, timeout=wait, source_address=(source, 0)) as peer:
        try:
            peer.sendall(b"".join(frames))
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(1 << 16):
                pass
        except OSError:
            pass  # refused


def multicast(place, frames, pause):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        for frame in frames:
            out.sendto(frame, place)
            time.sleep(pause)


def place_of(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


def noise_tcp(host, port, seconds):
    end = time.monotonic() + float(seconds)
    noise = os.urandom(1 << 20)
    while time.monotonic() < end:
        try:
            with socket.create_connection((host, int(port)), timeout=1) as peer:
                peer.sendall(noise)
        except OSError:
            pass  # refused, as expected


def noise_udp(host, port, seconds):
    end = time.monotonic() + float(seconds)
    noise = os.urandom(1 << 16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        at = 0
        while time.monotonic() < end:
            at = (at + 997) % (len(noise) - 1400)
            frame = noise[at:at + 1400]
            try:
                out.sendto(header(1388) + frame[12:] if at % 2 else frame, (host, int(port)))
            except OSError:
                pass


if __name__ == "__main__":
    ATTACKS = {
        "noise_tcp": noise_tcp,
        "noise_udp": noise_udp,
        "datagrams": lambda path, place, pause: multicast(place_of(place), read_frames(path), float(pause)),
        "streams": lambda path, *places: [tell(place_of(place), read_frames(path)) for place in places],
    }
    ATTACKS[sys.argv[1]](*sys.argv[2:])
