#!/usr/bin/env python3
"""A peer of scalesmall nodes in Python: joins a group, may serve a range, and prints the topology of the group.

    scalesmall_peer.py Group1 --seed 127.0.0.1:29999 --serve 15 255 11223

It was written from docs/wire-format.md alone. Its first line of output is its address. After each change it prints the
whole topology, one item in each line, and an empty line. With --statements it prints also what the failure detectors
of nodes state. At Ctrl-C or SIGTERM it leaves the group and ends. It needs Debian's python3-snappy, and python3-nacl
for --key-file.
"""

import argparse
import asyncio
import contextlib
import random
import signal
import socket
import struct
import sys
import time

from rows import Rows
from scalesmall_wire.frame import HEADER_BYTES, Codec, body_size, read_keys
from scalesmall_wire.records import ADD, GET, U32, Fault, Gossip, NetId, Stamp

HEARING_WINDOW = 64  # a peer hears us if it has listed one of this many last multicasts as seen
ACKNOWLEDGE_SECONDS, CONNECT_SECONDS, IDLE_SECONDS, LEAVE_SECONDS = 1, 2, 60, 2
BATCH_SECONDS = 10  # a batch is acknowledged only when all behind its receiver have it
DATAGRAM_BYTES_MAX = 1400
SEEN_MAX = 8
SILENT_SECONDS = 3600  # readers take a member for heard of within this time unless they are told otherwise
PEERS_MAX = 1000


