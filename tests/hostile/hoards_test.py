#!/usr/bin/env python3
"""Frames that a node would have to buffer: frames that never end, and frames that wait for their turn."""

import packages

packages.require()

import os
import resource
import selectors
import socket

import snappy

from attacked import Attacked
from attacks import UNKNOWN, dense_and_long, header
from program import SLOWNESS, time, unittest
from scalesmall_wire.encode import encode, section
from scalesmall_wire.frame import HEADER_BYTES, Codec, body_size
from scalesmall_wire.records import Gossip, Item, Message, NetId, Stamp, ADD

CONNECTIONS = 1_000
BODY_BYTES_MAX = 8 * 1024 * 1024
QUIET_SECONDS = 0.5
NOBODY = NetId.parse("127.9.9.9:9")


class Hoards(Attacked):
    def setUp(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        if most != resource.RLIM_INFINITY and most < CONNECTIONS + 200:
            self.skipTest(f"this process may open {most} files only")
        super().setUp()

    def hoard(self, stream):
        """Opens many connections and writes to each as many of these bytes as the node accepts."""
        waiting = selectors.DefaultSelector()
        self.addCleanup(waiting.close)
        for _ in range(CONNECTIONS):
            peer = socket.socket()
            self.addCleanup(peer.close)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 14)
            peer.settimeout(10 * SLOWNESS)
            peer.connect(self.address)
            peer.setblocking(False)
            waiting.register(peer, selectors.EVENT_WRITE, memoryview(stream))
        while ready := waiting.select(QUIET_SECONDS * SLOWNESS):
            for key, _ in ready:
                try:
                    left = key.data[key.fileobj.send(key.data):]
                except (BrokenPipeError, ConnectionResetError):
                    left = b""
                if left:
                    waiting.modify(key.fileobj, selectors.EVENT_WRITE, left)
                else:
                    waiting.unregister(key.fileobj)

    def assert_large_frames_pass(self):
        """A valid frame of 1 MB is merged and acknowledged."""
        number = Stamp(int(time.time()), 1)
        told = Message("Large", {NOBODY: number}, [Item(NOBODY, 5, 5, ADD, 5, number)])
        body = encode(Gossip(NOBODY, number, messages=[told])) + section(UNKNOWN, os.urandom(1 << 20))
        peer = self.connect()
        begin = time.monotonic()
        peer.sendall(header(len(body)) + body)
        with peer.makefile("rb") as answers:
            for acknowledged in ([], [number.number]):  # the hello comes first
                start = answers.read(HEADER_BYTES)
                answer = Codec().open(start + answers.read(body_size(start)))
                self.assertEqual(answer.acknowledged, acknowledged)
        self.say("frame of 1 MB", f"merged in {time.monotonic() - begin:.2f} s")

    def test_frames_that_never_end(self):
        self.hoard(header(BODY_BYTES_MAX) + os.urandom(1 << 20))
        self.assert_pace()
        self.assert_large_frames_pass()
        self.assert_unharmed()

    def test_frames_that_lack_a_byte(self):
        self.hoard(header(1 << 19) + os.urandom((1 << 19) - 1))
        self.assert_unharmed()

    def test_frames_that_decompress_to_much_and_wait_aside(self):
        block = snappy.compress(dense_and_long())
        self.hoard(header(len(block), 1) + block)
        self.assert_unharmed()


if __name__ == "__main__":
    unittest.main()
