"""Named tables of one file: parted, read row by row, keys that stand apart given to their questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from question_bank.formats.compact_list import Packed
from question_bank.formats.office.sheet_pictures import SheetPictures, floating_by_row, put_pictures
from question_bank.formats.office.sheet_xml import SheetFacts
from question_bank.formats.recognise.answer_sections import key_notes
from question_bank.formats.recognise.assemble import assemble
from question_bank.formats.recognise.headers import (
    FIRST_ROWS,
    Header,
    MarkedText,
    assumed_header,
    cell_text,
    find_header,
    place_counted_from,
    turned_rows,
)
from question_bank.formats.recognise.headings import type_in_name
from question_bank.formats.recognise.key_entries import KeyBlock, sections_of
from question_bank.formats.recognise.key_pairs import contradicted, give_keys
from question_bank.formats.recognise.line_kinds import ClassifiedLine
from question_bank.formats.recognise.lines import Line, bounded
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.formats.recognise.table_areas import Area, Rows, areas_of, below
from question_bank.formats.recognise.table_keys import TableKey
from question_bank.formats.recognise.tables import Cells, read_rows
from question_bank.formats.recognise.text_bank import asks_something, keys_of, parts_of
from question_bank.formats.records import MediaFile, Note, Outcome, Reason, Record, Refused, Where

_NAMELESS = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.IGNORECASE)
_HEAD_ROWS = 5
# Questions that wait for a key are not packed: so many at most.
_MOST_WAITING = 20_000


@dataclass(slots=True)
class Sheets:
    """What the sheets of one file held.

    `waiting` are the questions without an answer, by their place among the records, and `keys`
    what may answer them: both are used up when the last table was read.
    """

    records: Packed[Record] = field(default_factory=Packed)
    notes: list[Note] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    media: dict[str, MediaFile] = field(default_factory=dict)
    section: ClassifiedLine | None = None  # what the name of the file says of its type
    sections: int = 0
    waiting: dict[int, Parts] = field(default_factory=dict)
    answered: dict[int, Parts] = field(default_factory=dict)  # what a key may contradict
    keys: list[KeyBlock] = field(default_factory=list)
    assumed: bool = False  # a key without any title is among them

    def add(self, one: Parts) -> None:
        """Take a question: judged at once, or kept where a key may still answer it."""
        unanswered = not (one.answers or one.points or bracket_answers(one.stem))
        if unanswered and one.stem.strip() and len(self.waiting) < _MOST_WAITING:
            self.waiting[len(self.records)] = one
            self.records.append(_LATER)
            return
        if one.number and one.answers and one.options and len(self.answered) < _MOST_WAITING:
            self.answered[len(self.records)] = Parts(
                one.where, one.number, one.declared, answers=list(one.answers), section=one.section
            )
        self.records.append(assemble(one))

    def settle(self) -> None:
        """Give the keys that stand apart to the questions that wait for one, and judge these."""
        sections = [section for block in self.keys for section in block.sections]
        differ = set(map(id, contradicted(list(self.answered.values()), sections)))
        places = {place for place, each in self.answered.items() if id(each) in differ}
        if not self.waiting and not places:
            return
        waiting = list(self.waiting.values())
        if self.keys:
            _count(waiting)
            give_keys(waiting, [KeyBlock(Where(), sections)])
            for each in waiting if self.assumed else ():
                each.doubt("header_assumed")
            self.notes += key_notes(self.keys)
        self.records = Packed(
            assemble(self.waiting[place])
            if place in self.waiting
            else (_doubted(each) if place in places else each)
            for place, each in enumerate(self.records)
        )
        self.waiting, self.answered = {}, {}


_LATER = Record(Where(), Outcome.NOT_UNDERSTOOD, None, [], "")


def _doubted(record: Record) -> Record:
    """The record, to be confirmed because a key says otherwise."""
    outcome = Outcome.TO_CONFIRM if record.outcome is Outcome.READY else record.outcome
    return replace(record, outcome=outcome, reasons=[*record.reasons, Reason("answers_differ")])


def _count(waiting: Sequence[Parts]) -> None:
    """Number the questions of tables without numbers by their order, to confirm."""
    counts: dict[int, int] = {}
    for each in waiting:
        counts[each.section] = counts.get(each.section, 0) + 1
        if not each.number:
            each.number = counts[each.section]
            each.doubt("key_in_order")


def tables_of(
    sheets: Iterable[tuple[str, Rows]],
    found: Sheets | None = None,
    facts: Mapping[str, SheetFacts] | None = None,
    pictures: SheetPictures | None = None,
) -> Sheets:
    """The questions of named tables; raises Refused if none of them has a header."""
    found = Sheets() if found is None else found
    tables = [
        (name, rows)
        for name, rows in sheets
        if any(cell not in ("", None) for row in rows for cell in row)
    ]
    if not tables:
        raise Refused("empty_sheet")
    for name, rows in tables:
        table = _Table(name, rows, (facts or {}).get(name, SheetFacts()), len(tables) > 1)
        _take(found, table, pictures)
    found.settle()
    if sum(note.code == "sheet_without_header" for note in found.notes) == len(tables):
        first = [" ".join(map(cell_text, row))[:60] for row in islice(tables[0][1], 3)]
        raise Refused("unknown_header", sheets=[name for name, _ in tables][:10], lines=first)
    return found


@dataclass(frozen=True, slots=True)
class _Table:
    """A named table of a file, what its XML holds beside the cells, and whether it has others beside
    it."""

    name: str
    rows: Rows
    facts: SheetFacts
    one_of_many: bool


def _take(found: Sheets, table: _Table, pictures: SheetPictures | None) -> None:
    """Add one named table's records: those of each table that stands in it."""
    if _take_turned(found, table):
        return
    areas = areas_of(table.rows)
    alone = len(areas) == 1
    while areas:
        area = areas.pop(0)
        if area.key.used:
            _take_key(found, table.name, area.key, area.start)
            areas = below(area, area.start + area.key.used) + areas
            continue
        alone = alone and area.start == 0
        if area.header is None and alone:
            area.header = assumed_header(area.first)
        head = area.first[: area.header.row - area.start] if area.header else area.first
        if area.start == 0:
            found.heads += [cell_text(cell) for row in head[:_HEAD_ROWS] for cell in row]
        if area.header is None:
            _take_lines(found, table.name, area)
        elif (stopped := _take_rows(found, table, area, pictures)) is not None:
            areas = below(area, stopped) + areas


