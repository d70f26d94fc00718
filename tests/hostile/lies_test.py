#!/usr/bin/env python3
"""Well-formed frames with false content: replays, other keys, claims about other members, invented members."""

import packages

packages.require()

import socket

from attacked import Attacked
from attacks import invented_members
from program import SLOWNESS, time, unittest
from scalesmall_wire.frame import Codec
from scalesmall_wire.records import (ADD, ANSWER, HASH, PUSH, REQUEST, U32, WHOLE, Digest, Gossip, GroupDigest, Item, Message,
                                     NetId, Stamp)

OUTGOING_MAX = 1024  # connections that a node opens, here to some of 15,000 peers
NOBODY = NetId.parse("127.9.9.9:9")


class Lies(Attacked):
    multicast = "on"

    def say_to_victim(self, *frames):
        peer = self.connect()
        for frame in frames:
            try:
                peer.sendall(frame)
            except (BrokenPipeError, ConnectionResetError):
                peer = self.connect()


class PlainLies(Lies):
    def test_claims_about_other_members(self):
        codec, victim = Codec(), NetId.parse(self.victim.id())
        now = int(time.time())
        frames = []
        # The second stamp is far in the future; the last incarnation is reserved and must not be accepted.
        for number, at in enumerate((Stamp(now, 50), Stamp(now + 10**8, 0), Stamp(U32 - 1, U32), Stamp(U32, 5))):
            claims = [Item(victim, 0, 99, ADD, 666, at), Item(victim, 100, 200, ADD, 666, at)]
            frames.append(codec.wrap(Gossip(NOBODY, Stamp(now, number + 1),
                                            messages=[Message("Ours", {victim: at}, claims)])))
        for frame in frames:
            self.multicast_all(frame)
            self.say_to_victim(frame)
            self.assert_truth()
        self.assert_unharmed()

    def test_replayed_frames(self):
        codec, now = Codec(), int(time.time())
        first, second = Stamp(now, 0), Stamp(now, 1)
        told = [codec.wrap(Gossip(NOBODY, Stamp(now, n + 1), messages=[Message("Old", {NOBODY: at}, [
            Item(NOBODY, 5, 5, op, 5, at)])])) for n, (op, at) in enumerate(((ADD, first), (1, second)))]
        self.say_to_victim(*told)
        for node in self.nodes:
            node.ask(f"await topology Old rmv 1 {10 * SLOWNESS}")
        self.say_to_victim(*told[:1] * 5000)
        self.multicast_all(*told[:1] * 5000)
        self.assert_unharmed()
        for node in self.nodes:
            self.assertEqual(node.ask("topology Old add"), [])

    def test_digests_that_lie(self):
        """Digests with clocks of no node and hashes that never match: answers are limited, no claim changes."""
        codec, now, victim = Codec(), int(time.time()), NetId.parse(self.victim.id())
        frames = []
        for n in range(3000):
            stage = (REQUEST, ANSWER, PUSH)[n % 3]
            groups = [GroupDigest("Ours", WHOLE, {victim: Stamp(U32, U32), NOBODY: Stamp(now, n)}),
                      GroupDigest("Pace", HASH, hash=n)]
            frames.append(codec.wrap(Gossip(NOBODY, Stamp(now, n + 1), digest=Digest(stage, True, groups))))
        self.say_to_victim(*frames)
        self.assert_unharmed()

    def test_a_million_invented_members(self):
        frames = []
        for n in range(20):  # members, then the distribution list for a change of two members
            frames += [invented_members(1 + n * 50_000, 50_000, listed=n % 2 == 0),
                       invented_members(1 + n * 50_000, 50_000, listed=True, claims=2)]
        self.say_to_victim(*frames)
        for node in self.nodes[1:]:  # an exchange would tell them, but it names few of so many groups
            self.tell(node, frames[0])
        self.assert_pace()
        for node in self.nodes:
            self.await_members(node, "Ours", 15_000)
        self.assert_pace()
        self.assert_memory()
        self.assert_truth()
        self.assert_running()
        for node in self.nodes:
            known = set(node.ask("members Ours"))
            self.assertLessEqual({x.id() for x in self.nodes}, known)
            self.assertLessEqual(len(known), 20_001)  # peers_max and the node itself


    def test_invented_members_that_answer_nothing(self):
        """At each of these addresses a listener accepts connections and never answers."""
        with socket.create_server(("0.0.0.0", 0), backlog=4096) as everywhere:
            port = everywhere.getsockname()[1]
            for n in range(15):
                self.say_to_victim(invented_members(1 + n * 1_000, 1_000, "Others", listed=True, claims=2, port=port))
            self.assert_pace()
            self.assert_descriptors(OUTGOING_MAX)
            self.assert_unharmed()


class SealedLies(Lies):
    keyed = True

    def lie(self, key, number):
        victim = NetId.parse(self.victim.id())
        at = Stamp(int(time.time()) + 1000, number)
        told = Message("Ours", {victim: at}, [Item(victim, 0, 99, ADD, 666, at)])
        return Codec("", [key]).wrap(Gossip(NOBODY, Stamp(at.incarnation, number + 1), messages=[told]))

    def test_frames_sealed_with_an_unknown_key(self):
        frames = [self.lie(b"k" * 32, n) for n in range(2000)]
        self.say_to_victim(*frames[:200])
        self.multicast_all(*frames)
        self.assert_unharmed()
        for claim in self.victim.ask("topology Ours"):
            self.assertLess(claim["incarnation"], time.time() + 500)  # not even its incarnation was raised

    def test_replayed_sealed_frames(self):
        frame = Codec("", [self.key]).wrap(Gossip(NOBODY, Stamp(7, 1), messages=[
            Message("Old", {NOBODY: Stamp(7, 0)}, [Item(NOBODY, 5, 5, ADD, 5, Stamp(7, 0))])]))
        self.say_to_victim(frame)
        self.victim.ask(f"await topology Old add 1 {10 * SLOWNESS}")
        self.say_to_victim(*[frame] * 300)
        self.multicast_all(*[frame] * 3000)
        self.assert_unharmed()


if __name__ == "__main__":
    unittest.main()
