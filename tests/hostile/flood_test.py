#!/usr/bin/env python3
"""Floods: many connections, noise, slow senders, small frames that expand to much data."""

import packages

packages.require()

import resource
import socket

import snappy

from attacked import Attacked, processor_seconds
from attacks import header, invented_members
from program import SLOWNESS, time, unittest

CONNECTIONS = 10_000
HANDLERS_MAX = 1024  # limits::incoming_connections_max
SEVERAL = 64  # descriptors for the connections of honest nodes
NOISE_SECONDS = 10
BODY_BYTES_MAX = 8 * 1024 * 1024


class Connections(Attacked):
    def setUp(self):
        """The nodes start with the usual limit of open files; the attacker has the highest one."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, most))
        super().setUp()
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def test_ten_thousand_connections_opened_and_left(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most != resource.RLIM_INFINITY and most < CONNECTIONS + 200:
            self.skipTest(f"this process may open {most} files only")
        peers = []
        for _ in range(CONNECTIONS):
            peer = socket.socket()
            self.addCleanup(peer.close)
            peer.setblocking(False)
            peer.connect_ex(self.address)
            peers.append(peer)
        self.assert_pace()
        self.assert_newcomers_are_served()
        self.assert_descriptors(HANDLERS_MAX + SEVERAL)
        self.assert_comes_to_rest()
        self.assert_unharmed()
        for peer in peers:
            peer.close()
        self.assert_unharmed()

    def assert_comes_to_rest(self):
        """Connections that did not fit into the backlog arrive later; after them only the periodic exchanges remain."""
        end = time.monotonic() + 60 * SLOWNESS
        while True:
            used = -processor_seconds(self.victim.process)
            time.sleep(1)
            used += processor_seconds(self.victim.process)
            if used < 0.2:
                break
            self.assertLess(time.monotonic(), end, f"{used} s of processor time a second")
        self.say("processor", f"{used:.2f} s a second at rest")

    def test_a_byte_a_second(self):
        peers = [self.connect() for _ in range(200)]
        frame = header(1000) + b"x" * 1000
        for at in range(5):
            for peer in peers:
                peer.send(frame[at:at + 1])
            self.convergence()
            time.sleep(0.5)
        self.assert_unharmed()


class Noise(Attacked):
    multicast = "on"

    def test_noise_at_full_speed(self):
        running = [self.attack("noise_tcp", *self.address, NOISE_SECONDS),
                   self.attack("noise_udp", "224.1.1.1", self.multicast_port, NOISE_SECONDS)]
        self.assert_pace()
        self.assert_newcomers_are_served()
        for process in running:
            self.assertEqual(process.wait(), 0)
        self.assert_unharmed()


class Bombs(Attacked):
    def send_all(self, frame, times, connections):
        for _ in range(connections):
            peer = self.connect()
            try:
                for _ in range(times):
                    peer.sendall(frame)
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused

    def test_snappy_blocks_of_nothing_but_zeros(self):
        block = snappy.compress(b"\0" * BODY_BYTES_MAX)
        self.send_all(header(len(block), 1) + block, 5, 20)
        self.assert_unharmed()

    def test_columns_that_unfold(self):
        """Many frames of 100 bytes that each stand for 100,000 members; the node merges one after the other."""
        frame = invented_members(1 << 16, 100_000, "Bomb")
        self.assertLess(len(frame), 120)
        self.send_all(frame, 10, 10)
        for node in self.nodes[1:]:  # an exchange would tell them, but it names few of so many groups
            self.tell(node, frame)
        self.assert_pace()
        for node in self.nodes:
            self.await_members(node, "Bomb", 15_000)
        self.assert_pace()
        self.assert_memory()
        self.assert_running()


if __name__ == "__main__":
    unittest.main()
