"""From the rows below a header to the parts of questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.headers import (
    Header,
    cell_text,
    header_of,
    may_be_header,
)
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.option_cells import one_cell, own_letters_off, without_options
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.text_bank import drop_star, stars_note
from question_bank.formats.records import Note, Where
from question_bank.options import LETTERS

# "/" and ">" part a path; a backslash before either, or before another, is an escape.
_STEP = re.compile(r"(?:\\[\\/>＞]|[^/>＞])+")
_OWN_NUMBER = re.compile(r"^\s*(\d{1,5})\s*[、.．](?!\d)\s*(?=\S)")
_ESCAPED = re.compile(r"\\([\\/>＞])")


@dataclass(frozen=True, slots=True)
class Cells:
    """What is known of cells beside their values, by row and column from 0.

    `formulas` are those with a formula that has no stored value, `strong` those that stand out.
    """

    sheet: str | None = None
    formulas: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    strong: Set[tuple[int, int]] = frozenset()
    section: ClassifiedLine | None = None  # what the name of the sheet or file says of its type


def read_rows(
    rows: Iterable[Sequence[Any]],
    header: Header,
    cells: Cells,
    notes: list[Note],
    first_row: int = 1,
) -> Iterator[Parts]:
    """The questions below a header, row by row; what else is noticed is added to `notes`."""
    rows, sheet, formulas = iter(rows), cells.sheet, cells.formulas
    notes += _above(list(islice(rows, header.row + 1)), header, sheet, first_row)
    strange: set[str] = set()
    section: ClassifiedLine | None = cells.section
    before: Parts | None = None
    starred = counted = own = 0
    for number, row in _whole_rows(rows, header):
        texts = [text for cell in row if (text := cell_text(cell).strip())]
        if not texts and not _needs(header, number, formulas):
            continue
        place = Where(sheet=sheet, row=first_row + number)
        headed = may_be_header(texts)
        if headed and (lower := another_header(row, header)) is not None:
            notes.append(Note("header_again", {}, place))
            header = lower
            continue
        if (heading := _heading(texts, row, header, headed)) is not None:
            section = heading if heading.type is not None else section
            notes.append(Note("heading", {"text": texts[0][:80]}, place))
            continue
        one = _parts(row, header, place, strange)
        if section is not None and one.declared is None and not _cell(row, header, "type"):
            one.declared, one.any_number = section.type, section.any_number
        _share_passage(one, before, row, header)
        _doubt_cells(one, row, header, _needs(header, number, formulas))
        one.strong = _strong(row, number, header, cells)
        starred += drop_star(one)
        counted += 1
        own = _drop_number(one, counted, own)
        before = one
        yield one
    notes += stars_note(starred)
    notes += _about_columns(header, strange, Where(sheet, max(1, first_row + header.row)))


def _whole_rows(
    rows: Iterable[Sequence[Any]], header: Header
) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows below a header with their numbers; options on rows of their own join the row above.

    That is how a merged stem and its options, one below the other, come out of a sheet.
    """
    column = header.columns.get("options")
    if column is None or header.options:
        yield from enumerate(rows, header.row + 1)
        return
    held: tuple[int, list[Any]] | None = None
    for number, row in enumerate(rows, header.row + 1):
        filled = [at for at, cell in enumerate(row) if cell_text(cell).strip()]
        if held is not None and filled == [column] and column < len(held[1]):
            held[1][column] = f"{cell_text(held[1][column])}\n{cell_text(row[column])}"
            continue
        if held is not None:
            yield held
        held = number, list(row)
    if held is not None:
        yield held


def _doubt_cells(
    one: Parts, row: Sequence[Any], header: Header, without_value: Iterable[str]
) -> None:
    """Doubt a question with cells whose text is not what somebody typed: formulas, dates."""
    for column in without_value:
        one.doubt("formula_cell", column=column)
    for column in _dates(row, header):
        one.doubt("date_cell", column=column)


def _strong(row: Sequence[Any], number: int, header: Header, cells: Cells) -> list[str]:
    """The texts of the options whose cells stand out."""
    return [
        cell_text(row[column])
        for column in header.options.values()
        if (number, column) in cells.strong and column < len(row)
    ]


def another_header(row: Sequence[Any], header: Header) -> Header | None:
    """The header that a lower row is, if it orders the columns in another way; else None."""
    lower = header_of(row, header.row)
    if "stem" not in lower.columns or not ("answer" in lower.columns or lower.options):
        return None
    if len(lower.unknown) > len(lower.columns) + len(lower.options):
        return None
    if lower.columns.items() <= header.columns.items():
        return None
    lower.legend = header.legend
    return lower


def _drop_number(one: Parts, counted: int, before: int) -> int:
    """Take the row's own number off a stem, `3、…` in the third row or behind `2、…`; which it was."""
    found = _OWN_NUMBER.match(one.stem)
    if not found:
        return before
    number = int(found.group(1))
    if number in (counted, before + 1, 1):
        one.stem = one.stem[found.end() :]
        return number
    return before


def _about_columns(header: Header, strange: set[str], where: Where) -> list[Note]:
    """Notes on columns that were left out, and on difficulties that say nothing."""
    notes = [
        Note("column_ignored", {"column": title}, where)
        for title in header.unknown.values()
        if title
    ]
    if strange:
        notes.append(Note("difficulty_unknown", {"values": sorted(strange)[:10]}, where))
    return notes


