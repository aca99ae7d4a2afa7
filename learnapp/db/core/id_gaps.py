"""A list of ids in ascending order as a short text: the gaps between them, seven bits in a byte."""

from __future__ import annotations

import base64
from collections.abc import Iterable


def packed(ids: Iterable[int]) -> str:
    """The ids as a text. Raises ValueError unless each is greater than the one before and than 0."""
    found, last = bytearray(), 0
    for each in ids:
        gap = each - last
        if gap <= 0:
            raise ValueError("ids are not in ascending order")
        last = each
        while gap > 0x7F:
            found.append(gap & 0x7F | 0x80)
            gap >>= 7
        found.append(gap)
    return base64.b64encode(found).decode()


def unpacked(text: str) -> list[int]:
    """The ids of such a text."""
    found, last, gap, shift = [], 0, 0, 0
    for byte in base64.b64decode(text):
        gap |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            last += gap
            found.append(last)
            gap = shift = 0
    return found
