"""Named queries of attempts made with a pen, and of the readings of their answer sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, PaperEntry, PaperMarks, PaperScan
from learnapp.db.exams.models import Exam
from learnapp.db.files.models import StoredFile
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import Channel


@dataclass(frozen=True)
class PaperToEnter:
    """An attempt made with a pen, its exam, and whose it is."""

    attempt: Attempt
    exam: Exam
    person: str
    login_name: str


def attempt_on_paper(caller: Caller, public_id: str, lock: bool = False) -> PaperToEnter | None:
    """A paper attempt of an exam within reach of who enters answers; None where there is none."""
    reach = units_in_scope(caller.actor, Permission.ANSWER_ENTER, local_day(caller.now))
    wanted = (
        select(Attempt, Exam, Person.name, first_login())
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.public_id == public_id,
            Attempt.channel == Channel.PAPER,
            Exam.owner_unit_id.in_(reach),
        )
    )
    if lock:
        wanted = wanted.with_for_update(of=Attempt)
    found = caller.session.execute(wanted).one_or_none()
    if found is None:
        return None
    attempt, exam, person, login = found
    return PaperToEnter(attempt, exam, person, login or "")


@dataclass(frozen=True)
class ScanOfPaper:
    """A scan of an answer sheet: its file, and when it was attached."""

    file: StoredFile
    recorded_at: datetime


def scans_of(session: Session, attempt_id: int) -> list[ScanOfPaper]:
    """The scans of an answer sheet, the first attached first."""
    rows = session.execute(
        select(StoredFile, PaperScan.recorded_at)
        .join(PaperScan, PaperScan.file_id == StoredFile.id)
        .where(PaperScan.attempt_id == attempt_id)
        .order_by(PaperScan.id)
    )
    return [ScanOfPaper(*row) for row in rows]


def newest_marks(session: Session, attempt_id: int) -> list[PaperMarks]:
    """The marks that each person read last off an answer sheet, the newest first."""
    rows = session.scalars(
        select(PaperMarks).where(PaperMarks.attempt_id == attempt_id).order_by(PaperMarks.id.desc())
    )
    found: dict[int, PaperMarks] = {}
    for row in rows:
        found.setdefault(row.recorded_by, row)
    return list(found.values())


def newest_entry(session: Session, attempt_id: int) -> PaperEntry | None:
    """The last reading of an answer sheet; None before the first."""
    return session.scalars(
        select(PaperEntry)
        .where(PaperEntry.attempt_id == attempt_id)
        .order_by(PaperEntry.number.desc())
        .limit(1)
    ).first()
