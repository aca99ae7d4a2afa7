"""Named queries of the pictures in questions and readings: what shows one to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionVersion, VersionMedia
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.db.files.models import ImportJob, ImportMedia
from learnapp.db.people.scope import units_in_scope
from learnapp.db.practice.free_practice import practice_conditions
from learnapp.db.practice.models import PracticeAnswer
from learnapp.db.study.models import Portion, Reading, ReadingMedia, ReadingPlace, ReadingVersion
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.files.imports import ImportKind

# How many questions with one picture are looked at; a picture is mostly in one.
_FEW = 10


@dataclass(frozen=True)
class ShownIn:
    """A question version that shows a picture, and the picture's media type."""

    version_id: int
    media_type: str


def met_with(caller: Caller, sha256: str) -> Iterator[ShownIn]:
    """The questions with this picture that the actor meets: on own papers, as check questions, in
    practice. A statement for each way, sent when its turn comes."""
    for way in _met(caller.actor, caller.now, sha256):
        for version_id, kind in caller.session.execute(way.limit(_FEW)):
            yield ShownIn(version_id, kind)


def _met(actor: Actor, now: datetime, sha256: str) -> tuple[Select[int, str], ...]:
    shown = select(VersionMedia.version_id, VersionMedia.media_type).where(
        VersionMedia.sha256 == sha256
    )
    return (
        shown.join(PaperQuestion, PaperQuestion.version_id == VersionMedia.version_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(Attempt.person_id == actor.person_id)
        .distinct(),
        shown.join(Portion, Portion.check_version_id == VersionMedia.version_id),
        shown.join(PracticeAnswer, PracticeAnswer.version_id == VersionMedia.version_id)
        .where(PracticeAnswer.person_id == actor.person_id)
        .distinct(),
        shown.join(QuestionVersion, QuestionVersion.id == VersionMedia.version_id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(*practice_conditions(actor.person_id or -1, now)),
    )


def type_for_staff(
    caller: Caller, sha256: str, imports: Mapping[ImportKind, Permission]
) -> str | None:
    """The media type by what staff see within reach: papers to mark, banks, imports of these kinds
    with the permission of each; and by readings, which need no right. None where nothing shows it."""
    for way in _seen_by_staff(caller.actor, local_day(caller.now), sha256, imports):
        if found := caller.session.scalar(way.limit(1)):
            return found
    return None


def _seen_by_staff(
    actor: Actor, day: date, sha256: str, imports: Mapping[ImportKind, Permission]
) -> tuple[Select[str], ...]:
    shown = select(VersionMedia.media_type).where(VersionMedia.sha256 == sha256)
    marking = units_in_scope(actor, Permission.ANSWER_MARK, day)
    reading = units_in_scope(actor, Permission.BANK_READ, day)
    return (
        shown.join(PaperQuestion, PaperQuestion.version_id == VersionMedia.version_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Exam.owner_unit_id.in_(marking)),
        shown.join(QuestionVersion, QuestionVersion.id == VersionMedia.version_id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(Bank.owner_unit_id.in_(reading)),
        *(
            _staged(sha256, kind, units_in_scope(actor, permission, day))
            for kind, permission in imports.items()
        ),
        *_of_readings(sha256, actor, day),
    )


def _staged(sha256: str, kind: ImportKind, reach: Select[int]) -> Select[str]:
    """Pictures of imports of a kind, within reach of who may confirm them."""
    return (
        select(ImportMedia.media_type)
        .join(ImportJob, ImportJob.id == ImportMedia.job_id)
        .where(
            ImportMedia.sha256 == sha256,
            ImportJob.kind == kind,
            ImportJob.owner_unit_id.in_(reach),
        )
    )


def _of_readings(sha256: str, actor: Actor, day: date) -> tuple[Select[str], ...]:
    """Pictures that a text shows: of a public one, of one that was begun, of one within reach."""
    shown = (
        select(ReadingMedia.media_type)
        .join(ReadingVersion, ReadingVersion.id == ReadingMedia.version_id)
        .join(Reading, Reading.id == ReadingVersion.reading_id)
        .where(ReadingMedia.sha256 == sha256)
    )
    begun = (
        select(Portion.reading_id)
        .join(ReadingPlace, ReadingPlace.portion_id == Portion.id)
        .where(ReadingPlace.person_id == actor.person_id)
    )
    editing = units_in_scope(actor, Permission.READING_EDIT, day)
    return (
        shown.where(Reading.classification == "public"),
        shown.where(Reading.id.in_(begun)),
        shown.where(Reading.owner_unit_id.in_(editing)),
    )


def type_in_portions(session: Session, sha256: str, portion_ids: Collection[int]) -> str | None:
    """The media type of a picture in the texts of these portions; None where none has it."""
    return session.scalar(
        select(ReadingMedia.media_type)
        .join(ReadingVersion, ReadingVersion.id == ReadingMedia.version_id)
        .join(Portion, Portion.reading_id == ReadingVersion.reading_id)
        .where(ReadingMedia.sha256 == sha256, Portion.id.in_(portion_ids))
        .limit(1)
    )
