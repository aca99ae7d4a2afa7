"""等次: names of results by their share of the full marks, as they are typed and as they are reached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from learnapp.domain.core.errors import RuleBroken


@dataclass(frozen=True)
class Band:
    """等次: the name of a result from so many thousandths of the full marks on."""

    name: str
    permille: int


_BAND = re.compile(r"\s*([^\d\s,，;；、]{1,20})\s*(\d{1,3})\s*[%％]?\s*")


def parse_bands(text: str) -> list[Band]:
    """优秀 90，良好 80 as bands, the highest first; raises RuleBroken("bands", …)."""
    found = []
    for part in re.split(r"[,，;；、\n]", text):
        if not part.strip():
            continue
        read = _BAND.fullmatch(part)
        if read is None or int(read[2]) > 100:
            raise RuleBroken("bands", "band_unread", value=part.strip())
        found.append(Band(read[1], int(read[2]) * 10))
    if len({each.permille for each in found}) < len(found):
        raise RuleBroken("bands", "bands_alike")
    return sorted(found, key=lambda each: -each.permille)


def band_of(bands: Iterable[Band], awarded: int, full: int) -> str | None:
    """The name of the highest band that a result reaches, if any."""
    if full <= 0:
        return None
    reached = [each for each in bands if awarded * 1000 >= each.permille * full]
    return max(reached, key=lambda each: each.permille).name if reached else None