def _above(
    rows: Sequence[Sequence[Any]], header: Header, sheet: str | None, first_row: int
) -> list[Note]:
    """Notes on the rows above the header, so that each row is reported."""
    notes = []
    for number, row in enumerate(rows[: max(0, header.row + 1 - header.rows)]):
        text = " ".join(filter(None, (cell_text(cell).strip() for cell in row[:50])))
        if text:
            where = Where(sheet=sheet, row=first_row + number)
            notes.append(Note("text_outside", {"text": text[:200]}, where))
    if header.rows > 1:
        where = Where(sheet=sheet, row=first_row + header.row - 1, until=first_row + header.row)
        notes.append(Note("header_of_two_rows", {}, where))
    return notes


def _heading(
    texts: Sequence[str], row: Sequence[Any], header: Header, headed: bool
) -> ClassifiedLine | None:
    """A row that is a title, or the header again (as on every printed page)."""
    if len(texts) == 1:
        seen = classify(texts[0])
        return seen if seen.kind in (LineKind.HEADING, LineKind.CHAPTER) else None
    if not headed:
        return None
    again = header_of(row, 0)
    same = again.columns and again.columns.items() <= header.columns.items()
    return ClassifiedLine(LineKind.HEADING) if same and len(again.columns) > 1 else None


def _cell(row: Sequence[Any], header: Header, name: str) -> str:
    column = header.columns.get(name)
    return cell_text(row[column]).strip() if column is not None and column < len(row) else ""


def _share_passage(one: Parts, before: Parts | None, row: Sequence[Any], header: Header) -> None:
    """A passage cell that is merged over its questions is in the first row only."""
    if "sub_type" not in header.columns:
        return
    if not one.stem:
        one.stem, one.passage = one.passage, ""
    elif not one.passage and before is not None:
        one.passage = before.passage
    if (kind := answers.type_named(_cell(row, header, "sub_type"))) is not None:
        one.declared = kind
        one.reasons = [each for each in one.reasons if each.code != "type_unknown"]


def _columns(header: Header) -> Iterator[tuple[str, int]]:
    yield from (
        (n, c) for n, c in header.columns.items() if n not in ("number", "ignored", "sub_type")
    )
    yield from header.options.items()


def _needs(header: Header, row: int, formulas: Mapping[tuple[int, int], bool]) -> list[str]:
    if not formulas:
        return []
    return [name for name, column in _columns(header) if (row, column) in formulas]


def _dates(row: Sequence[Any], header: Header) -> list[str]:
    """The columns whose cell a spreadsheet turned into a date or a time (1/2, 3-4, 8:30)."""
    return [
        name
        for name, column in _columns(header)
        if column < len(row) and type(row[column]).__module__ == "datetime"
    ]


def _parts(row: Sequence[Any], header: Header, where: Where, strange: set[str]) -> Parts:
    def text(name: str) -> str:
        return _cell(row, header, name)

    kind = text("type")
    parts = Parts(
        where,
        declared=answers.type_named(kind) if kind else None,
        any_number="不定项" in kind,
        stem=text("stem"),
        answers=[text("answer")] if text("answer") else [],
        explanation=text("explanation"),
        points=tuple(filter(None, map(str.strip, text("points").split("\n")))),
        source=text("source"),
        category=path(text("category")),
        passage=text("passage"),
        legend=header.legend,
        by_column=True,
        raw="\t".join(cell_text(cell) for cell in row).strip(),
    )
    if kind and parts.declared is None:
        parts.in_words = answers.names_open_type(kind)
        if not parts.in_words:
            parts.doubt("type_unknown", type=kind[:40])
    level = text("difficulty")
    parts.difficulty = answers.difficulty_named(level) if level else None
    if level and parts.difficulty is None:
        strange.add(level[:20])
    parts.options = _options(row, header, text("options"))
    without_options(parts)
    if header.gaps:
        _take_gaps(parts, row, header)
    elif header.first_place is not None and parts.options:
        _take_places(parts, header.first_place)
    return parts


def _take_gaps(parts: Parts, row: Sequence[Any], header: Header) -> None:
    """Take the answers of a question's gaps, a cell each."""
    cells = [cell_text(row[at]).strip() if at < len(row) else "" for at in header.gaps]
    while cells and not cells[-1]:
        cells.pop()
    several = len(cells) > 1
    parts.answers = ["；".join(map(answers.escape, cells)) if several else "".join(cells)]
    parts.answers = [each for each in parts.answers if each]


def _take_places(parts: Parts, first: int) -> None:
    """Read an answer that gives the places of its options; a person confirms it."""
    stated = "".join(parts.answers)
    places = [int(each) - first for each in re.findall(r"\d", stated)]
    letters = "".join(LETTERS[at] for at in places if 0 <= at < len(parts.options))
    if letters and len(letters) == len(places):
        parts.answers = [letters]
        parts.doubt("answer_by_place", answer=letters)


def _options(row: Sequence[Any], header: Header, together: str) -> list[tuple[str, str]]:
    if together and not header.options:
        return one_cell(together)
    cells = [
        (letter, cell_text(row[column]).strip() if column < len(row) else "")
        for letter, column in sorted(header.options.items())
    ]
    cells = own_letters_off(cells)
    while cells and not cells[-1][1]:
        cells.pop()
    return cells


def path(text: str) -> tuple[str, ...]:
    """A category path such as 刑法/总则; a backslash keeps a separator in a name."""
    steps = (_ESCAPED.sub(r"\1", each.strip()) for each in _STEP.findall(text))
    return tuple(each for each in steps if each)


def path_text(category: Sequence[str]) -> str:
    """The text that `path` reads back as this category."""
    return "/".join(re.sub(r"([\\/>＞])", r"\\\1", each) for each in category)
