"""PDF with text: its pages as lines, words put together again where a line broke them."""

from __future__ import annotations

import io
import logging
import re

from question_bank.formats.recognise.lines import Line, bounded, clean, radicals
from question_bank.formats.records import Note, Refused, Where

_MOST_PAGES = 3_000
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
    lines: list[Line] = []
    broken = False
    for page in pages:
        for text in clean(page).split("\n"):
            text = _SPACED.sub("", text.rstrip())
            if broken and lines and text[:1].islower():
                before = lines[-1]
                lines[-1] = Line(_BROKEN_WORD.sub("", before.text) + text.lstrip(), before.where)
            else:
                lines.append(Line(text, Where(paragraph=len(lines) + 1)))
            broken = _BROKEN_WORD.search(text) is not None
    notes = [Note("radicals_repaired", {"characters": repaired})] if repaired else []
    if empty:
        notes.append(Note("pages_without_text", {"pages": empty}))
    return bounded(lines), notes


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
