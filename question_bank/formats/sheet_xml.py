"""What calamine does not tell of a worksheet: formulas without value, margins, true extent."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import lru_cache

from question_bank.formats.package import Package
from question_bank.formats.records import Refused

MOST_CELLS = 20_000_000
_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_AT = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_CODES = re.compile(r"&(?:[LCRPNDTZFAGUESXYBIO]|K[0-9A-Fa-f]{6}|\d{1,3}|\"[^\"]*\")")
_DRAWN = re.compile(rb"<a:t>([^<]*)</a:t>")
# More than the longest formula or header, so that none is lost between two pieces.
_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns that start with plain bytes, so that millions of empty cells cost little."""

    cell: bytes
    value: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    no_value: re.Pattern[bytes]
    margin: re.Pattern[bytes]


@lru_cache(maxsize=4)
def _patterns(prefix: bytes) -> _Patterns:
    p = re.escape(prefix)
    return _Patterns(
        cell=b"<" + prefix + b"c",
        value=re.compile(rb"<%b(?:v|is)[\s>]" % p),
        formula=re.compile(rb"<%bf(?=[\s>/])" % p),
        no_value=re.compile(
            rb"<%bf\b(?:[^>]*/>|[^>]*>[^<]*</%bf>)\s*(?:<%bv\s*/>|<%bv>\s*</%bv>)?\s*</%bc>"
            % ((p,) * 6)
        ),
        margin=re.compile(rb"<%b(?:odd|even|first)(?:Header|Footer)[^>]*>([^<]*)<" % p),
    )


@dataclass(slots=True)
class SheetFacts:
    """What was seen in one worksheet's XML."""

    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    pictures: dict[tuple[int, int], str] = field(default_factory=dict)
    margins: list[str] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


def scan_sheet(package: Package, name: str) -> SheetFacts:
    """Read a worksheet's XML in pieces; raises Refused if its cells span an absurd area."""
    facts = SheetFacts()
    patterns: _Patterns | None = None
    rest = b""
    for piece in package.stream(name):
        text = rest + piece
        if patterns is None:
            if b"<!DOCTYPE" in text[:4096]:
                raise Refused("broken_file", part="doctype")
            root = _ROOT.search(text[:8192])
            patterns = _patterns((root.group(1) or b"") if root else b"")
        _scan(text, patterns, facts)
        # A cell cut in two by the end of the piece is seen whole with the next one.
        cut = max(text.rfind(patterns.cell + b" "), len(text) - _KEPT)
        margin = text.rfind(b"headerFooter")
        rest = text[min(cut, margin) if margin > 0 else cut :][-_KEPT:]
    if facts.rows * facts.columns > MOST_CELLS:
        raise Refused("too_large", rows=facts.rows, columns=facts.columns)
    return facts


def _scan(text: bytes, patterns: _Patterns, facts: SheetFacts) -> None:
    for found in patterns.value.finditer(text):
        if at := _place(text, found.start(), patterns):
            facts.rows, facts.columns = max(facts.rows, at[0] + 1), max(facts.columns, at[1] + 1)
    for found in patterns.formula.finditer(text):
        if patterns.no_value.match(text, found.start()) and (
            at := _place(text, found.start(), patterns)
        ):
            facts.formulas[at] = True
    if b"Header" in text or b"Footer" in text:
        for found in patterns.margin.finditer(text):
            facts.margins += margin_texts(found.group(1))


def _place(text: bytes, inside: int, patterns: _Patterns) -> tuple[int, int] | None:
    """Row and column, from 0, of the cell that holds the byte at `inside`."""
    start = text.rfind(patterns.cell, max(0, inside - _KEPT), inside)
    at = _AT.search(text, start, inside) if start >= 0 else None
    if at is None:
        return None
    column = 0
    for letter in at.group(1):
        column = column * 26 + letter - 64
    return int(at.group(2)) - 1, column - 1


def margin_texts(data: bytes) -> list[str]:
    """The left, centre and right text of a printed header or footer, without its codes."""
    text = html.unescape(data.decode("utf-8", "replace"))
    parts = re.split(r"&[LCR]", text)
    return [bare for each in parts if (bare := _CODES.sub("", each).strip())]


def drawn_texts(package: Package) -> list[str]:
    """The paragraphs of text boxes on the sheets."""
    found: list[str] = []
    for name in package.names:
        if name.startswith("xl/drawings/") and name.endswith(".xml"):
            data = package.read(name) or b""
            found += [
                html.unescape(each.decode("utf-8", "replace")) for each in _DRAWN.findall(data)
            ]
    return found
