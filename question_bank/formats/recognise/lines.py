"""Lines of text with their places, and the marks that stand for what is not text in them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from question_bank.content import EMPTY, Blank, Content, Media, Paragraph, Piece, Text
from question_bank.formats.records import Refused, Where

MOST_LINES = 200_000
LONGEST_LINE = 20_000
# A run of spaces or strokes longer than this says no more than one of this length; patterns that
# look for what follows a run take time that grows with its square.
_LONGEST_RUN = 200

# Private-use characters: text of the file is cleaned of them before they get their meaning.
PICTURE, PICTURE_END, FORMULA, LOST_PICTURE = "\ue000", "\ue001", "\ue002", "\ue003"
UNDERLINE, UNDERLINE_END = "\ue004", "\ue005"
_MARKS = (PICTURE, PICTURE_END, FORMULA, LOST_PICTURE, UNDERLINE, UNDERLINE_END)
_PICTURES = re.compile(f"({PICTURE}[0-9a-f]{{64}}{PICTURE_END})")
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_CLEAN: dict[int, str | None] = {
    **_RADICALS,  # left by PDFs: they look like the character and never equal it
    **{code: None for code in (*range(9), *range(14, 32), 127, 0xFFFE, 0xFFFF)},
    **dict.fromkeys(range(0xD800, 0xE000)),  # halves of pairs: no file and no database holds them
    **{code: None for code in (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)},
    **{ord(mark): None for mark in _MARKS},
    0x0B: "\n",
    0x0C: "\n",
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
    0xA0: " ",
    0xFF3F: "_",  # the stroke of a gap in full width
    0x2581: "_",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line and its place; `strong` is what stands out in it by colour, weight or a line."""

    text: str
    where: Where
    strong: tuple[str, ...] = ()


_RADICAL = re.compile(f"[{chr(0x2F00)}-{chr(0x2FD5)}]")
_DIRTY = re.compile("[" + "".join(re.escape(chr(code)) for code in sorted(_CLEAN)) + "\r]")


_UNSHOWN = re.compile(f"[{FORMULA}{LOST_PICTURE}{UNDERLINE}{UNDERLINE_END}]")


_RUN = re.compile(rf"[ \t\u3000\xa0]{{{_LONGEST_RUN},}}|([_.·…=*\u2014-])\1{{{_LONGEST_RUN},}}")


def clean(text: str) -> str:
    """The text without characters that no page can show, one kind of line break, no endless runs."""
    if len(text) > _LONGEST_RUN:
        text = _RUN.sub(lambda run: run.group()[:_LONGEST_RUN], text)
    if not _DIRTY.search(text):
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN)


def radicals(text: str) -> int:
    """How many Kangxi radicals stand in the text for characters; `clean` puts them right."""
    return len(_RADICAL.findall(text))


def bounded(lines: list[Line]) -> list[Line]:
    """The lines, if reading them takes bounded time; raises Refused otherwise."""
    if len(lines) > MOST_LINES:
        raise Refused("too_large", lines=len(lines), limit=MOST_LINES)
    if any(len(line.text) > LONGEST_LINE for line in lines):
        raise Refused("too_large", line=LONGEST_LINE)
    return lines


def content_of(text: str, blanks: bool = False) -> Content:
    """Content of marked text: picture marks become pictures."""
    text = _UNSHOWN.sub("", text).strip()
    if PICTURE not in text:
        return Content.from_text(text, blanks) if text else EMPTY
    paragraphs: list[Paragraph] = []
    number = 0
    for line in text.split("\n"):
        pieces: list[Piece] = []
        for part in _PICTURES.split(line):
            if part.startswith(PICTURE):
                pieces.append(Media(part[1:-1]))
                continue
            for paragraph in Content.from_text(part, blanks).paragraphs:
                for piece in paragraph.pieces:
                    if isinstance(piece, Blank):
                        number += 1
                        pieces.append(Blank(number))
                    elif isinstance(piece, Text):
                        pieces.append(piece)
        paragraphs.append(Paragraph(tuple(pieces)))
    return Content(tuple(paragraphs))


def plain(text: str) -> str:
    """Marked text as plain text, for what cannot hold a picture."""
    return _UNSHOWN.sub("", _PICTURES.sub("", text)).strip()
