#!/usr/bin/env python3
"""examples/python/scalesmall_peer.py among nodes of the program: each side finds the other one and its ranges."""

import packages

packages.require()

import os
import pathlib
import queue
import socket
import subprocess
import sys
import tempfile
import threading

from scalesmall_wire.frame import HEADER_BYTES, Codec, body_size
from scalesmall_wire.records import ADD, Gossip, Item, Message, NetId, Stamp

from program import SLOWNESS, Test, clean_environment, free_port, run, signal, time, unittest

PEER = pathlib.Path(__file__).parent.parent.parent / "examples" / "python" / "scalesmall_peer.py"
SEE_TIME = 10 * SLOWNESS


class PythonPeer:
    """A running scalesmall_peer.py, and the topology that it printed last."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([sys.executable, PEER, "g", *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=clean_environment())
        self.blocks, self.shown = queue.Queue(), []
        self.errors = []
        threads = (self._read, lambda: self.errors.extend(self.process.stderr))
        self.readers = [threading.Thread(target=x, daemon=True) for x in threads]
        self.id = self.process.stdout.readline().strip()
        for reader in self.readers:
            reader.start()

    def _read(self):
        block = []
        for line in self.process.stdout:
            if line.strip():
                block.append(tuple(line.split()[:5]))
            else:
                self.blocks.put(block)
                block = []
        self.blocks.put(None)

    def await_line(self, *words):
        end = time.monotonic() + SEE_TIME
        while words not in self.shown:
            try:
                self.shown = self.blocks.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"{self.id} shows {self.shown}, not {words}: {''.join(self.errors)}") from None

    def await_items(self, *items):
        """Waits until it shows exactly these items with op add: (member, start, end, port)."""
        end = time.monotonic() + SEE_TIME
        while sorted((m, int(s), int(e), int(p)) for m, op, s, e, p in self.shown if op == "add") != sorted(items):
            try:
                self.shown = self.blocks.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"{self.id} shows {self.shown}, not {items}: {''.join(self.errors)}") from None
            if self.shown is None:
                raise EOFError("".join(self.errors))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SEE_TIME)

    def kill(self):
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


class Peers(Test):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.key = os.path.join(directory.name, "key")
        with open(self.key, "w", encoding="ascii") as file:
            file.write(run("keygen").stdout)
        os.chmod(self.key, 0o600)
        self.port = free_port(socket.SOCK_DGRAM)

    def node(self, multicast, sealed, *arguments):
        keys = ("--key-file", self.key) if sealed else ()
        return self.shell("--address", "127.0.0.1", "--port", "0", "--multicast-port", str(self.port), "--multicast",
                          "on" if multicast else "off", "--cluster", "two words", *keys, *arguments)

    def peer(self, multicast, sealed, *arguments):
        keys = ("--key-file", self.key) if sealed else ()
        peer = PythonPeer("--multicast", f"224.1.1.1:{self.port}" if multicast else "off", "--cluster", "two words",
                          *keys, *arguments)
        self.addCleanup(peer.kill)
        return peer

    def serves(self, shell, *items):
        shell.ask(f"await topology g add {len(items)} {SEE_TIME}")
        found = [(x["member"], x["start"], x["end"], x["port"]) for x in shell.ask("topology g add")]
        self.assertEqual(sorted(found), sorted(items))

    def test_both_directions(self):
        for multicast in (False, True):
            for sealed in (False, True):
                with self.subTest(multicast=multicast, sealed=sealed):
                    self.life_of_a_group(multicast, sealed)

    def life_of_a_group(self, multicast, sealed):
        first, second = self.node(multicast, sealed), self.node(multicast, sealed)
        first.ask("join g")
        second.ask(f"join g {first.id()}")
        first.ask("add_item g 0 14 4000")
        of_first = (first.id(), 0, 14, 4000)

        peer = self.peer(multicast, sealed, "--seed", first.id(), "--serve", "15", "0xff", "11223")
        of_peer = (peer.id, 15, 255, 11223)
        for shell in (first, second):
            shell.ask(f"await members g 3 {SEE_TIME}")
            self.assertIn(peer.id, shell.ask("members g"))
            self.serves(shell, of_first, of_peer)
        peer.await_items(of_first, of_peer)

        # Deltas of a node that is not its seed, one at a time, so that each of them is visible.
        for n in range(1, 6):
            second.ask(f"add_item g {n}000 {n}999 {n}")
        of_second = [(second.id(), n * 1000, n * 1000 + 999, n) for n in range(1, 6)]
        peer.await_items(of_first, of_peer, *of_second)
        second.ask("remove_item g 1000 1999 1")
        peer.await_items(of_first, of_peer, *of_second[1:])

        # A node that joins through the peer learns everything.
        third = self.node(multicast, sealed)
        third.ask(f"join g {peer.id}")
        self.serves(third, of_first, of_peer, *of_second[1:])
        first.ask(f"await members g 4 {SEE_TIME}")

        self.assertEqual(peer.stop(), 0, "".join(peer.errors))
        for shell in (first, second, third):
            shell.ask(f"await members g 3 {SEE_TIME}")
            self.serves(shell, of_first, *of_second[1:])

    def test_found_by_multicast_alone(self):
        for sealed in (False, True):
            with self.subTest(sealed=sealed):
                node = self.node(True, sealed)
                node.ask("join g")
                node.ask("add_item g 1 2 3")
                peer = self.peer(True, sealed, "--serve", "4", "5", "6")
                self.serves(node, (node.id(), 1, 2, 3), (peer.id, 4, 5, 6))
                peer.await_items((node.id(), 1, 2, 3), (peer.id, 4, 5, 6))
                self.assertEqual(peer.stop(), 0, "".join(peer.errors))

    def test_statements(self):
        first, second = (self.node(False, False, "--liveness", "on") for _ in range(2))
        first.ask("join g")
        second.ask(f"join g {first.id()}")
        peer = self.peer(False, False, "--seed", first.id(), "--statements")
        first.ask(f"await members g 3 {SEE_TIME}")
        first.ask(f"await members scalesmall.live 2 {SEE_TIME}")
        stopping = second.id()
        second.ask("quit")
        peer.await_line(stopping, "refused", stopping)

    def test_two_peers_without_the_program(self):
        one = self.peer(False, True, "--serve", "1", "1", "1")
        two = self.peer(False, True, "--seed", one.id, "--serve", "2", "2", "2")
        for peer in (one, two):
            peer.await_items((one.id, 1, 1, 1), (two.id, 2, 2, 2))

    def test_other_keys_and_clusters_keep_apart(self):
        node = self.node(False, True)
        node.ask("join g")
        self.peer(False, False, "--seed", node.id())
        self.assert_refused("timeout", node, "await members g 2 2")

    def test_acknowledges_merged_frames(self):
        peer = self.peer(False, False)
        codec, member = Codec("two words"), NetId.parse("127.0.0.1:9")
        told = Message("g", {member: Stamp(7, 0)}, [Item(member, 1, 2, ADD, 3, Stamp(7, 0))])
        host, port = peer.id.split(":")
        with socket.create_connection((host, int(port)), timeout=SEE_TIME) as connection:
            connection.sendall(codec.wrap(Gossip(member, Stamp(7, 1), messages=[told])) +
                               codec.wrap(Gossip(member, Stamp(7, 2), acknowledged=[5])) +
                               codec.wrap(Gossip(member, Stamp(7, 3))))
            answers = connection.makefile("rb")
            for acknowledged in ([], [Stamp(7, 1).number], [Stamp(7, 3).number]):  # the hello comes first
                frame = answers.read(HEADER_BYTES)
                answer = codec.open(frame + answers.read(body_size(frame)))
                self.assertEqual(answer, Gossip(NetId.parse(peer.id), Stamp(0, 0), acknowledged=acknowledged))
        peer.await_items((str(member), 1, 2, 3))


if __name__ == "__main__":
    unittest.main()
