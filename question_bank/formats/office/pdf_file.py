"""PDF with text: its pages as lines, words put together again where a line broke them."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from question_bank.formats.recognise.key_entries import TITLE, entries_of
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import LineKind
from question_bank.formats.recognise.lines import Line, bounded, clean, radicals
from question_bank.formats.recognise.readings import asks, page_marks
from question_bank.formats.records import Note, Refused, Where

_MOST_PAGES = 3_000
# So many lines at the edges of a page may be its header or footer; shorter ones may be anything.
_AT_EDGES, _SHORTEST = 4, 4
# A page has a width where so many lines reach it, give or take a sign or two.
_FULL_LINES, _RAGGED, _NARROWEST = 3, 3, 40
_BROKEN_WORD = re.compile(r"(?<=[a-z])-$")
# Spaces that a PDF puts between the characters of a line.
_SPACED = re.compile(r"(?<=[一-鿿，。；：、]) (?=[一-鿿，。；：、])")


def read_pdf(data: bytes) -> tuple[list[Line], list[Note]]:
    """The lines of a PDF, numbered through, and notes on what was put right.

    Raises Refused for a file that is encrypted, broken, or made of scanned pictures.
    """
    pages = _pages(data)
    empty = sum(not page.strip() for page in pages)
    if (
        not pages
        or empty == len(pages)
        or sum(len(page.strip()) for page in pages) < 10 * len(pages)
    ):
        raise Refused("pdf_scanned", pages=len(pages), empty=empty)
    repaired = sum(map(radicals, pages))
    texts = [[_SPACED.sub("", text.rstrip()) for text in clean(p).split("\n")] for p in pages]
    repeated = _repeated(texts)
    notes = [Note("radicals_repaired", {"characters": repaired})] if repaired else []
    lines: list[Line] = []
    dropped: set[int] = set()
    for page in texts:
        for text in page:
            where = Where(paragraph=len(lines) + 1)
            if _shape(text) in repeated:
                notes.append(Note("page_furniture", {"text": text.strip()[:80]}, where))
                dropped.add(len(lines))
                text = ""
            lines.append(Line(text, where))
    if empty:
        notes.append(Note("pages_without_text", {"pages": empty}))
    return bounded(_rewrapped(lines, dropped)), notes


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """The shapes of lines that stand at the same edge of most pages, and can be no part of a question."""
    filled = [[text for text in page if text.strip()] for page in pages]
    filled = [page for page in filled if len(page) > _AT_EDGES]
    found: set[str] = set()
    for at in (0, 1, -1, -2):
        counted = Counter(_shape(page[at]) for page in filled if _is_plain(page[at]))
        found |= {
            shape
            for shape, count in counted.items()
            if count > 1 and 2 * count > len(filled) and len(shape) >= _SHORTEST
        }
    return found


def _shape(text: str) -> str:
    """A line without its digits, so that the numbers of pages make no difference."""
    return re.sub(r"\d+", "#", text.strip())


def _is_plain(text: str) -> bool:
    return classify(text).kind in (LineKind.TEXT, LineKind.CHAPTER) and not asks(text)


def _rewrapped(lines: Sequence[Line], dropped: set[int]) -> list[Line]:
    """The lines, those put together again that a page's width broke, over the edges of pages too.

    `dropped` are the places of headers and footers, of which nothing is left.
    """
    full = _full_width(lines)
    aside = dropped | page_marks(lines).keys()
    found: list[Line] = []
    last: int | None = None  # the line before, whatever stands at the edges of pages
    runs_on = False
    for place, line in enumerate(lines):
        text = line.text.lstrip()
        if place in aside:
            found.append(line)
            continue
        before = "" if last is None else found[last].text
        broken = _BROKEN_WORD.search(before) is not None and text[:1].islower()
        if last is not None and text and (broken or (runs_on and _goes_on(before, text))):
            apart = " " * (before[-1:].isascii() and text[:1].isascii())
            joined = _BROKEN_WORD.sub("", before) + text if broken else before + apart + text
            found[last] = replace(found[last], text=joined)
        else:
            last = len(found)
            found.append(line)
        runs_on = full is not None and _width(line.text) >= full
    return found


def _goes_on(before: str, text: str) -> bool:
    """Whether a line bears no mark of its own, or ends an answer of a key that the line above began."""
    if entries_of(before + text) is not None:
        return entries_of(before) is None or entries_of(text) is None
    return classify(text).kind is LineKind.TEXT and TITLE.match(text.strip()) is None


def _full_width(lines: Sequence[Line]) -> int | None:
    """How wide a line is that the width of the page broke; None where no width is met often."""
    widths = sorted((_width(each.text) for each in lines), reverse=True)
    often = widths[: max(_FULL_LINES, len(widths) // 20)]
    met = [width for width in often if width >= _NARROWEST]
    return met[_FULL_LINES - 1] - _RAGGED if len(met) >= _FULL_LINES else None


def _width(text: str) -> int:
    """How wide a line is, in halves of a Chinese character."""
    return sum(1 if each < "\u2e80" else 2 for each in text.strip())


def _pages(data: bytes) -> list[str]:
    from pypdf import PdfReader  # only PDF needs it

    # It warns of every flaw of a file; what matters to us becomes a refusal.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted")
        if len(reader.pages) > _MOST_PAGES:
            raise Refused("too_large", pages=len(reader.pages), limit=_MOST_PAGES)
        return [page.extract_text() for page in reader.pages]
    except Refused:
        raise
    except Exception as wrong:  # it may raise anything on bytes that were made to break it
        raise Refused("broken_file", part="pdf") from wrong
