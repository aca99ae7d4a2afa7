"""Sheets of many people, made in the background: their rows are kept, page and files are drawn from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.operations import background_jobs, background_lists
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.background_work import Part, Write, rows_in_parts
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.people.scope import grants_of, require_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.operations.background_jobs import WorkKind, WorkState
from learnapp.reports.printed_table import PrintedTable
from learnapp.services.exams import results, year_marks
from learnapp.services.exams.mark_sheets import SheetReader, window_table
from learnapp.services.exams.year_marks import YearWanted
from learnapp.wording.catalogue import language_of

KINDS = (WorkKind.MARK_SHEET, WorkKind.YEAR_MARKS)


class SheetSource(Protocol):
    """From what a sheet is made: step by step, then as a table."""

    @property
    def steps(self) -> int: ...
    def step(self, caller: Caller, number: int) -> None: ...
    def table(self, caller: Caller, reader: SheetReader) -> PrintedTable: ...


class _WindowSource:
    """A window's mark sheet, in one step."""

    steps = 1

    def __init__(self, window_id: int) -> None:
        self._window_id = window_id

    def step(self, caller: Caller, number: int) -> None:
        """Whether it is within reach; the rows are read with the table."""
        window_in_reach(caller, self._window_id, Permission.MARKS_READ)

    def table(self, caller: Caller, reader: SheetReader) -> PrintedTable:
        return window_table(results.of_window(caller, self._window_id), reader)


class _YearSource:
    """A year's marks, a window in each step."""

    def __init__(self, caller: Caller, wanted: YearWanted) -> None:
        self._marks = year_marks.begin(caller, wanted)

    @property
    def steps(self) -> int:
        return len(self._marks.windows)

    def step(self, caller: Caller, number: int) -> None:
        self._marks.collect(caller, number)

    def table(self, caller: Caller, reader: SheetReader) -> PrintedTable:
        return year_marks.table_of(caller, self._marks, reader)


class SheetWork:
    """A sheet within the reach of who asked, with their grants as they are when it is made; broken off,
    it is made from the beginning."""

    def __init__(self, session: Session, now: datetime, job: BackgroundJob) -> None:
        self._now, self._job_id, self._asked_by = now, job.id, job.asked_by
        params = job.params
        self._reader = SheetReader(language_of(params["language"]), local_day(now), params["name"])
        self._source: SheetSource
        if job.kind == WorkKind.MARK_SHEET:
            self._source = _WindowSource(params["window"])
        else:
            wanted = YearWanted(params["unit"], params["year"], ExamKind(params["kind"]))
            self._source = _YearSource(self._caller(session), wanted)
        self._done = 0
        self._table: PrintedTable | None = None
        self._writes: Iterator[Write] = iter(())

    def _caller(self, session: Session) -> Caller:
        person_id = self._asked_by or 0
        return Caller(
            session,
            Actor(person_id, grants_of(session, person_id, local_day(self._now))),
            self._now,
        )

    @property
    def total(self) -> int:
        """The windows to be read."""
        return max(1, self._source.steps)

    def read(self, session: Session) -> Part | None:
        """A window; after the last, some of the rows."""
        caller = self._caller(session)
        if self._done < self._source.steps:
            self._source.step(caller, self._done)
            self._done += 1
            return Part(self._done)
        if self._table is None:
            self._table = self._source.table(caller, self._reader)
            rows = [{"cells": list(row)} for row in self._table.rows]
            self._writes = rows_in_parts(self._job_id, rows)
        write = next(self._writes, None)
        return None if write is None else Part(self.total, write=write)

    def result(self, session: Session) -> dict[str, Any]:
        """What stands around the rows, and how many there are."""
        table = self._table
        if table is None:
            raise NotFound("background_unknown")
        return {
            "title": table.title,
            "about": table.about,
            "columns": [list(each) for each in table.columns],
            "below": list(table.below),
            "landscape": table.landscape,
            "rows": len(table.rows),
        }


def ask_window(caller: Caller, window_id: int, reader: SheetReader) -> BackgroundJob:
    """Have a window's mark sheet made. Raises NotFound, Forbidden."""
    exam, window = window_in_reach(caller, window_id, Permission.MARKS_READ)
    subject = f"{window.id}:{caller.actor.own_id()}"
    params = {"window": window.id, **_of(reader)}
    new = NewJob(WorkKind.MARK_SHEET, subject, exam.owner_unit_id, params)
    return background_jobs.ask(caller, new)


def ask_year(caller: Caller, wanted: YearWanted, reader: SheetReader) -> BackgroundJob:
    """Have a year's marks put together. Raises NotFound, Forbidden."""
    session, day = caller.session, local_day(caller.now)
    require_scope(session, caller.actor, Permission.MARKS_READ, wanted.unit_id, day)
    subject = f"{wanted.unit_id}:{caller.actor.own_id()}:{wanted.year}:{wanted.kind}"
    params = {
        "unit": wanted.unit_id,
        "year": wanted.year,
        "kind": str(wanted.kind),
        **_of(reader),
    }
    return background_jobs.ask(caller, NewJob(WorkKind.YEAR_MARKS, subject, wanted.unit_id, params))


def _of(reader: SheetReader) -> dict[str, str]:
    return {"language": reader.language, "name": reader.name}


def sheet_of(caller: Caller, public_id: str) -> BackgroundJob:
    """A sheet that the actor asked for: what it holds is limited by their reach. Raises NotFound."""
    caller.actor.must(Permission.MARKS_READ)
    job = background_lists.job_within(caller, public_id)
    if job is None or job.kind not in KINDS or job.asked_by != caller.actor.person_id:
        raise NotFound("background_unknown")
    return job


def table_of(
    session: Session, job: BackgroundJob, offset: int = 0, size: int | None = None
) -> PrintedTable:
    """A sheet that is ready, or some of its rows. Raises NotFound for one that is not."""
    if job.state != WorkState.DONE or job.result is None:
        raise NotFound("background_unknown")
    found = job.result
    rows = background_jobs.rows_of(session, job.id, offset, size)
    return PrintedTable(
        title=found["title"],
        about=found["about"],
        columns=[(name, width) for name, width in found["columns"]],
        rows=[row["cells"] for row in rows],
        below=found["below"],
        landscape=found["landscape"],
    )
