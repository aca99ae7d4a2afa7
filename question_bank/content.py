"""Structured content: paragraphs of text, blanks and pictures, the same on every surface."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_BLANK = re.compile(r"_{2,}")
_GAP = "____"


@dataclass(frozen=True, slots=True)
class Text:
    """A run of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A gap to fill in, numbered from 1 in reading order."""

    number: int


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, named by the SHA-256 of its bytes."""

    sha256: str
    alt: str = ""


Piece = Text | Blank | Media


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The pieces of one line of content."""

    pieces: tuple[Piece, ...] = ()

    @property
    def plain(self) -> str:
        """The paragraph as text: a blank as ____, a picture as its description."""
        return "".join(_plain(piece) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Content:
    """What a stem, an option, a passage or an explanation holds."""

    paragraphs: tuple[Paragraph, ...] = ()

    @classmethod
    def from_text(cls, text: str, blanks: bool = False) -> Content:
        """Content of plain text, a paragraph a line; empty text gives empty content.

        With `blanks`, runs of two or more underscores become numbered blanks; without, they
        stay text, since an underscore in an option or a passage means nothing.
        """
        if not text.strip():
            return cls()
        numbers = iter(range(1, len(text) + 1))
        return cls(
            tuple(
                Paragraph(tuple(_pieces(line, numbers)) if blanks else _text(line))
                for line in text.split("\n")
            )
        )

    @property
    def plain(self) -> str:
        """The content as text, paragraphs on lines of their own."""
        return "\n".join(paragraph.plain for paragraph in self.paragraphs)

    @property
    def blanks(self) -> int:
        """How many blanks there are to fill."""
        return sum(isinstance(piece, Blank) for piece in self.pieces)

    @property
    def pieces(self) -> Iterator[Piece]:
        """All pieces in reading order."""
        return (piece for paragraph in self.paragraphs for piece in paragraph.pieces)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read: no text, no blank, no picture."""
        return not any(
            bool(piece.text.strip()) if isinstance(piece, Text) else True for piece in self.pieces
        )


EMPTY = Content()


def to_json(content: Content) -> list[Any]:
    """The content as JSON data: `[{"p": [{"t": …}, {"blank": 1}, {"media": …, "alt": …}]}]`."""
    return [{"p": [_piece_json(piece) for piece in each.pieces]} for each in content.paragraphs]


def from_json(data: list[Any]) -> Content:
    """The content that `to_json` wrote; raises ValueError on any other shape."""
    try:
        return Content(
            tuple(Paragraph(tuple(_piece(piece) for piece in each["p"])) for each in data)
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError("not content") from wrong


def _text(line: str) -> tuple[Piece, ...]:
    return (Text(line),) if line else ()


def _pieces(line: str, numbers: Iterator[int]) -> Iterator[Piece]:
    end = 0
    for gap in _BLANK.finditer(line):
        yield from _text(line[end : gap.start()])
        yield Blank(next(numbers))
        end = gap.end()
    yield from _text(line[end:])


def _plain(piece: Piece) -> str:
    match piece:
        case Text(text):
            return text
        case Blank():
            return _GAP
        case Media(_, alt):
            return f"[{alt}]" if alt else ""


def _piece_json(piece: Piece) -> dict[str, Any]:
    match piece:
        case Text(text):
            return {"t": text}
        case Blank(number):
            return {"blank": number}
        case Media(sha256, alt):
            return {"media": sha256, "alt": alt}


def _piece(data: dict[str, Any]) -> Piece:
    if "t" in data:
        return Text(str(data["t"]))
    if "blank" in data:
        return Blank(int(data["blank"]))
    return Media(str(data["media"]), str(data.get("alt", "")))
