#!/usr/bin/env python3
"""The frame sizes of the original program for the groups of tests/messages/codec/codec_test.cpp, to which this format is
compared. The original program sends a gossip as an Erlang term by term_to_binary, which this file imitates, and
compresses it by Snappy."""

import packages

packages.require()

import random
import struct
import unittest

import snappy

LAST_KEY = 2**32 - 1


def atom(name):
    return b"d" + struct.pack(">H", len(name)) + name.encode()


def integer(value):
    if value < 2**8:
        return b"a" + bytes([value])
    if value < 2**31:
        return b"b" + struct.pack(">i", value)
    size = (value.bit_length() + 7) // 8
    return b"n" + bytes([size, 0]) + value.to_bytes(size, "little")


def record(name, *fields):
    return b"h" + bytes([1 + len(fields)]) + atom(name) + b"".join(fields)


def array(elements):
    return b"l" + struct.pack(">I", len(elements)) + b"".join(elements) + b"j"


def text(value):
    return b"m" + struct.pack(">I", len(value)) + value.encode()


def net_id(i):
    address = b"h\4" + b"".join(map(integer, (192, 168, i // 250, i % 250 + 1)))
    return record("net_id", address, integer(29999))


def local_clock(i, value):
    return record("local_clock", net_id(i), integer(value))


def timed_items(i, claim):
    """The items of one member in key order; a claim is (first key, last key, port, clock)."""
    first, last, port, clock = claim
    for start, end, op, at in sorted([(0, LAST_KEY, "get", 0), (first, last, "add", port)]):
        yield record("timed_item", record("item", net_id(i), atom(op), integer(start), integer(end), integer(at)),
                     local_clock(i, clock))


def original_bytes(claims):
    others = range(1, len(claims))
    clocks = array([local_clock(i, claim[3]) for i, claim in enumerate(claims)])
    items = array([item for i, claim in enumerate(claims) for item in timed_items(i, claim)])
    term = record("gossip", record("broadcast_id", net_id(0), integer(42)),
                  array([record("broadcast_id", net_id(i), integer(3 * i)) for i in others]),
                  array([net_id(i) for i in others]),
                  record("message", record("world_clock", clocks), record("timed_set", items), text("Group1")))
    return len(snappy.compress(b"\x83" + term))


def regular(n):
    part = LAST_KEY // n
    return [(i * part, (i + 1) * part - 1, 11223, 1 + i % 7) for i in range(n)]


def drawn(n, seed):
    """Draws the same numbers as C++'s std::mt19937, which derives its state from a seed in another way than Python."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) % 2**32)
    generator = random.Random()
    generator.setstate((3, (*state, 624), None))
    claims = []
    for _ in range(n):
        first, last = sorted(generator.getrandbits(32) for _ in range(2))
        claims.append((first, last, generator.getrandbits(32) % 2**16, generator.getrandbits(32)))
    return claims


class OriginalSize(unittest.TestCase):
    def check(self, claims, size):
        """Allows 1 %, because other versions of Snappy may find other matches."""
        self.assertAlmostEqual(original_bytes(claims), size, delta=size / 100)

    def test_regular_groups(self):
        for n, size in ((2, 289), (10, 739), (100, 5738), (1000, 54581)):
            self.check(regular(n), size)

    def test_random_groups(self):
        self.assertEqual(drawn(1, 1), [(1791095845, 4282876139, 3093770124 % 2**16, 4005303368)])
        for n, size in ((100, 7352), (1000, 75480)):
            self.check(drawn(n, 1), size)


if __name__ == "__main__":
    unittest.main()
