"""Figures of every unit below one as work in the background: a workbook that is there until it is made
again."""

from __future__ import annotations

import base64
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import background_jobs, background_lists
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.background_work import Part, row_written
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.operations.background_jobs import WorkKind, WorkState
from learnapp.reports import figure_sheet
from learnapp.reports.figure_sheet import FigureSheet
from learnapp.services.progress import figures
from learnapp.services.progress.all_units import all_units
from learnapp.services.progress.figures import Figures
from learnapp.wording import figure_lists
from learnapp.wording.catalogue import Language, language_of, translated
from learnapp.wording.figure_lists import AboutFigures
from learnapp.wording.numbers import percent_label
from learnapp.wording.progress import Judged

_STEPS = 3  # the units counted, their rows written, the workbook made
Cells = list[list[str | int]]


class AllUnitsWork:
    """The figures within the reach of who asked, with their grants as they are when they are made; broken
    off, they are made from the beginning."""

    total = _STEPS

    def __init__(self, session: Session, now: datetime, job: BackgroundJob) -> None:
        params = job.params
        self._now, self._job_id, self._asked_by = now, job.id, job.asked_by or 0
        self._language, self._unit_id = language_of(params["language"]), params["unit"]
        self._stage_id: int = params["stage"]
        self._found: Figures | None = None
        self._sheet: FigureSheet | None = None
        self._done = 0

    def read(self, session: Session) -> Part | None:
        """The next step."""
        self._done += 1
        if self._found is None:
            grants = grants_of(session, self._asked_by, local_day(self._now))
            caller = Caller(session, Actor(self._asked_by, grants), self._now)
            stage = figures.stage_for(session, self._stage_id)
            self._found = all_units(caller, stage, self._unit_id)
            return Part(self._done)
        if self._sheet is None:
            self._sheet = sheet_of(self._language, self._found, local_day(self._now))
            return Part(self._done)
        if self._done > _STEPS:
            return None
        data = figure_sheet.workbook(self._sheet)
        row = {"data": base64.b64encode(data).decode()}
        return Part(self._done, write=row_written(self._job_id, 1, row))

    def result(self, session: Session) -> dict[str, Any]:
        """What the workbook is of, as it says itself, and how many units it has."""
        if self._sheet is None:
            raise NotFound("background_unknown")
        heading = [list(each) for each in self._sheet.heading]
        return {"title": self._sheet.title, "about": heading, "rows": len(self._sheet.rows)}


def sheet_of(language: Language, found: Figures, today: date) -> FigureSheet:
    """Every unit's figures under what explains them, names set in by their depth."""
    stage, top = found.stage, found.rows[0]
    names, days = (stage.programme_name, stage.name), (stage.first_day, stage.last_day)
    about = AboutFigures(
        *(top.name, figure_lists.stage_label(language, names, days, today), stage.line_name),
        figure_lists.counted_label(language, top.counts),
        *(found.as_of, found.known_at),
    )
    time = (translated(language, "时间进度"), percent_label(found.time))
    judged = Judged(today, found.checkpoint)
    return FigureSheet(
        translated(language, "各级单位学习进度"),
        [*figure_lists.heading(language, about, today), time],
        figure_lists.unit_columns(language, judged),
        [
            figure_lists.unit_cells(language, each.name, each.counts, each.judged, each.depth)
            for each in found.rows
        ],
    )


def ask(caller: Caller, stage_id: int, unit_id: int, language: Language) -> BackgroundJob:
    """Have the figures of a unit and all below it made. Raises Forbidden, NotFound."""
    stage = figures.stage_for(caller.session, stage_id)
    figures.in_reach(caller.session, caller.actor, stage, unit_id, local_day(caller.now))
    params = {"unit": unit_id, "stage": stage.identity, "language": language}
    subject = f"{unit_id}:{caller.actor.own_id()}:{stage.identity}"
    return background_jobs.ask(caller, NewJob(WorkKind.UNIT_FIGURES, subject, unit_id, params))


def export_of(caller: Caller, public_id: str) -> BackgroundJob:
    """The figures that the actor asked for: what they hold is limited by their reach. Raises NotFound."""
    caller.actor.must(Permission.PROGRESS_READ)
    job = background_lists.job_within(caller, public_id)
    mine = job is not None and job.asked_by == caller.actor.person_id
    if job is None or not mine or job.kind != WorkKind.UNIT_FIGURES:
        raise NotFound("background_unknown")
    return job


def workbook_of(session: Session, job: BackgroundJob) -> bytes:
    """The workbook of figures that are ready. Raises NotFound for others."""
    rows = background_jobs.rows_of(session, job.id) if job.state == WorkState.DONE else []
    if not rows:
        raise NotFound("background_unknown")
    return base64.b64decode(rows[0]["data"])
