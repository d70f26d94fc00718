#!/usr/bin/env python3
"""Each kind of attack in each way: by datagrams and by streams, plain by anybody and sealed by a holder of the key."""

import packages

packages.require()

import os
import random
import tempfile
import threading

from attacked import NOW, Attacked
from attacks import invented_members, many_claims, wide_row, write_frames
from program import SLOWNESS, time, unittest
from scalesmall_wire.frame import COMPRESSED, HEADER_BYTES, Codec
from scalesmall_wire.records import (ADD, ANSWER, HASH, PART, PUSH, REQUEST, U32, WHOLE, Batch, Digest, Gossip, GroupDigest,
                                     Item, Message, NetId, Stamp)

ATTACKER = NetId.parse("127.9.9.9:9")
SENDERS = 50  # the names that gossips come from, in turn
DATAGRAM_SECONDS = 0.0005 * SLOWNESS  # between two, so that the system drops few
LISTEN_SECONDS = 2 * SLOWNESS
PLAIN = Codec()


def invented(kind, n):
    return NetId.parse(f"127.{kind}.{n >> 8}.{n & 255}:9")


class Kinds(Attacked):
    """The second node wants a part of the keys of the group Narrow."""

    multicast = "on"

    def setUp(self):
        super().setUp()
        self.number = 0
        self.files = tempfile.TemporaryDirectory()
        self.addCleanup(self.files.cleanup)
        for node in self.nodes:
            node.ask("join Narrow" + (" --range 0..99" if node is self.nodes[1] else ""))
        for node in self.nodes:
            node.ask(f"await members Narrow 3 {10 * SLOWNESS}")
        self.ids = [NetId.parse(node.id()) for node in self.nodes]
        self.everybody = random.Random(1)

    def send(self, plain):
        """Begins to send these frames to all nodes, as the attacker of this case does."""
        path = os.path.join(self.files.name, str(self.number))
        write_frames(path, [self.as_attacker(x) for x in plain])
        return self.attack(*self.way(path))

    def as_attacker(self, plain):
        """The frame as the attacker of this case sends it."""
        return self.codec().frame(plain[HEADER_BYTES:], plain[4] & COMPRESSED) if self.keyed else plain

    def gossip(self, **content):
        self.number += 1
        return PLAIN.wrap(Gossip(invented(90, self.number % SENDERS), Stamp(NOW, self.number), **content))

    def claims_of(self, member, at, group="Ours", since=None):
        items = [Item(member, start, start + 99, ADD, 666, at) for start in (0, 500)]
        return Message(group, {member: at}, items, {member: since} if since else {})

    # Each kind is a list of plain frames.

    def repeated_messages(self):
        """Messages of a program with several tags, each more than once and in any order."""
        frames = []
        for n in range(300):
            origin, number = invented(91, n % 3), Stamp(NOW, n)
            frames.append(self.gossip(application=Batch(origin, number, "Ours", f"tag{n % 4}", [b"%d" % n]),
                                      distribution=[ATTACKER] if n % 5 == 0 else []))
        frames *= 3
        self.everybody.shuffle(frames)
        return frames

    def gossips_at_a_limit(self):
        return [many_claims(500_000 - 4, NetId.parse("127.9.9.9:9"), NOW + n, listed=True) for n in range(2)]

    def lives_that_nobody_lived(self):
        """Deltas without claims, and claims, of all nodes in the future."""
        frames = []
        for n, at in enumerate((Stamp(NOW + 10, 5), Stamp(NOW + 9 * 365 * 86400, 5), Stamp(NOW, U32), Stamp(U32 - 1, U32))):
            for member in self.ids:
                for group in ("Ours", "Narrow", f"Other{n}"):
                    frames.append(self.gossip(messages=[Message(group, {member: at}, [], {member: Stamp(at.incarnation, 0)})]))
                    frames.append(self.gossip(messages=[self.claims_of(member, at, group)]))
        return frames

    def lies_in_many_groups(self):
        """All say something of the same node, which has to defend itself in each group."""
        member = self.ids[0]
        return [self.gossip(messages=[Message(f"Lie{g:05}", {member: Stamp(NOW + 100 + g, 0)}, [])
                                      for g in range(first, first + 500)]) for first in range(0, 2_000, 500)]

    def claims_before_others(self):
        member = invented(92, 1)
        return [many_claims(40_000, member, NOW, first=1 << 30), many_claims(40_000, member, NOW, counter=9, since=5)]

    def new_lives(self):
        """All members of the honest state begin a new life, again and again."""
        members = [NetId.parse(f"127.1.1.{n + 1}:9") for n in range(17)]
        return [self.gossip(messages=[Message("Lives", {x: Stamp(NOW + 1 + n, 0) for x in members}, [])]) for n in range(20)]

    def questions_in_many_names(self):
        """Everybody asks for everything, or for what nobody has."""
        frames = []
        for n in range(600):
            groups = [GroupDigest("Ours", HASH, hash=n), GroupDigest("Narrow", WHOLE, {self.ids[0]: Stamp(NOW, n)})]
            asked = Digest((REQUEST, ANSWER, PUSH)[n % 3], n % 2 == 0, groups[:n % 4 // 2])
            frames.append(PLAIN.wrap(Gossip(invented(93, n), Stamp(NOW, 1), digest=asked)))
        for n in range(100):
            every = [GroupDigest(f"Fill{g:04}", PART, {self.ids[n % 3]: Stamp(0, 0)}) for g in range(50)]
            frames.append(self.gossip(digest=Digest(REQUEST, True, every)))
        return frames

    def rows_to_relay(self):
        """For members that never acknowledge."""
        me = ("127.9.9.9", 9)
        return [wide_row(me, self.number + n, 4, 20_000) for n in range(10)] + [
            self.gossip(messages=[self.claims_of(invented(94, n), Stamp(NOW, n), "Relayed")],
                        distribution=sorted(invented(95, 20 * n + k) for k in range(20))) for n in range(100)]

    def messages_for_strangers(self):
        return [self.gossip(distribution=sorted({invented(96, 40 * n + k) for k in range(40)}),
                            application=Batch(ATTACKER, Stamp(NOW, 1_000 + n), "Ours", "t", [b"x"])) for n in range(60)]

    def groups_of_others(self):
        """Groups in which the nodes are said to be, and members that nobody knows."""
        frames = [self.gossip(messages=[Message(f"Ghost{g:05}", {self.ids[g % 3]: Stamp(NOW - 1, 1)}, [])
                                        for g in range(first, first + 500)]) for first in range(0, 2_000, 500)]
        # More than once, because a busy system drops datagrams.
        return frames + 3 * [invented_members(97 << 16, 2_000, "Crowd", listed=True, claims=2)]

    def assert_handled(self, plain):
        """A program that handles one of the tags gets each message at most once, and all that an honest node sends it."""
        listener = self.node()
        listener.ask(f"join Ours {self.victim.id()}")
        self.nodes[1].ask(f"await members Ours 4 {10 * SLOWNESS}")
        self.nodes.append(listener)
        for node in self.nodes:
            self.address_of(node)  # the shells are busy from now on
        handled = []
        thread = threading.Thread(target=lambda: handled.extend(listener.ask(f"receive tag1 {LISTEN_SECONDS}")))
        thread.start()
        attack = self.send(plain)
        honest = [f"honest {n}" for n in range(20)]
        for text in honest:
            self.nodes[1].ask(f'send Ours tag1 "{text}"')
            time.sleep(LISTEN_SECONDS / 40)
        self.assertEqual(attack.wait(), 0)
        thread.join()
        self.nodes.remove(listener)
        listener.ask("leave Ours")
        texts = [x["text"] for x in handled]
        foreign = [x for x in texts if x not in honest]
        self.say("messages handled", f"{len(texts)}, {len(foreign)} of them of the attacker")
        self.assertEqual(len(texts), len(set(texts)), texts)
        first = min((honest.index(x) for x in texts if x in honest), default=None)
        self.assertIsNotNone(first, texts)
        self.assertLessEqual(set(honest[first:]), set(texts))  # it began to listen before that one
        self.assertTrue(foreign)
        self.assertLessEqual(set(foreign), {str(n) for n in range(1, 300, 4)})

    def test_all(self):
        for kind in (self.repeated_messages, self.lives_that_nobody_lived, self.lies_in_many_groups,
                     self.claims_before_others, self.new_lives, self.questions_in_many_names, self.rows_to_relay,
                     self.messages_for_strangers, self.groups_of_others, self.gossips_at_a_limit):
            self.measure()
            begin = time.monotonic()
            if kind == self.repeated_messages:
                self.assert_handled(kind())
            else:
                attacker = self.send(kind())
                self.assert_pace_while(lambda attacker=attacker: attacker.poll() is None)
                self.assertEqual(attacker.wait(), 0)
            self.say(kind.__name__, f"sent in {time.monotonic() - begin:.2f} s")
            self.assert_pace()
            self.assert_truth()
            self.assert_memory()
            self.assert_running()
            self.assert_calls()
        for group in ("Many", "Crowd", "Relayed"):
            self.assertTrue(self.victim.ask(f"members {group}"), f"nothing of {group} was taken in")
        self.assert_unharmed()


class ByDatagrams:
    def way(self, path):
        return "datagrams", path, f"224.1.1.1:{self.multicast_port}", DATAGRAM_SECONDS


class ByStreams:
    """Each node gets all frames, but what is said of the victim it hears from the others alone."""

    def way(self, path):
        return "streams", path, *(":".join(map(str, self.address_of(x))) for x in (*self.nodes[1:], self.victim))


class PlainDatagrams(ByDatagrams, Kinds):
    pass


class SealedDatagrams(ByDatagrams, Kinds):
    keyed = True


class PlainStreams(ByStreams, Kinds):
    pass


class SealedStreams(ByStreams, Kinds):
    keyed = True


del Kinds  # it sends nothing


if __name__ == "__main__":
    unittest.main(verbosity=2)
