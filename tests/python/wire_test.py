#!/usr/bin/env python3
"""The Python implementation of docs/wire-format.md against tests/golden, and the frames that it refuses."""

import packages

packages.require()

import pathlib
import random
import unittest

from scalesmall_wire.decode import decode
from scalesmall_wire.encode import encode
from scalesmall_wire.frame import Codec, key_id
from scalesmall_wire.records import (ADD, GET, U32, Fault, Item, NetId, Stamp, cluster_number, hash_of, hash_of_items, key_of,
                                     key_of_member, life_of, statement_of)

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"
PAGE = GOLDEN.parent.parent / "docs" / "wire-format.md"
KEY = bytes(range(32))
SEALED_AT = 1763793600.25


def golden(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return bytes.fromhex("".join(line for line in lines if not line.startswith("#")))


def codec_for(path):
    cluster = "blue" if path.stem in ("exchange_answer", "sealed_hello") else ""
    return Codec(cluster, [KEY] if path.stem.startswith("sealed") else [], lambda: SEALED_AT)


class Wire(unittest.TestCase):
    def test_golden_frames_are_decoded_and_encoded_again(self):
        files = sorted(GOLDEN.glob("*.hex"))
        self.assertGreater(len(files), 7)
        for path in files:
            with self.subTest(path.name):
                said = codec_for(path).open(golden(path))
                again = decode(encode(said))
                again.silent = said.silent
                self.assertEqual(again, said)

    def test_content_of_hello(self):
        hello = Codec().open(golden(GOLDEN / "hello.hex"))
        self.assertEqual(str(hello.sender), "192.168.1.100:29999")
        self.assertEqual(hello.number, Stamp(1763793600, 1))
        self.assertEqual(hello.digest.groups[0].clocks, {hello.sender: Stamp(1763793600, 2)})
        self.assertEqual(codec_for(GOLDEN / "sealed_hello.hex").open(golden(GOLDEN / "sealed_hello.hex")), hello)

    def test_numbers_of_the_page(self):
        """Each hash has a number on the page."""
        member, page = NetId.parse("192.168.1.100:29999"), PAGE.read_text(encoding="utf-8")
        joined = Item(member, 0, U32, GET, 0, Stamp(1763793600, 0))
        for number, found in ((14550584115443482239, hash_of({member: Stamp(1763793600, 2)})),
                              (3380002891464536323, hash_of({member: Stamp(0, 0)})),
                              (3838418695809157619, hash_of_items([joined])), (786968248, key_of_member(member))):
            self.assertEqual(found, number)
            self.assertIn(f"`{number}`", page)
        self.assertEqual(cluster_number("blue"), 0x82FBF5CD)
        self.assertIn("`0x82fbf5cd`", page)
        self.assertEqual(key_id(KEY).hex(), "8f79951e")
        self.assertEqual((key_of(b""), key_of(b"user:4711")), (0xE3B0C442, 0x8E7568D5))

    def test_statements_of_the_page(self):
        member = NetId.parse("192.168.1.100:29999")
        key = key_of_member(member)
        self.assertEqual((key, life_of(1763793600)), (786968248, 16204))

        def said(port, op=ADD, end=key):
            return statement_of(Item(member, key, end, op, port, Stamp(1, 1)))

        self.assertEqual(said(16204), (key, "silent", 16204))
        self.assertEqual(said(32588), (key, "refused", 16204))
        self.assertEqual(said(2 << 14 | 1), (key, "lasting", 1))
        for nothing in (said(0), said(1 << 14), said(3 << 14 | 1), said(1, GET), said(1, ADD, key + 1)):
            self.assertIsNone(nothing)

    def test_replayed_and_foreign_frames_are_refused(self):
        frame, codec = golden(GOLDEN / "sealed_hello.hex"), codec_for(GOLDEN / "sealed_hello.hex")
        codec.open(frame)
        for title, why, opener in (("again", "replayed", codec), ("other cluster", "bad_seal", Codec("red", [KEY])),
                                   ("old", "wrong_time", Codec("blue", [KEY])),
                                   ("other key", "unknown_key", Codec("blue", [b"k" * 32]))):
            with self.subTest(title), self.assertRaisesRegex(Fault, why):
                opener.open(frame)

    def test_broken_frames_end_in_a_fault(self):
        chance, refused = random.Random(20161114), 0
        for path in sorted(GOLDEN.glob("*.hex")):
            frame = golden(path)
            for _ in range(300):
                broken = bytearray(frame[:chance.randrange(len(frame))] if chance.random() < 0.2 else frame)
                for _ in range(min(len(broken), chance.randrange(1, 4))):
                    broken[chance.randrange(len(broken))] = chance.randrange(256)
                try:
                    codec_for(path).open(bytes(broken))
                except Fault:
                    refused += 1
        self.assertGreater(refused, 1000)


if __name__ == "__main__":
    unittest.main()
