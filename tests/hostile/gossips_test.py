#!/usr/bin/env python3
"""Well-formed gossips of few members, groups and clocks, at random: lies about all that the nodes know of each other.

SCALESMALL_STORM_SECONDS says how long each storm lasts, SCALESMALL_STORM_SEED which one it is.
"""

import packages

packages.require()

import io
import os
import random
import socket
import subprocess
import threading

from attacked import Attacked
from program import SLOWNESS, time, unittest
from scalesmall_wire.frame import COMPRESSED, HEADER_BYTES

SECONDS = float(os.environ.get("SCALESMALL_STORM_SECONDS", 2))
SEED = int(os.environ.get("SCALESMALL_STORM_SEED", random.randrange(2**32)))
PER_SECOND = 1_000 / SLOWNESS
BLOCK = 500  # gossips that speak of the same
GROUPS = "abc"  # of the gossips
INVENTED = "127.3.3."


class PlainGossips(Attacked):
    """All nodes detect failures, so that statements about them are lies that count."""

    multicast = "on"
    arguments = ("--liveness", "on")

    def setUp(self):
        super().setUp()
        whole, narrow, _ = self.nodes
        self.ids = [node.id() for node in self.nodes]  # their shells are busy later
        for group in GROUPS:
            whole.ask(f"join {group}")
            narrow.ask(f"join {group} --range 0..99")
        self.say("seed", SEED)

    def frames(self):
        """As many as one sender writes in the time, and each with the time at which it is due.

        What is said of a member comes to an end when its greatest clock is told. So its place is taken by another one.
        """
        count = int(SECONDS * PER_SECOND)
        for begin in range(0, count, BLOCK):
            invented = [f"{INVENTED}{n}:{9 + begin // BLOCK}" for n in (1, 2, 3)]
            members = self.ids + invented
            block = min(BLOCK, count - begin)
            arguments = [os.environ["SOME_GOSSIPS"], block, SEED + begin, int(time.time()), *members]
            made = subprocess.run([str(x) for x in arguments], stdout=subprocess.PIPE, check=True)
            out = io.BytesIO(made.stdout)
            for number in range(begin, begin + block):
                yield number / PER_SECOND, out.read(int.from_bytes(out.read(4), "big"))

    def storm(self, tell):
        begin, believed = time.monotonic(), set()
        asked, over, slow = begin, threading.Event(), []
        pace = threading.Thread(target=lambda: self.note_failure(slow, over))
        pace.start()
        for due, frame in self.frames():
            tell(self.codec().frame(frame[HEADER_BYTES:], frame[4] & COMPRESSED))
            time.sleep(max(0, begin + due - time.monotonic()))
            if time.monotonic() > asked + 0.2:
                asked = time.monotonic()
                believed |= {name for group in GROUPS for name in self.victim.ask(f"members {group}")}
        over.set()
        pace.join()
        self.assertEqual(slow, [])
        invented = {name for name in believed if name.startswith(INVENTED)}
        self.say("believed", f"{len(invented)} invented members")
        self.assertTrue(invented, "no gossip was taken in")
        self.assert_unharmed()

    def note_failure(self, failures, over):
        try:
            self.assert_pace_while(lambda: not over.is_set())
        except Exception as why:
            failures.append(why)

    def test_by_datagrams(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
            self.storm(lambda frame: out.sendto(frame, ("224.1.1.1", self.multicast_port)))

    def test_by_streams(self):
        """A connection to each node, opened again when the node has closed it."""
        places = [self.address_of(node) for node in self.nodes]
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


class SealedGossips(PlainGossips):
    keyed = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
