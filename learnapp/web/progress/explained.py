"""What explains every list of figures: unit, programme, line, who and what was counted, and of what
instant it is; the same on the page, on paper and in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response
from flask_babel import gettext as _

from learnapp.db.progress.figure_facts import StageInForce
from learnapp.domain.progress.figures import Counts
from learnapp.reports import figure_sheet
from learnapp.reports.figure_sheet import FigureSheet
from learnapp.web.core.downloads import attachment
from learnapp.web.core.wording import day_label, moment_label, with_note

_LEAST = timedelta(microseconds=1)  # the last instant of a day is written as its 24:00


@dataclass(frozen=True)
class Explained:
    """What a list of figures is about, and who was counted, in words."""

    unit: str
    programme: str
    line: str
    counted: str
    as_of: datetime
    known_at: datetime

    def pairs(self) -> list[tuple[str, str]]:
        """Label and text, in the order in which they are read."""
        return [
            (_("单位"), self.unit),
            (_("计划和阶段"), self.programme),
            (_("条块"), self.line),
            (_("口径"), self.counted),
            (_("截至"), moment_label(self.as_of + _LEAST)),
            (_("按何时所知"), moment_label(self.known_at + _LEAST)),
        ]


def explained_now(stage: StageInForce, unit: str, counted: str, now: datetime) -> Explained:
    """What explains figures of a stage as they are now."""
    return Explained(unit, stage_label(stage), stage.line_name, counted, now, now)


def stage_label(stage: StageInForce) -> str:
    """A stage with its programme and days."""
    span = f"{day_label(stage.first_day)} – {day_label(stage.last_day)}"
    return with_note(f"{stage.programme_name} · {stage.name}", span)


def counted_label(counts: Counts) -> str:
    """Who and what was counted, of a unit with all below it."""
    return _(
        "本单位及下级计入人员 %(p)s 人；本阶段必学必考 %(o)s 项次，免除 %(e)s 项次不计",
        p=counts.people,
        o=counts.owed,
        e=counts.excused,
    )


def sheet(
    title: str,
    about: Explained,
    columns: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    more: Sequence[tuple[str, str]] = (),
) -> Response:
    """The list as a workbook, under the heading of its page and what `more` there is to say of it."""
    data = figure_sheet.workbook(FigureSheet(title, [*about.pairs(), *more], columns, rows))
    return attachment(data, f"{about.unit} {title}.xlsx")
