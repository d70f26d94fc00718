#!/usr/bin/env python3
"""What other hosts make a node hold, send and connect to: answers, relayed rows, program messages, old frames."""

import packages

packages.require()

import resource
import socket
import threading

from attacked import NOW, Attacked
from attacks import wide_row
from program import SLOWNESS, time, unittest
from scalesmall_wire.records import ADD, REQUEST, Batch, Digest, Gossip, Item, Message, NetId, Stamp

STRANGERS_MAX = 450  # a tenth of the descriptors, and the connections of honest nodes
NOBODY = NetId.parse("127.9.9.9:9")


class Silent:
    """Accepts connections on all addresses of loopback and never says a word. Notes what it is sent."""

    def __init__(self, reads):
        self.door = socket.create_server(("0.0.0.0", 0), backlog=4096)
        self.port, self.reads, self.taken, self.got = self.door.getsockname()[1], reads, [], 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer, _ = self.door.accept()
            except OSError:
                return
            self.taken.append(peer)
            if self.reads:
                threading.Thread(target=self._read, args=(peer,), daemon=True).start()

    def _read(self, peer):
        try:
            while got := peer.recv(1 << 16):
                self.got += len(got)
        except OSError:
            pass

    def close(self):
        self.door.close()
        for peer in self.taken:
            peer.close()


class Bounds(Attacked):
    multicast = "on"

    def setUp(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        super().setUp()
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def silent(self, reads=False):
        silent = Silent(reads)
        self.addCleanup(silent.close)
        return silent

    def request(self, sender, number):
        return self.codec().wrap(Gossip(sender, Stamp(NOW, number), digest=Digest(REQUEST, True, [])))

    def application(self, sender, number, recipients, content):
        return self.codec().wrap(Gossip(sender, Stamp(NOW, number), distribution=sorted(recipients),
                                   application=Batch(sender, Stamp(NOW, number), "Ours", "t", [content])))


class PlainBounds(Bounds):
    def test_answers_to_invented_names(self):
        silent = self.silent()
        self.multicast_all(*[self.request(NetId.parse(f"127.77.{n >> 8}.{n & 255}:{silent.port}"), 1) for n in range(2_000)])
        for n in range(300):  # these questions come from where they say
            source = f"127.78.{n >> 8}.{n & 255}"
            self.tell(self.victim, self.request(NetId.parse(f"{source}:{silent.port}"), 1), source=source)
        self.assert_pace()
        self.assert_descriptors(STRANGERS_MAX)
        self.assert_unharmed()

    def test_rows_for_nodes_that_never_acknowledge(self):
        silent = self.silent()
        source = "127.9.9.9"
        self.tell(self.victim, *[wide_row((source, silent.port), n + 1, 4, 65_000) for n in range(100)], source=source)
        self.assert_unharmed()

    def test_messages_for_nodes_that_never_speak(self):
        silent = self.silent()
        frames = []
        for n in range(60):
            to = {NetId.parse(f"127.70.{(400 * n + k) >> 8}.{(400 * n + k) & 255}:{silent.port}") for k in range(400)}
            frames.append(self.application(NOBODY, n + 1, to, b"x"))
        self.tell(self.victim, *frames, source="127.9.9.9")
        self.assert_descriptors(STRANGERS_MAX)
        self.assert_newcomers_are_served()
        self.assert_unharmed()

    def test_a_service_that_is_no_node_is_sent_nothing(self):
        service = self.silent(reads=True)
        asker = NetId.parse(f"127.50.0.1:{service.port}")
        self.tell(self.victim, self.request(asker, 1), source="127.50.0.1")
        self.tell(self.victim, self.application(NOBODY, 1, {asker}, b"\r\nFLUSHALL\r\n"), source="127.9.9.9")
        self.multicast_all(self.request(asker, 2))
        time.sleep(3)
        self.assertGreater(len(service.taken), 0)
        self.assertEqual(service.got, 0)
        self.assert_unharmed()


class SealedBounds(Bounds):
    keyed = True

    def test_frames_from_another_time(self):
        at = Stamp(NOW, 0)
        told = [Message("Old", {NOBODY: at}, [Item(NOBODY, 5, 5, ADD, 5, at)])]
        for n, ago in enumerate((24 * 3600, 600, -600)):
            frame = self.codec(ago).wrap(Gossip(NOBODY, Stamp(NOW, n + 1), messages=told))
            self.tell(self.victim, frame)
            self.multicast_all(frame)
        self.assert_unharmed()
        for node in self.nodes:
            self.assertEqual(node.ask("topology Old"), [])
        self.tell(self.victim, self.codec(10).wrap(Gossip(NOBODY, Stamp(NOW, 9), messages=told)))
        for node in self.nodes:
            node.ask(f"await topology Old add 1 {10 * SLOWNESS}")
        self.assertEqual(sum("from another time" in line for line in self.victim.log), 1)

    def test_messages_from_before_a_start(self):
        """An old frame with a message closes its connection, also if its time is within the skew of the clocks."""
        batch = Batch(NOBODY, Stamp(NOW, 1), "Ours", "t", [b"x"])
        started = self.node()
        started.ask(f"join Ours {self.victim.id()}")
        frame = self.codec(5).wrap(Gossip(NOBODY, Stamp(NOW, 1), application=batch))
        self.assertTrue(self.is_refused(started, frame))
        frame = self.codec().wrap(Gossip(NOBODY, Stamp(NOW, 2), application=batch))
        self.assertFalse(self.is_refused(started, frame))
        started.ask("leave Ours")
        self.victim.ask(f"await members Ours 3 {10 * SLOWNESS}")
        self.assert_unharmed()

    def is_refused(self, node, frame):
        host, port = node.id().split(":")
        with socket.create_connection((host, int(port)), timeout=2 * SLOWNESS) as peer:
            peer.sendall(frame)
            try:
                while peer.recv(1 << 16):
                    pass
                return True
            except socket.timeout:
                return False
            except ConnectionResetError:
                return True


if __name__ == "__main__":
    unittest.main()
