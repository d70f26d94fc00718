"""Frames: the clear header, compression by Snappy and the seal around a body."""

import base64
import hashlib
import heapq
import os
import time

import snappy

from .decode import decode
from .encode import encode
from .records import Fault, cluster_number

HEADER_BYTES, NONCE_BYTES, TIME_BYTES, TAG_BYTES = 12, 24, 8, 16
BODY_BYTES_MAX = 8 * 1024 * 1024
NONCES_REMEMBERED = 65_536
SKEW_MS, AGE_MAX_MS = 30_000, 120_000
COMPRESSED, SEALED = 1, 2
VERSION = 1


def key_id(key):
    return hashlib.blake2b(b"scalesmall key", key=key, digest_size=16).digest()[:4]


def read_keys(path):
    """Returns the keys in a file: one in each line, as base64 or hexadecimal digits. The first key seals."""
    with open(path, encoding="ascii") as file:
        lines = [line.strip() for line in file]
    return [bytes.fromhex(line) if len(line) == 64 else base64.b64decode(line)
            for line in lines if line and not line.startswith("#")]


def body_size(header):
    """Returns the number of bytes that follow this header."""
    if header[:2] != b"sm":
        raise Fault("bad_magic")
    version, oldest, flags = header[2:5]
    if not 1 <= oldest <= version or oldest > VERSION or flags & ~(COMPRESSED | SEALED):
        raise Fault("unknown_version")
    size = int.from_bytes(header[5:8], "big")
    if size > BODY_BYTES_MAX:
        raise Fault("limit_exceeded")
    return size


class Codec:
    """Wraps and opens the frames of one cluster. It seals them with the first key; without keys they are plain."""

    def __init__(self, cluster="", keys=(), clock=time.time):
        self.cluster, self.keys = cluster, list(keys)
        self.clock = lambda: int(clock() * 1000)
        self.begun_at = self.clock()
        self.opened, self.forgotten_at = [], 0  # a heap of (time, nonce), and the newest time that was dropped from it
        self.nonces = set()
        if self.keys:
            from nacl import bindings  # not needed without keys
            self.nacl = bindings

    def wrap(self, gossip):
        body = encode(gossip)
        compressed = snappy.compress(body)
        return self.frame(compressed, COMPRESSED) if len(compressed) < len(body) else self.frame(body)

    def frame(self, body, flags=0):
        """Puts the header before an encoded gossip, and seals it if there are keys."""
        if not self.keys:
            return self._header(flags, len(body), cluster_number(self.cluster).to_bytes(4, "big")) + body
        body = self.clock().to_bytes(TIME_BYTES, "big") + body
        size = NONCE_BYTES + len(body) + TAG_BYTES
        header, nonce = self._header(flags | SEALED, size, key_id(self.keys[0])), os.urandom(NONCE_BYTES)
        return header + nonce + self.nacl.crypto_aead_xchacha20poly1305_ietf_encrypt(
            body, header + self.cluster.encode(), nonce, self.keys[0])

    def open(self, frame):
        """Returns the Gossip of one whole frame."""
        if len(frame) < HEADER_BYTES:
            raise Fault("truncated")
        header, body = frame[:HEADER_BYTES], frame[HEADER_BYTES:]
        size = body_size(header)
        if size != len(body):
            raise Fault("truncated" if len(body) < size else "trailing_bytes")
        if header[4] & SEALED:
            body = self._unseal(header, body)
        elif self.keys:
            raise Fault("not_sealed")
        elif header[8:] != cluster_number(self.cluster).to_bytes(4, "big"):
            raise Fault("wrong_cluster")
        return decode(unsnap(body) if header[4] & COMPRESSED else body)

    @staticmethod
    def _header(flags, size, cluster_or_key):
        return b"sm" + bytes([VERSION, VERSION, flags]) + size.to_bytes(3, "big") + cluster_or_key

    def _unseal(self, header, body):
        if len(body) < NONCE_BYTES + TAG_BYTES:
            raise Fault("truncated")
        keys = [key for key in self.keys if key_id(key) == header[8:]]
        if not keys:
            raise Fault("unknown_key")
        nonce = body[:NONCE_BYTES]
        for key in keys:
            try:
                opened = self.nacl.crypto_aead_xchacha20poly1305_ietf_decrypt(
                    body[NONCE_BYTES:], header + self.cluster.encode(), nonce, key)
            except Exception:  # its type differs between versions of python3-nacl
                continue
            if len(opened) < TIME_BYTES:
                raise Fault("truncated")
            self._judge(nonce, int.from_bytes(opened[:TIME_BYTES], "big"))
            return opened[TIME_BYTES:]
        raise Fault("bad_seal")

    def _judge(self, nonce, sealed_at):
        """Remembers an authentic frame, or refuses one that may have been opened before."""
        now = self.clock()
        earliest = max(now - SKEW_MS - AGE_MAX_MS, self.begun_at - SKEW_MS, self.forgotten_at + 1)
        if nonce in self.nonces:
            raise Fault("replayed")
        if not earliest <= sealed_at <= now + SKEW_MS:
            raise Fault("wrong_time")
        heapq.heappush(self.opened, (sealed_at, nonce))
        self.nonces.add(nonce)
        if len(self.opened) > NONCES_REMEMBERED:
            self.forgotten_at, old = heapq.heappop(self.opened)
            self.nonces.discard(old)


def unsnap(block):
    """Decompresses a Snappy block. Its claimed size is checked before memory is reserved."""
    claimed = 0
    for i, byte in enumerate(block[:5]):
        claimed |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            break
    if claimed > BODY_BYTES_MAX:
        raise Fault("limit_exceeded")
    if claimed > 22 * len(block):
        raise Fault("bad_compression")
    try:
        return snappy.uncompress(block)
    except Exception as error:  # its type differs between versions of python3-snappy
        raise Fault("bad_compression") from error
