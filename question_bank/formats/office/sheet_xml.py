"""What calamine does not tell of a worksheet: formulas without value, margins, true extent.

The XML is parsed, a piece at a time: quotes, prefixes, encodings and the order of cells make no
difference, and a document type is refused wherever it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from question_bank.formats.office.empty_cells import LeanSheet
from question_bank.formats.packages.package import Package
from question_bank.formats.records import Refused

MOST_CELLS = 20_000_000
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_DEEPEST = 250
_MOST_STRONG = 50_000
_PLAIN = frozenset({"FF000000", "00000000", "FFFFFFFF", "00FFFFFF", "FF333333"})
_AT = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_CODES = re.compile(r"&(?:[LCRPNDTZFAGUESXYBIO]|K[0-9A-Fa-f]{6}|\d{1,3}|\"[^\"]*\")")
_MARGINS = frozenset(
    f"{page}{area}" for page in ("odd", "even", "first") for area in ("Header", "Footer")
)


@dataclass(slots=True)
class SheetFacts:
    """What was seen in one worksheet's XML."""

    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    pictures: dict[tuple[int, int], str] = field(default_factory=dict)
    margins: list[str] = field(default_factory=list)
    strong: set[tuple[int, int]] = field(default_factory=set)
    rows: int = 0
    columns: int = 0
    lean: bytes | None = None  # the XML without empty cells, where those were most of it


def scan_sheet(package: Package, name: str, strong: frozenset[str] = frozenset()) -> SheetFacts:
    """Parse a worksheet's XML; raises Refused if it is broken or its cells span an absurd area.

    `strong` are the styles by which a cell stands out, as `strong_styles` gives them.
    """
    sheet = LeanSheet(package.stream(name))
    facts = _Scan(iter(sheet), strong).facts
    facts.lean = sheet.kept
    if facts.rows * facts.columns > MOST_CELLS:
        raise Refused("too_large", rows=facts.rows, columns=facts.columns)
    return facts


class _Scan:
    """One pass over a worksheet. Cells count towards the extent if they hold anything."""

    def __init__(self, pieces: Iterator[bytes], strong: frozenset[str]) -> None:
        self._strong = strong
        self.facts = SheetFacts()
        self._row, self._column = -1, -1
        self._formula = self._value = False
        self._margin: list[str] | None = None
        self._depth = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        parse_pieces(self._parser, pieces)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Refused("broken_file", part="xml")
        local = name.rpartition(" ")[2]
        if local == "c":
            self._cell(attributes.get("r"))
            if self._strong and attributes.get("s") in self._strong:
                self._note_strong()
        elif local == "v":
            self._parser.CharacterDataHandler = self._text
            self._holds()
        elif local == "is":
            self._value = True
            self._holds()
        elif local == "f":
            self._formula = True
        elif local == "row":
            self._begin_row(attributes.get("r"))
        elif local in _MARGINS:
            self._margin = []
            self._parser.CharacterDataHandler = self._margin.append

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = name.rpartition(" ")[2]
        if local == "v":
            self._parser.CharacterDataHandler = None
        elif local == "c":
            if self._formula and not self._value:
                self.facts.formulas[(self._row, self._column)] = True
            self._formula = self._value = False
        elif local in _MARGINS and self._margin is not None:
            self._parser.CharacterDataHandler = None
            self.facts.margins += margin_texts("".join(self._margin))
            self._margin = None

    def _begin_row(self, at: str | None) -> None:
        self._row = self._row + 1 if at is None else _number(at)
        self._column = -1

    def _cell(self, at: str | None) -> None:
        self._formula = self._value = False
        if at is None:
            self._column += 1
        else:
            self._row, self._column = _place(at)
        if self._row >= _LAST_ROW or self._column >= _LAST_COLUMN:
            raise Refused("broken_file", part="cell")

    def _note_strong(self) -> None:
        """Keep the cell's place; where whole sheets are coloured, colours say nothing."""
        self.facts.strong.add((self._row, self._column))
        if len(self.facts.strong) > _MOST_STRONG:
            self.facts.strong.clear()
            self._strong = frozenset()

    def _holds(self) -> None:
        """The cell is part of the sheet's extent."""
        facts = self.facts
        facts.rows = max(facts.rows, self._row + 1)
        facts.columns = max(facts.columns, self._column + 1)

    def _text(self, text: str) -> None:
        if text.strip():
            self._value = True


def strong_styles(package: Package) -> frozenset[str]:
    """The numbers of the styles by which a cell stands out: by ground, colour of the text, weight."""
    root = package.xml("xl/styles.xml")
    if root is None:
        return frozenset()
    fonts = [_is_strong_font(each) for each in root.iterfind("{*}fonts/{*}font")]
    fills = [_is_strong_fill(each) for each in root.iterfind("{*}fills/{*}fill")]
    found = []
    for number, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        font, fill = style.get("fontId", "0"), style.get("fillId", "0")
        if _at(fonts, font) or _at(fills, fill):
            found.append(str(number))
    return frozenset(found)


def _at(flags: list[bool], place: str) -> bool:
    return place.isdecimal() and len(place) < 6 and int(place) < len(flags) and flags[int(place)]


def _is_strong_font(font: Any) -> bool:
    colour, weight = font.find("{*}color"), font.find("{*}b")
    bold = weight is not None and weight.get("val") not in ("0", "false")
    return bold or (colour is not None and _is_coloured(colour))


def _is_strong_fill(fill: Any) -> bool:
    pattern = fill.find("{*}patternFill")
    if pattern is None or pattern.get("patternType") in (None, "none", "gray125"):
        return False
    ground = pattern.find("{*}fgColor")
    return ground is not None and _is_coloured(ground)


def _is_coloured(colour: Any) -> bool:
    if (rgb := colour.get("rgb")) is not None:
        return rgb.upper() not in _PLAIN
    # Of the theme's colours the first two pairs are those of text and ground.
    return colour.get("theme", "0") not in ("0", "1") or colour.get("indexed") == "10"


def parse_pieces(parser: expat.XMLParserType, pieces: Iterator[bytes]) -> None:
    """Feed the parser; raises Refused for what is no well-formed XML."""
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as wrong:
        raise Refused("broken_file", part="xml") from wrong


def _refuse_doctype(*declared: object) -> None:
    raise Refused("broken_file", part="doctype")


def _number(text: str) -> int:
    """A row's number, from 0."""
    if not text.isdecimal() or not 0 < len(text) < 9:
        raise Refused("broken_file", part="row")
    return int(text) - 1


def _place(text: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell's name."""
    at = _AT.fullmatch(text)
    if at is None:
        raise Refused("broken_file", part="cell")
    column = 0
    for letter in at.group(1).upper():
        column = column * 26 + ord(letter) - 64
    return int(at.group(2)) - 1, column - 1


def margin_texts(data: str) -> list[str]:
    """The left, centre and right text of a printed header or footer, without its codes."""
    parts = re.split(r"&[LCR]", html.unescape(data))
    return [bare for each in parts if (bare := _CODES.sub("", each).strip())]


def check_part(package: Package, name: str) -> None:
    """Refuse a part of a package that declares a document type, or is no well-formed XML."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parse_pieces(parser, package.stream(name))


def drawn_texts(package: Package) -> list[str]:
    """The paragraphs of text boxes on the sheets."""
    found: list[str] = []
    for name in package.names:
        if name.startswith("xl/drawings/") and name.endswith(".xml"):
            root = package.xml(name)
            if root is not None:
                found += [str(each.text) for each in root.iter("{*}t") if each.text]
    return found
