"""The form in which a limited process answers: a kind, a length, and so many bytes."""

from __future__ import annotations

import struct
from typing import IO

READY, ANSWER, BYTES, REFUSED, FAILED, DONE, ENDED = b"R", b"J", b"B", b"E", b"X", b".", b""
_HEAD = struct.Struct(">cI")


def write_frame(pipe: IO[bytes], kind: bytes, payload: bytes = b"") -> None:
    """Send one frame."""
    pipe.write(_HEAD.pack(kind, len(payload)))
    pipe.write(payload)


def read_frame(pipe: IO[bytes], most: int) -> tuple[bytes, bytes]:
    """The next frame's kind and bytes; ENDED if there is none, or it is longer than `most`."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return ENDED, b""
    kind, length = _HEAD.unpack(head)
    if length > most:
        return ENDED, b""
    payload = pipe.read(length)
    return (kind, payload) if len(payload) == length else (ENDED, b"")