class Link:
    """A connection to one peer, which says hello: then frames go out, and acknowledgements come back."""

    def __init__(self, reader, writer, codec):
        self.reader, self.writer, self.codec, self.waiting = reader, writer, codec, {}
        self.task = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, to, me, codec):
        """Connects to a peer from our own address. Writes nothing before the peer has said hello."""
        reader, writer = await asyncio.open_connection(to.host, to.port, local_addr=(me.host, 0))
        try:
            hello = codec.open(await read_frame(reader))
            if hello.sender == to:
                return cls(reader, writer, codec)
        except (Fault, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            writer.close()
            raise
        writer.close()
        raise OSError(f"no hello from {to}")

    async def _read(self):
        with contextlib.suppress(Fault, OSError, asyncio.IncompleteReadError):
            while True:
                for number in self.codec.open(await read_frame(self.reader)).acknowledged:
                    if number in self.waiting:
                        self.waiting.pop(number).set_result(True)
        self.writer.close()
        for future in self.waiting.values():
            future.set_result(False)
        self.waiting.clear()

    async def send(self, frame, number, seconds):
        """Sends a frame. Returns whether it was sent and, if it has a number, acknowledged in time."""
        if self.task.done():
            return False
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            self.writer.write(frame)
            await self.writer.drain()
            if number is None:
                return True
            future = self.waiting[number] = asyncio.get_running_loop().create_future()
            try:
                return await asyncio.wait_for(future, seconds)
            finally:
                self.waiting.pop(number, None)
        return False


class Peer:
    def __init__(self, options, me, codec):
        self.group, self.me, self.codec = options.group, me, codec
        self.rows = Rows(me, int(time.time()))
        self.number = 0  # of the last gossip that we sent
        self.born = self.rows.incarnation
        self.seeds = [NetId.parse(seed) for seed in options.seed]
        self.peers, self.links, self.tasks = set(self.seeds), {}, set()
        self.last_word = {}  # by node: when anything came from it, or was said to have come
        self.heard = {}  # by node: its newest number that came by multicast
        self.hears_us = {}  # by node: our newest number that it listed as seen
        self.multicasts = []  # our last numbers that were multicast
        self.multicast, self.multicast_group = None, None
        self.shows_statements = options.statements
        self.shown = None

    def do(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    # Sending.

    def gossip(self, **what):
        self.number += 1
        seen = random.sample(sorted(self.heard), min(SEEN_MAX, len(self.heard)))
        silent = {}
        for member in {m for message in what.get("messages", ()) for m in message.clocks} - {self.me}:
            seconds = int(time.monotonic() - self.last_word.get(member, time.monotonic()))
            if seconds >= SILENT_SECONDS:
                silent[member] = seconds
        return Gossip(self.me, Stamp(self.born, self.number), {m: self.heard[m] for m in seen}, silent=silent, **what)

    async def deliver(self, to, gossip):
        """Sends a gossip by TCP; returns whether it arrived, as far as can be known."""
        number = None if gossip.digest else gossip.number.number
        seconds = BATCH_SECONDS if gossip.application else ACKNOWLEDGE_SECONDS
        for _ in range(2):  # twice, because an open connection may just have been closed as idle
            try:
                new = to not in self.links or self.links[to].task.done()
                if new:
                    self.links[to] = await asyncio.wait_for(Link.open(to, self.me, self.codec), CONNECT_SECONDS)
                if await self.links[to].send(self.codec.wrap(gossip), number, seconds):
                    return True
            except (OSError, asyncio.TimeoutError):
                new = True
            if new:
                break
        self.links.pop(to, None)
        return False

    def hears(self, peer):
        return bool(self.multicasts) and self.hears_us.get(peer, 0) >= self.multicasts[0]

    async def tell(self, messages, others=(), to=None, retell=True):
        """Multicasts, then serves by TCP the nodes (`to`, or all peers) that are not known to hear the multicast."""
        others = sorted(others)[-SEEN_MAX:]
        if self.multicast and retell:
            gossip = self.gossip(others=others, messages=messages)
            frame = self.codec.wrap(gossip)
            if len(frame) <= DATAGRAM_BYTES_MAX:
                self.multicasts = [*self.multicasts, gossip.number.number][-HEARING_WINDOW:]
                self.multicast.sendto(frame, self.multicast_group)
        nodes = [p for p in (self.peers if to is None else to) if p != self.me and not (retell and self.hears(p))]
        random.shuffle(nodes)
        await self.serve_all(nodes, others=others, messages=messages)

    async def serve_all(self, nodes, **what):
        """One node gets the messages and half of the other nodes, which it then serves; and so on."""
        halves = []
        while nodes:
            middle = (len(nodes) + 1) // 2
            halves.append(nodes[:middle])
            nodes = nodes[middle:]
        await asyncio.gather(*(self.serve(half, **what) for half in halves))

    async def serve(self, half, **what):
        """Sends to the first node of a half that can be reached, and skips those that cannot."""
        for i, target in enumerate(half):
            if await self.deliver(target, self.gossip(distribution=sorted(half[i + 1:]), **what)):
                return

    async def compare(self, peer):
        await self.deliver(peer, self.gossip(digest=self.rows.request()))

    # Receiving.

    def take(self, gossip, by_multicast, source):
        """Merges a gossip from a host and reacts to it; returns whether to acknowledge it."""
        if gossip.sender == self.me:
            return False  # our own multicast
        self.note(gossip, by_multicast)
        if gossip.application:
            return not by_multicast  # we handle no tag; incoming() passes it on
        news, others = [], {*gossip.others, (gossip.sender, gossip.number)}
        for message in gossip.messages:
            fresh, gaps, lied = self.rows.merge(message)
            if fresh:
                news.append(message)
            if gaps:
                self.do(self.deliver(gossip.sender, self.gossip(digest=self.rows.questions(gaps, message.group))))
            if lied:
                self.do(self.tell(list(self.rows.restamp())))
        if gossip.digest:
            rows, step = self.rows.answer(gossip.digest, gossip.sender)
            if step and source == gossip.sender.host:
                self.do(self.deliver(gossip.sender, self.gossip(messages=rows, digest=step)))
        elif gossip.distribution or news and not by_multicast:
            retell = bool(news) and not by_multicast and gossip.sender not in self.heard
            self.do(self.tell(gossip.messages, others, gossip.distribution, retell))
        self.show()
        return not gossip.digest and not gossip.acknowledged

    def note(self, gossip, by_multicast):
        now = time.monotonic()
        for member in {gossip.sender, *(m for x in gossip.messages for m in x.clocks)}:
            heard = now - (gossip.silent.get(member, 0) if member != gossip.sender else 0)
            if member in self.last_word or len(self.last_word) < PEERS_MAX:
                self.last_word[member] = max(self.last_word.get(member, heard), heard)
        peers = {gossip.sender, *gossip.distribution, *(m for x in gossip.messages for m in x.clocks)} - {self.me}
        for peer in peers:
            if len(self.peers) < PEERS_MAX:
                self.peers.add(peer)
        if gossip.sender not in self.peers:
            return  # over PEERS_MAX
        if by_multicast:
            self.heard[gossip.sender] = max(self.heard.get(gossip.sender, gossip.number), gossip.number)
        if self.me in gossip.seen:
            self.hears_us[gossip.sender] = gossip.seen[self.me].number

    async def incoming(self, reader, writer):
        source = writer.get_extra_info("peername")[0]
        with contextlib.suppress(Fault, OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            writer.write(self.codec.wrap(Gossip(self.me, Stamp(0, 0))))
            while True:
                gossip = self.codec.open(await asyncio.wait_for(read_frame(reader), IDLE_SECONDS))
                wanted = self.take(gossip, False, source)
                if wanted and gossip.application:
                    self.do(self.pass_on(gossip, writer))
                elif wanted:
                    await self.acknowledge(gossip, writer)
        writer.close()

    async def acknowledge(self, gossip, writer):
        with contextlib.suppress(OSError):
            writer.write(self.codec.wrap(Gossip(self.me, Stamp(0, 0), acknowledged=[gossip.number.number])))
            await writer.drain()

    async def pass_on(self, gossip, writer):
        """Serves the list of a batch, and acknowledges the batch when all on the list have done so."""
        await self.serve_all(gossip.distribution, application=gossip.application)
        await self.acknowledge(gossip, writer)

    def datagram_received(self, data, source):
        with contextlib.suppress(Fault):
            self.take(self.codec.open(data), True, source[0])

    def connection_made(self, transport):
        self.multicast = transport

    def connection_lost(self, _):
        self.multicast = None

    def error_received(self, _):
        pass  # TCP delivers what multicast does not

    # Output, and the life of a peer.

    def show(self):
        lines = [f"{x.member} {('add', 'rmv', 'get')[x.op]} {x.start} {x.end} {x.port} {x.at.incarnation}.{x.at.counter}"
                 for x in self.rows.items(self.group)]
        if self.shows_statements:
            lines += [f"{member} {what} {observer}" for member, what, observer in self.rows.statements()]
        if lines != self.shown:
            self.shown = lines
            print("\n".join(lines) + "\n", flush=True)

    async def live(self, serve):
        """Joins, begins an exchange with a random peer each second until told to stop, and leaves."""
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        message = self.rows.change(self.group, [(GET, 0, U32, 0)])
        if serve:
            message = self.rows.change(self.group, [(ADD, *serve)])
        self.show()
        for seed in self.seeds:
            self.do(self.compare(seed))
        self.do(self.tell([message]))
        while not stop.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stop.wait(), random.uniform(0.8, 1.2))
            if self.peers and not stop.is_set():
                self.do(self.compare(random.choice(sorted(self.peers))))
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.tell([self.rows.leave(self.group)]), LEAVE_SECONDS)
        self.show()


async def read_frame(reader):
    header = await reader.readexactly(HEADER_BYTES)
    return header + await reader.readexactly(body_size(header))


def multicast_socket(interface, group):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((group.host, group.port))
    own = socket.inet_aton(interface)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group.host) + own)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, struct.pack("b", 4))
    sock.setblocking(False)
    return sock


