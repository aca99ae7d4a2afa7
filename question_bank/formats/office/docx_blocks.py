"""The blocks of a document: lines as they come, tables by their headers, keys as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats.office.docx_file import Table
from question_bank.formats.recognise.headers import turned
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.table_areas import Area, areas_of, below
from question_bank.formats.recognise.tables import Cells, read_rows
from question_bank.formats.records import Note, Where

_LONGEST_HEADING = 200
_TABLED = 1 << 20


@dataclass(slots=True)
class BlocksRead:
    """What the blocks of a document hold: lines to read on, and the questions of its tables."""

    lines: list[Line] = field(default_factory=list)
    tabled: list[Parts] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    section: ClassifiedLine | None = None  # the heading above
    sections: int = _TABLED  # apart from those that are counted among lines

    def line(self, line: Line) -> None:
        """Take a line; a heading says what the table below it holds."""
        self.lines.append(line)
        if len(line.text) <= _LONGEST_HEADING:
            what = classify(line.text)
            if what.kind is LineKind.HEADING:
                self.section = what

    def table(self, table: Table) -> None:
        """Take a table: the questions and keys that it holds, or its lines."""
        areas = areas_of(turned(table.rows) or table.rows)
        if len(areas) == 1 and areas[0].header is None and not areas[0].key.used:
            self._as_lines(table.lines, table)
            return
        while areas:
            area = areas.pop(0)
            if area.key.used:
                self.lines += [Line(text, table.where) for text in area.key.lines]
                areas = below(area, area.start + area.key.used) + areas
            elif area.header is not None:
                areas = self._rows(area, table) + areas
            else:
                cells = [cell for row in area.rows for cell in row if cell.strip()]
                lines = [Line(each, table.where) for cell in cells for each in cell.split("\n")]
                self._as_lines(lines, table)

    def _as_lines(self, lines: Sequence[Line], table: Table) -> None:
        self.notes.append(Note("table_as_lines", {"rows": len(table.rows)}, table.where))
        self.lines += lines

    def _rows(self, area: Area, table: Table) -> list[Area]:
        """Take the questions below a header; the tables below it in the same columns."""
        if area.header is None:
            return []
        cells = Cells(section=self.section, sections=self.sections)
        for each in read_rows(area.rows, area.header, cells, self.notes):
            each.where = Where(row=each.where.row, paragraph=table.where.paragraph)
            self.tabled.append(each)
        self.sections = cells.sections
        return [] if cells.stopped is None else below(area, cells.stopped)


def read_blocks(blocks: Sequence[Line | Table], notes: Sequence[Note]) -> BlocksRead:
    """What the blocks of a document hold; its own notes come first."""
    found = BlocksRead(notes=list(notes))
    with_tables = any(isinstance(each, Table) for each in blocks)
    for block in blocks:
        if isinstance(block, Table):
            found.table(block)
        elif with_tables:
            found.line(block)
        else:
            found.lines.append(block)
    return found
