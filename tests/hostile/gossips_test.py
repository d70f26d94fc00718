#!/usr/bin/env python3
"""Well-formed gossips of few members, groups and clocks, at random: lies about all that the nodes know of each other.

SCALESMALL_STORM_SECONDS says how long each storm lasts, SCALESMALL_STORM_SEED which one it is.
"""

import packages

packages.require()

import os
import random
import socket
import subprocess

from attacked import Attacked
from program import SLOWNESS, time, unittest
from scalesmall_wire.frame import HEADER_BYTES

SECONDS = float(os.environ.get("SCALESMALL_STORM_SECONDS", 2))
SEED = int(os.environ.get("SCALESMALL_STORM_SEED", random.randrange(2**32)))
PER_SECOND = 1_000 / SLOWNESS
GROUPS = "abc"  # of the gossips
INVENTED = "127.3.3."


class Gossips(Attacked):
    """All nodes detect failures, so that statements about them are lies that count."""

    multicast = "on"
    arguments = ("--liveness", "on")

    def setUp(self):
        super().setUp()
        whole, narrow, _ = self.nodes
        for group in GROUPS:
            whole.ask(f"join {group}")
            narrow.ask(f"join {group} --range 0..99")
        self.say("seed", SEED)

    def frames(self):
        """As many as one sender writes in the time, and each with the time at which it is due."""
        invented = [f"{INVENTED}{n}:9" for n in (1, 2, 3)]
        members = [node.id() for node in self.nodes] + invented
        count = int(SECONDS * PER_SECOND)
        arguments = [os.environ["SOME_GOSSIPS"], count, SEED, int(time.time()), *members]
        made = subprocess.Popen([str(x) for x in arguments], stdout=subprocess.PIPE)
        with made, made.stdout as out:
            for number in range(count):
                yield number / PER_SECOND, out.read(int.from_bytes(out.read(4), "big"))
        self.assertEqual(made.returncode, 0)

    def storm(self, tell):
        begin, slowest = time.monotonic(), 0
        asked = begin
        for due, frame in self.frames():
            tell(frame)
            time.sleep(max(0, begin + due - time.monotonic()))
            if time.monotonic() > asked + 0.2:
                asked = time.monotonic()
                self.victim.ask("add_item Calls 1 2 3")
                self.victim.ask("remove_item Calls 1 2 3")
                slowest = max(slowest, time.monotonic() - asked)
        self.say("own calls", f"two in {slowest * 1000:.1f} ms at most")
        self.assertLess(slowest, 0.5 * SLOWNESS)
        believed = {name for group in GROUPS for name in self.victim.ask(f"members {group}")}
        self.assertTrue(any(name.startswith(INVENTED) for name in believed), "no gossip was taken in")
        for node in self.nodes:
            for row in node.ask("tree"):
                self.assertEqual(row["restarts"], 0, row)
        self.assert_unharmed()

    def test_by_datagrams(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
            self.storm(lambda frame: out.sendto(frame, ("224.1.1.1", self.multicast_port)))

    def test_by_streams(self):
        """A connection to each node, opened again when the node has closed it."""
        places = [(host, int(port)) for host, _, port in (node.id().partition(":") for node in self.nodes)]
        links = [None] * len(places)

        def tell(frame):
            for n, place in enumerate(places):
                try:
                    links[n] = links[n] or self.open(place)
                    links[n].sendall(frame)
                    self.read_off(links[n])
                except OSError:
                    links[n] = links[n] and links[n].close()

        self.storm(tell)
        for link in filter(None, links):
            link.close()

    def open(self, place):
        link = socket.create_connection(place, timeout=10 * SLOWNESS)
        link.recv(HEADER_BYTES)
        return link

    def read_off(self, link):
        """What the node says is of no interest, but it must not fill the connection."""
        link.setblocking(False)
        try:
            if not link.recv(1 << 20):
                raise OSError("closed")
        except BlockingIOError:
            pass
        finally:
            link.settimeout(10 * SLOWNESS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