def _take_turned(found: Sheets, table: _Table) -> bool:
    """Add the records of a table whose titles stand in its first column; whether it is one."""
    rows, first = table.rows, list(islice(table.rows, FIRST_ROWS))
    found.heads += table.facts.margins
    if find_header(first) is not None or (upright := turned_rows(rows, first)) is None:
        return False
    header = find_header(upright[:FIRST_ROWS])
    if header is None:
        return False
    # A question's first row, where titles stand beside their cells.
    starts = [n for n, row in enumerate(rows, 1) if cell_text(row[:1] and row[0]) == upright[0][0]]
    cells = _cells(found, table)
    for each in read_rows(upright, header, cells, found.notes):
        place = starts[(each.where.row or 2) - 2]
        each.where = Where(sheet=table.name or None, row=place)
        found.add(_of_sheet(each, table, header))
    return True


def _cells(found: Sheets, table: _Table) -> Cells:
    """What is known of a table's cells; headings are counted over all tables of a file."""
    name, facts = table.name, table.facts
    section = type_in_name(name) or found.section
    return Cells(name or None, facts.formulas, facts.strong, section, found.sections)


def _of_sheet(one: Parts, table: _Table, header: Header) -> Parts:
    """The question, with the sheet's name for its category where nothing else gives one."""
    named = table.one_of_many and not _NAMELESS.match(table.name)
    if named and "category" not in header.columns:
        one.category = (table.name,)
    return one


def _take_rows(
    found: Sheets, table: _Table, area: Area, pictures: SheetPictures | None
) -> int | None:
    """Add the records below a header; the row of another table at which they end, if there is one."""
    header = area.header
    if header is None:
        return None
    above: list[Sequence[Any]] = [[]] * area.start
    header.first_place = place_counted_from(above + area.first, header)
    cells = _cells(found, table)
    for each in read_rows(_shown(area, table.facts, pictures), header, cells, found.notes):
        if header.row < 0:
            each.doubt("header_assumed")
        found.add(_of_sheet(each, table, header))
    found.sections = cells.sections
    return cells.stopped


def _take_key(found: Sheets, name: str, key: TableKey, start: int) -> None:
    """Keep a key that is a table, to be given to its questions when all are read."""
    kind = type_in_name(name)
    titles = [name] if kind is not None and kind.type is not None else []
    sections = sections_of(
        [Line(text, Where(sheet=name or None)) for text in [*titles, *key.lines]]
    )
    found.keys.append(KeyBlock(Where(sheet=name or None, row=start + 1), sections))
    found.assumed = found.assumed or (key.assumed and "答案" not in name)


def _take_lines(found: Sheets, name: str, area: Area) -> None:
    """A table without any header: its cells are lines of text, if questions or keys stand in them."""
    lines = [
        Line(line, Where(sheet=name or None, row=number))
        for number, row in enumerate(area.rows, 1)
        for cell in row
        if (text := cell_text(cell).strip())
        for line in text.split("\n")
    ]
    if blocks := keys_of(bounded(lines)):
        found.keys += blocks
        return
    parts, notes = parts_of(lines)
    if not any(map(asks_something, parts)):
        code = "rows_without_header" if area.start else "sheet_without_header"
        found.notes.append(Note(code, {}, Where(sheet=name or None, row=area.start + 1 or None)))
        return
    found.notes += [Note("table_as_lines", {}, Where(sheet=name or None)), *notes]
    columns = {n for row in area.rows for n, cell in enumerate(row) if cell_text(cell).strip()}
    for each in parts:
        if len(columns) > 1:
            each.doubt("header_assumed")
        found.add(each)


def _shown(area: Area, facts: SheetFacts, pictures: SheetPictures | None) -> Rows:
    """An area's rows with the marks of their pictures in them."""
    if pictures is None or area.header is None or not (facts.pictures or pictures.in_cells):
        return area.rows
    left, right = area.span
    inside = {at: each for at, each in facts.pictures.items() if left <= at[1] < right}
    return _marked(area.rows, area.header, inside, pictures)


def _marked(
    rows: Rows, header: Header, floating: Mapping[tuple[int, int], str], pictures: SheetPictures
) -> Iterator[Sequence[Any]]:
    columns = {*header.columns.values(), *header.options.values()}
    by_row = floating_by_row(floating, columns, header.columns["stem"])
    for number, row in enumerate(rows):
        cells = list(row)
        if number > header.row:
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and (named := pictures.named(cell)) is not None:
                    cells[column] = MarkedText(named)
        put_pictures(cells, by_row.get(number, ()))
        yield cells
