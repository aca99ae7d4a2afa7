"""Named queries of the page of jobs: what runs and what ended, within reach, and what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.many import one_of
from learnapp.db.core.waiting import Waiting
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.files.models import ImportJob, StoredFile
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.people.models import Person, Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import JobState
from learnapp.domain.operations.background_jobs import ACTIVE, PERMISSION, WorkKind, WorkState

_IMPORTS_RUN = (JobState.READING, JobState.ENTERING)
_IMPORTS_ENDED = (JobState.DONE, JobState.CANCELLED, JobState.REFUSED)

ImportRights = dict[str, Permission]


@dataclass(frozen=True)
class ImportLine:
    """An import as the page of jobs has it."""

    job: ImportJob
    file: str


def within(caller: Caller) -> ColumnElement[bool]:
    """Condition on a background job: the actor holds its kind's permission over its unit."""
    return _within(caller, {str(kind): right for kind, right in PERMISSION.items()}, BackgroundJob)


def _within(
    caller: Caller, rights: dict[str, Permission], table: type[BackgroundJob] | type[ImportJob]
) -> ColumnElement[bool]:
    """Condition: a right of the actor reaches the unit; one look at the tree for each right."""
    kinds: dict[Permission, list[str]] = {}
    for kind, right in rights.items():
        if caller.actor.may(right):
            kinds.setdefault(right, []).append(kind)
    day = local_day(caller.now)
    return or_(
        false(),
        *(
            and_(
                table.kind.in_(of_right),
                table.owner_unit_id.in_(units_in_scope(caller.actor, right, day)),
            )
            for right, of_right in kinds.items()
        ),
    )


def job_within(caller: Caller, public_id: str, lock: bool = False) -> BackgroundJob | None:
    """The job of this address within reach; locked where asked for."""
    wanted = select(BackgroundJob).where(BackgroundJob.public_id == public_id, within(caller))
    return caller.session.scalar(wanted.with_for_update() if lock else wanted)


def active_within(caller: Caller) -> list[BackgroundJob]:
    """The jobs that wait or run, in the order in which they are carried out."""
    wanted = select(BackgroundJob).where(BackgroundJob.state.in_(ACTIVE), within(caller))
    return list(caller.session.scalars(wanted.order_by(BackgroundJob.id)))


def imports_running(caller: Caller, rights: ImportRights) -> list[ImportLine]:
    """The imports that are being read or entered, the oldest first."""
    wanted = (
        select(ImportJob, StoredFile.name)
        .join(StoredFile, StoredFile.id == ImportJob.file_id)
        .where(ImportJob.state.in_(_IMPORTS_RUN), _within(caller, rights, ImportJob))
        .order_by(ImportJob.id)
    )
    return [ImportLine(*row) for row in caller.session.execute(wanted)]


def ended(
    caller: Caller, rights: ImportRights, offset: int, limit: int
) -> list[BackgroundJob | ImportLine]:
    """What ended, the last first."""
    session = caller.session
    both = _ended(caller, rights)
    rows = session.execute(
        select(both.c.source, both.c.id)
        .order_by(both.c.ended_at.desc(), both.c.source, both.c.id.desc())
        .offset(offset)
        .limit(limit)
    ).all()
    jobs = _by_id(session, (row.id for row in rows if row.source == "work"))
    files = session.execute(
        select(ImportJob, StoredFile.name)
        .join(StoredFile, StoredFile.id == ImportJob.file_id)
        .where(one_of(ImportJob.id, (row.id for row in rows if row.source == "import")))
    )
    imports = {job.id: ImportLine(job, name) for job, name in files}
    return [jobs[row.id] if row.source == "work" else imports[row.id] for row in rows]


def count_ended(caller: Caller, rights: ImportRights) -> int:
    """How many ended."""
    both = _ended(caller, rights)
    return caller.session.scalar(select(func.count()).select_from(both)) or 0


