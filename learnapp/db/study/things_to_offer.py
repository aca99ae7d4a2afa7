"""Named queries of what a unit can offer its people: readings, exams and sessions to come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.study.models import Reading, ReadingVersion
from learnapp.db.study.session_models import StudySession
from learnapp.domain.core.calendar import local_day
from learnapp.domain.exams.exams import ExamKind, WindowKind, WindowState
from learnapp.domain.study.unit_electives import ElectiveKind, OfferedThing


def things_to_offer(
    session: Session, owners: Collection[int], words: str, now: datetime, most: int
) -> list[OfferedThing]:
    """The readings, exams and sessions of these units that can be offered, each kind with the newest
    first and at most so many; with words those whose title has them."""
    return [
        *_readings(session, one_of(Reading.owner_unit_id, owners), words, most),
        *_exams(session, one_of(Exam.owner_unit_id, owners), words, now, most),
        *_sessions(session, one_of(StudySession.unit_id, owners), words, now, most),
    ]


def thing(
    session: Session, kind: ElectiveKind, thing_id: int, now: datetime
) -> OfferedThing | None:
    """One of them, of whatever unit; None where there is none that can be offered."""
    if kind is ElectiveKind.READING:
        found = _readings(session, Reading.id == thing_id, "", 1)
    elif kind is ElectiveKind.EXAM:
        found = _exams(session, Exam.id == thing_id, "", now, 1)
    else:
        found = _sessions(session, StudySession.id == thing_id, "", now, 1)
    return found[0] if found else None


def _readings(
    session: Session, which: ColumnElement[bool], words: str, most: int
) -> list[OfferedThing]:
    newest = (
        select(func.max(ReadingVersion.number))
        .where(ReadingVersion.reading_id == Reading.id)
        .correlate(Reading)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Reading.id, ReadingVersion.title, Reading.owner_unit_id)
        .join(ReadingVersion, ReadingVersion.reading_id == Reading.id)
        .where(
            which,
            Reading.retired_at.is_(None),
            ReadingVersion.number == newest,
            ReadingVersion.title.icontains(words, autoescape=True),
        )
        .order_by(Reading.id.desc())
        .limit(most)
    )
    return [OfferedThing(ElectiveKind.READING, *row, None) for row in rows]


def _exams(
    session: Session, which: ColumnElement[bool], words: str, now: datetime, most: int
) -> list[OfferedThing]:
    closes_at = func.max(ExamWindow.closes_at)
    rows = session.execute(
        select(Exam.id, Exam.title, Exam.owner_unit_id, closes_at, Exam.kind)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            which,
            Exam.retired_at.is_(None),
            Exam.title.icontains(words, autoescape=True),
            ExamWindow.kind == WindowKind.MAIN,
            ExamWindow.state != WindowState.CANCELLED,
            ExamWindow.closes_at > now,
        )
        .group_by(Exam.id, Exam.title, Exam.owner_unit_id, Exam.kind)
        .order_by(Exam.id.desc())
        .limit(most)
    )
    return [
        OfferedThing(
            ElectiveKind.EXAM, id_, title, owner, local_day(closes), kind == ExamKind.PRACTICE
        )
        for id_, title, owner, closes, kind in rows
    ]


def _sessions(
    session: Session, which: ColumnElement[bool], words: str, now: datetime, most: int
) -> list[OfferedThing]:
    rows = session.execute(
        select(StudySession.id, StudySession.title, StudySession.unit_id, StudySession.starts_at)
        .where(
            which,
            StudySession.title.icontains(words, autoescape=True),
            StudySession.starts_at > now,
            StudySession.closed_at.is_(None),
        )
        .order_by(StudySession.id.desc())
        .limit(most)
    )
    return [
        OfferedThing(ElectiveKind.SESSION, id_, title, unit_id, local_day(starts), starts_at=starts)
        for id_, title, unit_id, starts in rows
    ]
