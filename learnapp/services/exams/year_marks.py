"""年度成绩汇总表: the people of a unit and below it, the months of a year as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from learnapp.db.core.caller import Caller
from learnapp.db.exams import mark_sheet
from learnapp.db.exams.mark_sheet import CountedMember
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.windows import main_in_year
from learnapp.db.people import login_names, unit_paths
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.exams.mark_sheet import Grade
from learnapp.domain.people.people import Category
from learnapp.reports.printed_table import Cell, PrintedTable
from learnapp.services.exams.mark_sheets import (
    SheetReader,
    person_columns,
    remark_of,
    signed_line,
)
from learnapp.services.exams.window_tally import ALL, PersonLine, tally_of
from learnapp.wording.catalogue import translated
from learnapp.wording.labels import label
from learnapp.wording.numbers import marks_label

MONTHS = range(1, 13)
_NARROW = (6, 18, 10, 12, 9)  # who it is, beside twelve months on a page across


@dataclass(frozen=True)
class YearWanted:
    """Of which unit with all below it, of which year, of which kind of exam."""

    unit_id: int
    year: int
    kind: ExamKind

    @property
    def last_day(self) -> date:
        """The last day of the year."""
        return date(self.year, 12, 31)


@dataclass
class YearMarks:
    """The marks of a year as they are collected, exam by exam: per person, month and exam the line of
    the window in which they have a mark, else of the last."""

    wanted: YearWanted
    windows: list[tuple[Exam, ExamWindow]]
    found: dict[int, dict[int, dict[int, PersonLine]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )

    def collect(self, caller: Caller, place: int) -> None:
        """Add what one window came to. Raises NotFound and Forbidden as `begin`."""
        exam, window = self.windows[place]
        month = local_day(window.opens_at).month
        for each in tally_of(caller, exam, window).page(caller.session, exam.id, ALL, 0, None):
            exams = self.found[each.person_id][month]
            known = exams.get(exam.id)
            if known is None or known.line.awarded is None:
                exams[exam.id] = each


def begin(caller: Caller, wanted: YearWanted) -> YearMarks:
    """The year's main windows within reach, to be collected. Raises NotFound, Forbidden."""
    session, day = caller.session, local_day(caller.now)
    require_scope(session, caller.actor, Permission.MARKS_READ, wanted.unit_id, day)
    return YearMarks(wanted, main_in_year(caller, wanted.kind, wanted.year))


def table_of(caller: Caller, marks: YearMarks, reader: SheetReader) -> PrintedTable:
    """The table: who counts in the unit or below it at the end of the year, or now, in 建制序."""
    wanted = marks.wanted
    people = _people(caller, wanted)
    badges = login_names.badges_of(caller.session, [each.person_id for each in people])
    units = unit_paths.labels(
        caller.session, {each.unit_id for each in people}, local_day(caller.now)
    )
    rows: list[list[Cell]] = []
    for number, each in enumerate(people, 1):
        months = marks.found.get(each.person_id, {})
        rows.append(
            [
                number,
                units[each.unit_id],
                each.name,
                badges.get(each.person_id, ""),
                label(reader.language, Category, each.category),
                *(_cell(list(months.get(month, {}).values()), reader) for month in MONTHS),
            ]
        )
    kind = label(reader.language, ExamKind, wanted.kind)
    return PrintedTable(
        title=translated(reader.language, "%(y)s 年度成绩汇总表", y=wanted.year),
        about=translated(
            reader.language, "%(k)s，共 %(n)s 场；按正考开考的月份", k=kind, n=len(marks.windows)
        ),
        columns=[
            *((name, _NARROW[place]) for place, (name, _) in enumerate(person_columns(reader))),
            *((translated(reader.language, "%(m)s 月", m=month), 8) for month in MONTHS),
        ],
        rows=rows,
        below=[signed_line(reader)],
        landscape=True,
    )


def _people(caller: Caller, wanted: YearWanted) -> list[CountedMember]:
    session, today = caller.session, local_day(caller.now)
    line_id, day = default_line(session).id, min(today, wanted.last_day)
    reach = units_in_scope(caller.actor, Permission.MARKS_READ, today)
    found = mark_sheet.members_below(session, line_id, wanted.unit_id, day, reach)
    places = mark_sheet.order_of_units(session, line_id, today)
    return sorted(
        found,
        key=lambda each: (places.get(each.unit_id, len(places)), each.sort_key, each.person_id),
    )


def _cell(lines: Sequence[PersonLine], reader: SheetReader) -> Cell:
    """The marks of a month: one as a number, several or a remark beside it as a text."""
    texts = [_text(each, reader) for each in lines]
    if len(lines) == 1 and lines[0].line.grade in (Grade.PASSED, Grade.FAILED):
        awarded = lines[0].line.awarded
        return "" if awarded is None else awarded / 100
    return " ".join(texts)  # a narrow column breaks between marks, not within one


def _text(each: PersonLine, reader: SheetReader) -> str:
    line = each.line
    if line.awarded is None:
        if line.grade is Grade.UNMARKED:
            return label(reader.language, Grade, line.grade)
        return remark_of(line, each.state, reader.language)
    mark = marks_label(line.awarded)
    return translated(reader.language, "%(m)s（补）", m=mark) if line.remark else mark