def _ended(caller: Caller, rights: ImportRights) -> Any:
    work = select(literal("work").label("source"), BackgroundJob.id, BackgroundJob.ended_at).where(
        BackgroundJob.ended_at.is_not(None), within(caller)
    )
    imports = select(literal("import").label("source"), ImportJob.id, ImportJob.ended_at).where(
        ImportJob.state.in_(_IMPORTS_ENDED),
        ImportJob.ended_at.is_not(None),
        _within(caller, rights, ImportJob),
    )
    return union_all(work, imports).subquery()


def _by_id(session: Session, ids: Iterable[int]) -> dict[int, BackgroundJob]:
    rows = session.scalars(select(BackgroundJob).where(one_of(BackgroundJob.id, ids)))
    return {row.id: row for row in rows}


def failed(caller: Caller, kind: WorkKind) -> Waiting:
    """Jobs of a kind within reach that failed, and about which nothing was asked for since."""
    later = BackgroundJob.__table__.alias()
    found = (
        select(func.count())
        .select_from(BackgroundJob)
        .where(
            BackgroundJob.state == WorkState.FAILED,
            BackgroundJob.kind == kind,
            within(caller),
            ~select(later.c.id)
            .where(
                later.c.kind == BackgroundJob.kind,
                later.c.subject == BackgroundJob.subject,
                later.c.id > BackgroundJob.id,
            )
            .exists(),
        )
    )
    return Waiting(caller.session.scalar(found) or 0)


@dataclass(frozen=True)
class JobSubject:
    """What a job is about: a name, and the instant that tells windows of one exam apart."""

    name: str
    opens_at: datetime | None = None


def about(session: Session, jobs: Collection[BackgroundJob]) -> dict[int, JobSubject]:
    """What each job is about, by its id."""
    of_windows = {WorkKind.SIGNALS, WorkKind.MARK_SHEET}
    windows = _named(session, jobs, of_windows, _WINDOWS, ExamWindow.id)
    of_units = {
        *(WorkKind.YEAR_MARKS, WorkKind.MONTH_FILES),
        *(WorkKind.UNIT_FIGURES, WorkKind.STUDY_QUALITY),
    }
    units = _named(session, jobs, of_units, _UNITS, Unit.id)
    banks = _named(session, jobs, {WorkKind.ITEM_STATISTICS}, _BANKS, Bank.id)
    of_questions = {WorkKind.REGRADE, WorkKind.REGRADE_PREVIEW}
    questions = _named(session, jobs, of_questions, _QUESTIONS, QuestionVersion.id)
    return windows | banks | questions | units


_WINDOWS = select(ExamWindow.id, Exam.title, ExamWindow.opens_at).join(
    Exam, Exam.id == ExamWindow.exam_id
)
_BANKS = select(Bank.id, Bank.name, literal(None))
_UNITS = select(Unit.id, Unit.name, literal(None))
_QUESTIONS = select(QuestionVersion.id, Bank.name, literal(None)).join(
    Bank, Bank.id == QuestionVersion.bank_id
)


def _named(
    session: Session,
    jobs: Collection[BackgroundJob],
    kinds: Collection[WorkKind],
    names: Select[Any, Any, Any],
    key: Any,
) -> dict[int, JobSubject]:
    # A subject that is one for each asker begins with what it is about.
    wanted = {job.id: int(job.subject.partition(":")[0]) for job in jobs if job.kind in kinds}
    if not wanted:
        return {}
    rows = session.execute(names.where(one_of(key, wanted.values())))
    found = {subject_id: JobSubject(name, opens_at) for subject_id, name, opens_at in rows}
    return {job_id: found[subject] for job_id, subject in wanted.items()}


def names_of(session: Session, people: Collection[int | None]) -> dict[int, str]:
    """The names of those who asked."""
    wanted = one_of(Person.id, (each for each in people if each is not None))
    rows = session.execute(select(Person.id, Person.name).where(wanted))
    return {person_id: name for person_id, name in rows}
