"""The parts of a frame that these tests read, by the decoder of examples/python."""

import packages

packages.require()

import typing

from scalesmall_wire.frame import HEADER_BYTES, Codec, body_size


class Gossip(typing.NamedTuple):
    sender: str
    seen: dict  # by node: its newest number that the sender has heard by multicast
    clocks: dict  # of the messages, by (group, member): a stamp
    exchange: bool


def frame_size(header):
    return HEADER_BYTES + body_size(header)


def decode(frame):
    told = Codec().open(frame)
    return Gossip(str(told.sender), {str(node): at.number for node, at in told.seen.items()},
                  {(message.group, str(member)): at for message in told.messages for member, at in message.clocks.items()},
                  told.digest is not None)


__all__ = ["HEADER_BYTES", "Gossip", "decode", "frame_size"]
