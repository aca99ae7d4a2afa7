"""Whether what a page shows is internal: asked by the ids in its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, or_, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.core.base import BigId
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.statements import AnySelect
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow
from learnapp.db.files.models import ImportJob
from learnapp.db.people import unit_paths
from learnapp.db.people.models import LoginName, Membership
from learnapp.db.practice.models import PracticeAnswer
from learnapp.db.study.models import Portion, Reading, ReadingVersion

INTERNAL = "internal"


def _bank() -> AnySelect:
    return select(Bank.id).where(Bank.classification == INTERNAL)


def _exam() -> AnySelect:
    return (
        _bank()
        .join(BlueprintRow, BlueprintRow.bank_id == Bank.id)
        .join(Exam, Exam.blueprint_id == BlueprintRow.id)
    )


def _version() -> AnySelect:
    return _bank().join(QuestionVersion, QuestionVersion.bank_id == Bank.id)


def _reading() -> AnySelect:
    return select(Reading.id).where(Reading.classification == INTERNAL)


def _portion(portion_id: Any) -> list[AnySelect]:
    check = _version().join(Portion, Portion.check_version_id == QuestionVersion.id)
    text = _reading().join(Portion, Portion.reading_id == Reading.id)
    return [check.where(Portion.id == portion_id), text.where(Portion.id == portion_id)]


def _any_version(version_id: Any) -> list[AnySelect]:
    """The id of a question's version, or of a reading's: both are called version_id in addresses."""
    text = _reading().join(ReadingVersion, ReadingVersion.reading_id == Reading.id)
    return [
        _version().where(QuestionVersion.id == version_id),
        text.where(ReadingVersion.id == version_id),
    ]


# The name in an address -> what is internal behind it.
_BY_NAME: dict[str, Callable[[Any], list[AnySelect]]] = {
    "bank_id": lambda key: [_bank().where(Bank.id == key)],
    "version_id": _any_version,
    "public_id": lambda key: [
        _exam().join(Attempt, Attempt.exam_id == Exam.id).where(Attempt.public_id == key)
    ],
    "marking_id": lambda key: [
        _exam().join(Attempt, Attempt.exam_id == Exam.id).where(Attempt.marking_id == key)
    ],
    "window_id": lambda key: [
        _exam().join(ExamWindow, ExamWindow.exam_id == Exam.id).where(ExamWindow.id == key)
    ],
    "exam_id": lambda key: [_exam().where(Exam.id == key)],
    "answer_id": lambda key: [
        _version()
        .join(PracticeAnswer, PracticeAnswer.version_id == QuestionVersion.id)
        .where(PracticeAnswer.id == key)
    ],
    "job": lambda key: [
        _bank().join(ImportJob, ImportJob.bank_id == Bank.id).where(ImportJob.public_id == key)
    ],
    "portion_id": _portion,
    "reading_id": lambda key: [_reading().where(Reading.id == key)],
}


def is_internal(session: Session, named: Mapping[str, Any]) -> bool:
    """Whether any of the things that an address names is internal. One statement, or none."""
    known = tuple(name for name in named if name in _BY_NAME)
    if not known:
        return False
    texts = [name for name in known if isinstance(named[name], str)]
    (found,) = _asked(known, tuple(texts)).rows(session, **{name: named[name] for name in known})
    return found.internal


class _Answer(NamedTuple):
    internal: bool


@lru_cache
def _asked(names: tuple[str, ...], texts: tuple[str, ...]) -> Prepared[_Answer]:
    """The question for these names of an address, some of which are texts and the others numbers."""
    ways = [
        way
        for name in names
        for way in _BY_NAME[name](bindparam(name, type_=String() if name in texts else BigId))
    ]
    return Prepared(
        _Answer, lambda _: select(or_(*(way.exists() for way in ways)).label("internal"))
    )


def any_internal(session: Session) -> bool:
    """Whether there is an internal bank at all: for pages that list questions of several banks."""
    return session.scalar(select(_bank().exists())) or False


def reader_of(session: Session, person_id: int, day: date) -> tuple[str, str]:
    """The login name and the unit that a watermark names; empty where there is none."""
    login = session.scalar(
        select(LoginName.name)
        .where(LoginName.person_id == person_id, LoginName.valid_to.is_(None))
        .order_by(LoginName.id)
        .limit(1)
    )
    units = session.scalars(
        select(Membership.unit_id)
        .where(Membership.person_id == person_id, in_force(Membership, day))
        .order_by(Membership.counts.desc(), Membership.id)
        .limit(1)
    ).all()
    unit = next(iter(unit_paths.labels(session, units, day).values()), "")
    return login or "", unit
