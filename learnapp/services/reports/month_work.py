"""迎检台账 as work in the background: made part by part, kept until it is made again, taken out as a zip."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log, background_jobs, background_lists
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.background_work import Part, row_written
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.people.scope import grants_of, require_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.operations.background_jobs import WorkKind, WorkState
from learnapp.domain.reports.month_files import (
    FileLine,
    FilePart,
    MissingWhy,
    MonthOfUnit,
    contents,
)
from learnapp.reports import printed_table
from learnapp.reports.printed_table import PrintedTable
from learnapp.services.bank.key_exposure import record_key_exposure
from learnapp.services.exams.mark_sheets import SheetReader
from learnapp.services.reports.month_files import COLLECTORS
from learnapp.services.reports.month_reader import Filed, MonthReader
from learnapp.wording.catalogue import Language, language_of, translated
from learnapp.wording.labels import label

Stamp = Callable[[bytes], bytes]
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class MonthWork:
    """The files within the reach of who asked, with their grants as they are when they are made; broken
    off, they are made from the beginning."""

    def __init__(self, session: Session, now: datetime, job: BackgroundJob) -> None:
        self._now, self._job_id, self._asked_by = now, job.id, job.asked_by or 0
        params = job.params
        self._wanted = MonthOfUnit(params["unit"], params["year"], params["month"])
        language = language_of(params["language"])
        self._reader = SheetReader(language, local_day(now), params["name"])
        self._left = list(FilePart)
        self._found: list[Filed] = []
        self._written = 0
        self._unit_name = self._month(session).unit_name

    def _caller(self, session: Session) -> Caller:
        grants = grants_of(session, self._asked_by, local_day(self._now))
        return Caller(session, Actor(self._asked_by, grants), self._now)

    def _month(self, session: Session) -> MonthReader:
        return MonthReader(self._caller(session), self._wanted, self._reader)

    @property
    def total(self) -> int:
        """The parts of the files."""
        return len(FilePart)

    def read(self, session: Session) -> Part | None:
        """What one part has, paper by paper."""
        while not self._found and self._left:
            self._found = list(COLLECTORS[self._left.pop(0)](self._month(session)))
        if not self._found:
            return None
        filed = self._found.pop(0)
        self._written += 1
        row = {
            "part": filed.part,
            "title": filed.title,
            "missing": filed.missing,
            "internal": filed.internal,
            "data": None if filed.data is None else base64.b64encode(filed.data).decode(),
        }
        keep = row_written(self._job_id, self._written, row)

        def write(opened: Session, now: datetime) -> None:
            keep(opened, now)
            record_key_exposure(self._caller(opened), filed.keys)

        return Part(self.total - len(self._left), write=write)

    def result(self, session: Session) -> dict[str, Any]:
        """Of which unit, and how many papers were looked for."""
        return {"unit": self._unit_name, "rows": self._written}


def ask(caller: Caller, wanted: MonthOfUnit, reader: SheetReader) -> BackgroundJob:
    """Have the files of a month made. Raises Forbidden, NotFound, RuleBroken of "month"."""
    day = local_day(caller.now)
    wanted.check(day)
    require_scope(caller.session, caller.actor, Permission.FILES_MAKE, wanted.unit_id, day)
    params = {
        "unit": wanted.unit_id,
        "year": wanted.year,
        "month": wanted.month,
        "language": reader.language,
        "name": reader.name,
    }
    subject = f"{wanted.unit_id}:{caller.actor.own_id()}:{wanted.year}-{wanted.month}"
    new = NewJob(WorkKind.MONTH_FILES, subject, wanted.unit_id, params)
    return background_jobs.ask(caller, new)


def files_of(caller: Caller, public_id: str) -> BackgroundJob:
    """The files that the actor asked for: what they hold is limited by their reach. Raises NotFound."""
    caller.actor.must(Permission.FILES_MAKE)
    job = background_lists.job_within(caller, public_id)
    mine = job is not None and job.asked_by == caller.actor.person_id
    if job is None or not mine or job.kind != WorkKind.MONTH_FILES:
        raise NotFound("background_unknown")
    return job


def month_of(job: BackgroundJob) -> MonthOfUnit:
    """Of which unit and month the files are."""
    return MonthOfUnit(job.params["unit"], job.params["year"], job.params["month"])


def papers_of(session: Session, job: BackgroundJob) -> list[dict[str, Any]]:
    """The papers of files that are ready, in the order of 卷内目录. Raises NotFound for others."""
    if job.state != WorkState.DONE:
        raise NotFound("background_unknown")
    rows = background_jobs.rows_of(session, job.id)
    return sorted(rows, key=lambda each: list(FilePart).index(FilePart(each["part"])))


def contents_of(papers: list[dict[str, Any]]) -> list[FileLine]:
    """卷内目录 of these papers, with what is missing."""
    return contents(
        (
            FilePart(each["part"]),
            each["title"],
            None if each["missing"] is None else MissingWhy(each["missing"]),
        )
        for each in papers
    )


def contents_table(language: Language, job: BackgroundJob, lines: list[FileLine]) -> PrintedTable:
    """卷内目录 as a sheet on A4."""
    month = month_of(job)
    unit = (job.result or {}).get("unit", "")
    return PrintedTable(
        translated(language, "卷内目录"),
        translated(language, "%(u)s · %(y)s年%(m)s月", u=unit, y=month.year, m=month.month),
        [
            (translated(language, "序号"), 6),
            (translated(language, "类别"), 18),
            (translated(language, "题名"), 46),
            (translated(language, "备注"), 24),
        ],
        [
            (
                "" if each.number is None else each.number,
                label(language, FilePart, each.part),
                each.title,
                "" if each.missing is None else label(language, MissingWhy, each.missing),
            )
            for each in lines
        ],
    )


def paper_name(number: int, paper: dict[str, Any]) -> str:
    """The file name of a paper: its number and title."""
    return _UNFIT.sub(" ", f"{number:02d} {paper['title']}")[:100].strip() + ".docx"


def archive(language: Language, job: BackgroundJob, session: Session, stamp: Stamp) -> bytes:
    """The files as a zip with 卷内目录 in front; `stamp` marks what is internal with its reader."""
    papers = papers_of(session, job)
    table = contents_table(language, job, contents_of(papers))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as files:
        files.writestr(f"00 {table.title}.docx", printed_table.document(table))
        for number, each in enumerate(numbered(papers), 1):
            files.writestr(paper_name(number, each), content_of(each, stamp))
    return out.getvalue()


def numbered(papers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The papers that are there, in the order of their numbers."""
    return [each for each in papers if each["data"] is not None]


def content_of(paper: dict[str, Any], stamp: Stamp) -> bytes:
    """A paper as .docx."""
    data = base64.b64decode(paper["data"])
    return stamp(data) if paper["internal"] else data


def record_taken(caller: Caller, job: BackgroundJob) -> None:
    """Record in the audit that files were taken out."""
    month = f"{job.params['year']}-{job.params['month']}"
    audit_log.record(caller, "files.taken", ("unit", job.params["unit"]), month=month)
