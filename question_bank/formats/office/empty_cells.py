"""Cells that hold nothing but a style: left out before a sheet is parsed, where there are very many."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from question_bank.formats.packages.package import Package

# Each such cell names its place, and so does what follows: leaving it out moves nothing.
_EMPTY = re.compile(
    rb'(?:<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,5}")?/>)+(?=<c r="|</row>)', re.ASCII
)
_ENCODED = re.compile(rb"""encoding=["'](?!utf-8["'])""", re.IGNORECASE)
_WORTH_IT = 1024 * 1024
_MOST_KEPT = 8 * 1024 * 1024
_READ = (".xml", ".rels")


class LeanSheet:
    """The pieces of a sheet's XML without its empty cells.

    `kept` is all of it when it was gone through, if that is a small part of what there was; else None.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.kept: bytes | None = None
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        kept: list[bytes] | None = []
        taken = left = 0
        plain = False
        for number, piece in enumerate(self._pieces):
            if number == 0:
                plain = piece[:1] == b"<" and _ENCODED.search(piece[:200]) is None
            lean = _EMPTY.sub(b"", piece) if plain else piece
            taken += len(lean)
            left += len(piece) - len(lean)
            if kept is not None:
                kept.append(lean)
                kept = None if taken > _MOST_KEPT or taken > left + _WORTH_IT else kept
            yield lean
        if kept is not None and left > max(_WORTH_IT, taken):
            self.kept = b"".join(kept)


def repacked(package: Package, lean: Mapping[str, bytes]) -> bytes:
    """The XML of a workbook as a package of its own, some members in other words."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in package.names:
            if name.lower().endswith(_READ):
                archive.writestr(name, lean.get(name) or package.read(name) or b"")
    return out.getvalue()
