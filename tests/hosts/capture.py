"""Captures the frames of scalesmall that a host receives by TCP and by multicast."""

import ipaddress
import socket
import struct
import typing

import wire

ETH_P_IP = 0x0800
SOL_PACKET, PACKET_STATISTICS = 263, 6  # linux/if_packet.h
SO_RCVBUFFORCE = 33  # asm-generic/socket.h: exceeds the limit for unprivileged processes
BUFFER_BYTES = 32 * 1024 * 1024
SYN = 2


class Arrival(typing.NamedTuple):
    host: str  # address of the host that received it
    source: str  # address of the host that sent it
    multicast: bool
    frame: bytes


class Stream:
    """One direction of a TCP connection, captured from its first segment on."""

    def __init__(self, first):
        self.next = first
        self.early = {}
        self.data = b""

    def take(self, number, segment):
        """Yields the frames that this segment completes."""
        offset = self.next - number & 0xFFFFFFFF
        if offset >= 1 << 31:
            self.early[number] = segment
            return
        fresh = segment[offset:]
        self.next = self.next + len(fresh) & 0xFFFFFFFF
        self.data += fresh
        while len(self.data) >= wire.HEADER_BYTES and len(self.data) >= (size := wire.frame_size(self.data)):
            yield self.data[:size]
            self.data = self.data[size:]
        if self.next in self.early:
            yield from self.take(self.next, self.early.pop(self.next))


class Capture:
    """Must start before the nodes: a stream can be cut into frames only from its first byte on."""

    def __init__(self, host, port):
        self.host = host.address
        self.port = port
        self.streams = {}
        with host.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
            self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
            self.socket.bind(("eth0", ETH_P_IP))
        self.socket.setblocking(False)

    def close(self):
        self.socket.close()

    def read(self):
        """Returns the frames that have arrived since the last call."""
        arrivals = []
        while True:
            try:
                packet, where = self.socket.recvfrom(1 << 16)
            except BlockingIOError:
                break
            if where[2] != socket.PACKET_OUTGOING:
                arrivals += self._arrivals(packet)
        _, dropped = struct.unpack("II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        if dropped:
            raise OSError(f"{dropped} packets at {self.host} were not captured")
        return arrivals

    def _arrivals(self, packet):
        protocol, total = packet[9], int.from_bytes(packet[2:4], "big")
        source, target = (str(ipaddress.IPv4Address(packet[i:i + 4])) for i in (12, 16))
        content = packet[(packet[0] & 15) * 4:total]
        if protocol == socket.IPPROTO_UDP and ipaddress.ip_address(target).is_multicast:
            yield Arrival(self.host, source, True, content[8:])
        elif protocol == socket.IPPROTO_TCP:
            for frame in self._segment(source, content):
                yield Arrival(self.host, source, False, frame)

    def _segment(self, source, segment):
        from_port, to_port, number = struct.unpack(">HHI", segment[:8])
        if to_port != self.port:
            return  # an acknowledgement: a node sends everything else on connections that it has opened
        key = (source, from_port)
        if segment[13] & SYN:
            self.streams[key] = Stream(number + 1)
        elif content := segment[(segment[12] >> 4) * 4:]:
            yield from self.streams[key].take(number, content)
