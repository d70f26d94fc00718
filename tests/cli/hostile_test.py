#!/usr/bin/env python3
"""A node among peers that send nonsense, nothing, or too much: it drops bad input and keeps serving the other peers."""

import pathlib
import random
import socket
import struct

from program import ANSWER_TIME, SLOWNESS, Test, free_port, signal, unittest

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"


def header(size, flags=0, version=1, oldest=1, cluster=0):
    return b"sm" + bytes([version, oldest, flags]) + size.to_bytes(3, "big") + struct.pack(">I", cluster)


def golden(name):
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    return bytes.fromhex("".join(line for line in lines if not line.startswith("#")))


CLAIMS_A_GIGABYTE = b"\x80\x80\x80\x80\x04" + b"\0" * 20  # a Snappy block begins with its size as a varint

# Input for which the node closes the connection at once.
REFUSED = {
    "another protocol": b"GET / HTTP/1.1\r\nHost: here\r\n\r\n",
    "a body over the limit": header(0xFFFFFF) + b"x" * 1000,
    "a version that we cannot read": header(1, version=9, oldest=9) + b"x",
    "a sealed frame": header(20, flags=2) + b"x" * 20,
    "another cluster": header(20, cluster=77) + b"x" * 20,
    "a block that claims a gigabyte": header(len(CLAIMS_A_GIGABYTE), flags=1) + CLAIMS_A_GIGABYTE,
    "a body of noise": header(100) + random.Random(7).randbytes(100),
}


class Hostile(Test):
    def setUp(self):
        self.port = free_port(socket.SOCK_DGRAM)
        self.node = self.shell("--port", "0", "--multicast-port", str(self.port))
        host, port = self.node.id().split(":")
        self.address = (host, int(port))
        self.node.ask("add_item Ours 0 99 11223")
        self.memory_before = self.memory()

    def memory(self):
        status = pathlib.Path(f"/proc/{self.node.process.pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def connect(self):
        peer = socket.create_connection(self.address, timeout=ANSWER_TIME)
        self.addCleanup(peer.close)
        return peer

    def send(self, peer, data):
        try:
            peer.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before the end of the data

    def assert_closed(self, peer):
        """Waits until the node closes the connection; its answers before that are ignored."""
        try:
            while peer.recv(4096):
                pass
        except ConnectionResetError:
            pass

    def tearDown(self):
        """After each attack: claims are intact, memory is bounded, other nodes are served, the end is clean."""
        claims = [(x["member"], x["op"], x["start"], x["end"]) for x in self.node.ask("topology Ours add")]
        self.assertEqual(claims, [(self.node.id(), "add", 0, 99)])
        # Sanitizers keep freed memory for a while.
        self.assertLess(self.memory() - self.memory_before, 64 * 1024 * SLOWNESS, "kB")
        other = self.shell("--port", "0", "--multicast-port", str(self.port))
        other.ask(f"join Ours {self.node.id()}")
        self.node.ask("await members Ours 2")
        other.ask("await topology Ours add 1")
        self.node.signal(signal.SIGTERM)
        self.assert_stops(self.node)

    def test_refused_on_tcp(self):
        for title, data in REFUSED.items():
            with self.subTest(title):
                peer = self.connect()
                self.send(peer, data)
                self.assert_closed(peer)

    def test_silent_and_slow_peers(self):
        silent = [self.connect() for _ in range(50)]
        slow = self.connect()
        for byte in header(1000)[:8]:
            self.send(slow, bytes([byte]))
        self.assertEqual(len(silent), 50)

    def test_cut_frames(self):
        frame = golden("update.hex")
        for size in range(0, len(frame), 7):
            peer = self.connect()
            self.send(peer, frame[:size])
            peer.close()

    def test_flipped_bits_on_tcp(self):
        frame = golden("update.hex")
        for position in range(len(frame)):
            peer = self.connect()
            self.send(peer, frame[:position] + bytes([frame[position] ^ 1 << position % 8]) + frame[position + 1:])
            peer.close()

    def test_noise_on_tcp(self):
        chance = random.Random(20161114)
        for _ in range(30):
            peer = self.connect()
            self.send(peer, chance.randbytes(chance.randrange(1, 100_000)))
            self.assert_closed(peer)

    def test_noise_on_multicast(self):
        frame, chance = golden("update.hex"), random.Random(20161114)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
            datagrams = [*REFUSED.values(), b"", *(frame[:n] for n in range(len(frame))),
                         *(chance.randbytes(1400) for _ in range(200))]
            for data in datagrams:
                out.sendto(data, ("224.1.1.1", self.port))


if __name__ == "__main__":
    unittest.main()
