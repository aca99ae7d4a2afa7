"""迎检台账: whose files of which month are put together, for whom, and what every part of them reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.people import unit_paths, unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import UnitOnLine, limits_of_reach
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.reports import month_files as queries
from learnapp.db.reports.month_files import MonthSpan
from learnapp.domain.core.calendar import end_of, local_day, start_of
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.reports.month_files import FilePart, MissingWhy, MonthOfUnit
from learnapp.services.exams.mark_sheets import SheetReader
from learnapp.services.progress import drill_down
from learnapp.services.progress.drill_down import RequirementRow
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import moment_label
from learnapp.wording.labels import label

_MOST = 2_000  # requirements of a stage


@dataclass(frozen=True)
class Filed:
    """A paper of the files as .docx, or why it is not there; `keys`: the question versions whose keys it
    shows, `internal`: whether it bears its reader's name when it is taken out."""

    part: FilePart
    title: str
    data: bytes | None = None
    missing: MissingWhy | None = None
    internal: bool = False
    keys: tuple[int, ...] = ()


class MonthReader:
    """A month of a unit within reach of who asks, and for whom it is written."""

    def __init__(self, caller: Caller, wanted: MonthOfUnit, reader: SheetReader) -> None:
        """Raises Forbidden, NotFound."""
        self.caller, self.wanted, self.reader = caller, wanted, reader
        self.line_id = default_line(caller.session).id
        today = local_day(caller.now)
        unit = UnitOnLine(wanted.unit_id, self.line_id)
        limits = limits_of_reach(caller.session, caller.actor, Permission.FILES_MAKE, unit, today)
        self.units: Select[int] = unit_trees.subtree_within(
            wanted.unit_id, self.line_id, today, limits
        )
        self.span = MonthSpan(start_of(wanted.first_day), end_of(wanted.last_day))

    @property
    def session(self) -> Session:
        """The transaction."""
        return self.caller.session

    @property
    def language(self) -> Language:
        """In which it is written."""
        return self.reader.language

    @cached_property
    def unit_name(self) -> str:
        """The name of the unit."""
        unit_id = self.wanted.unit_id
        return unit_paths.labels(self.session, [unit_id], local_day(self.caller.now))[unit_id]

    def about(self) -> str:
        """The unit, the month, and as of when it is known."""
        return translated(
            self.language,
            "%(u)s · %(y)s年%(m)s月 · 截至 %(t)s",
            u=self.unit_name,
            y=self.wanted.year,
            m=self.wanted.month,
            t=moment_label(self.language, self.caller.now, self.reader.today),
        )

    def unit_ids(self) -> set[int]:
        """The ids of the unit and all below it within reach."""
        return queries.ids_of(self.session, self.units)

    def stages(self) -> list[StageInForce]:
        """The stages that run in the month on the default line."""
        first, last = self.wanted.first_day, self.wanted.last_day
        return [
            each
            for each in figure_facts.stages_in_force(self.session)
            if each.line_id == self.line_id and each.first_day <= last and each.last_day >= first
        ]

    def requirements(self) -> list[tuple[StageInForce, RequirementRow]]:
        """What the stages ask of the unit by plan in the month, by stage and plan day."""
        found = []
        for stage in self.stages():
            rows, _total = drill_down.requirements_of(
                self.caller, stage.identity, self.wanted.unit_id, PageSpan(1, _MOST)
            )
            found += [
                (stage, each)
                for each in rows
                if each.owed and self.wanted.first_day <= each.plan_day <= self.wanted.last_day
            ]
        return found

    def windows(self) -> list[tuple[Exam, ExamWindow]]:
        """The windows that close in the month of the exams that the stages ask for."""
        stages = self.stages()
        duties = figure_facts.duties_in_force(self.session, stages)
        items = {duty.item_id for each in stages for duty in duties[each.id] if duty.by_window}
        return queries.windows_in(self.session, items, self.span)

    def exam_name(self, exam: Exam, window: ExamWindow) -> str:
        """The exam, with the kind of a window that is not its first."""
        if window.kind == WindowKind.MAIN:
            return exam.title
        return f"{exam.title}（{label(self.language, WindowKind, WindowKind(window.kind))}）"

    def may_read_marks(self, window: ExamWindow) -> bool:
        """Whether who asks may read the marks of a window."""
        try:
            window_in_reach(self.caller, window.id, Permission.MARKS_READ)
        except (Forbidden, NotFound):
            return False
        return True