def parse_options():
    parser = argparse.ArgumentParser(description="A peer of scalesmall nodes in Python.")
    parser.add_argument("group")
    parser.add_argument("--listen", default="127.0.0.1:0", help="address and TCP port; port 0 is any free one")
    parser.add_argument("--seed", action="append", default=[], help="a node to join through; may be given again")
    parser.add_argument("--serve", nargs=3, type=lambda text: int(text, 0), metavar=("FROM", "TO", "PORT"))
    parser.add_argument("--multicast", default="224.1.1.1:29999", help="group and port (%(default)s), or off")
    parser.add_argument("--statements", action="store_true",
                        help="print which nodes state that they do not reach which: MEMBER FOUND OBSERVER")
    parser.add_argument("--key-file", help="seal with the first key in it, open with all")
    parser.add_argument("--cluster", default="")
    return parser.parse_args()


async def main(options):
    codec = Codec(options.cluster, read_keys(options.key_file) if options.key_file else ())
    listen = NetId.parse(options.listen)
    sock = socket.create_server((listen.host, listen.port), family=socket.AF_INET6 if ":" in listen.host else socket.AF_INET)
    peer = Peer(options, listen._replace(port=sock.getsockname()[1]), codec)
    await asyncio.start_server(peer.incoming, sock=sock)
    if options.multicast != "off":
        peer.multicast_group = (NetId.parse(options.multicast).host, NetId.parse(options.multicast).port)
        await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: peer, sock=multicast_socket(listen.host, NetId.parse(options.multicast)))
    print(peer.me, flush=True)
    await peer.live(options.serve)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(parse_options())))
