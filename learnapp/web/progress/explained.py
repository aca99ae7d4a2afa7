"""What explains every list of figures: unit, programme, line, who and what was counted, and of what
instant it is; the same on the page, on paper and in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response

from learnapp.db.progress.figure_facts import StageInForce
from learnapp.domain.core.calendar import local_day
from learnapp.domain.progress.figures import Counts
from learnapp.reports import figure_sheet
from learnapp.reports.figure_sheet import FigureSheet
from learnapp.web.core import request_context as req
from learnapp.web.core.downloads import attachment
from learnapp.web.core.language import language
from learnapp.wording import figure_lists
from learnapp.wording.figure_lists import AboutFigures


@dataclass(frozen=True)
class Explained(AboutFigures):
    """What a list of figures is about, on a page."""

    def pairs(self) -> list[tuple[str, str]]:
        """Label and text, in the order in which they are read."""
        return figure_lists.heading(language(), self, local_day(req.now()))


def explained_now(stage: StageInForce, unit: str, counted: str, now: datetime) -> Explained:
    """What explains figures of a stage as they are now."""
    return Explained(unit, stage_label(stage), stage.line_name, counted, now, now)


def stage_label(stage: StageInForce) -> str:
    """A stage with its programme and days."""
    names, days = (stage.programme_name, stage.name), (stage.first_day, stage.last_day)
    return figure_lists.stage_label(language(), names, days, local_day(req.now()))


def counted_label(counts: Counts) -> str:
    """Who and what was counted, of a unit with all below it."""
    return figure_lists.counted_label(language(), counts)


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
