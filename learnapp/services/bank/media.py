"""Pictures of questions: anyone who may see what shows one may see it, and nobody else."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import Select, select

from learnapp.db.bank.models import Bank, Passage, QuestionVersion, VersionMedia
from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.db.files.models import ImportJob, ImportMedia
from learnapp.db.people.scope import units_in_scope
from learnapp.db.practice.free_practice import practice_conditions
from learnapp.db.practice.models import PracticeAnswer
from learnapp.db.progress import figure_facts as duties
from learnapp.db.study.models import Portion, Reading, ReadingMedia, ReadingPlace, ReadingVersion
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.files.imports import ImportKind
from learnapp.services.exams import result_visibility
from learnapp.services.files.staged_imports import PERMISSION

# How many questions with one picture are looked at; a picture is mostly in one.
_FEW = 10


def media_type(caller: Caller, sha256: str) -> str:
    """The media type of a picture that the actor may see. Raises NotFound, as for none.

    It may be seen on one's own paper, by a marker on a paper within reach, as a check question of
    a reading, in practice, in a bank within reach, in an import within reach; in a reading that is
    asked of the actor, or that they edit. A picture that only an explanation has is part of the
    key: it may be seen by whom its key was lawfully shown.
    """
    for way in _of_candidates(caller.actor, caller.now, sha256):
        for version_id, kind in caller.session.execute(way.limit(_FEW)):
            if _may_see(caller, version_id, sha256):
                return str(kind)
    for way in _of_staff(caller.actor, caller.now, sha256):
        if found := caller.session.scalar(way.limit(1)):
            return str(found)
    if found := _asked(caller, sha256):
        return found
    raise NotFound("picture_unknown")


def _of_candidates(actor: Actor, now: datetime, sha256: str) -> tuple[AnySelect, ...]:
    """(version id, media type) of the questions with this picture that a person meets."""
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


def _may_see(caller: Caller, version_id: int, sha256: str) -> bool:
    """Whether the picture is part of what is asked, or the person was shown the key."""
    session = caller.session
    version = session.get_one(QuestionVersion, version_id)
    passage = session.get(Passage, version.passage_id) if version.passage_id else None
    asked = [version.stem, version.options, passage.content if passage else []]
    if sha256 in json.dumps(asked):
        return True
    return caller.actor.person_id is not None and result_visibility.was_shown(
        session, caller.actor.person_id, caller.now, version.question_id
    )


def _of_staff(actor: Actor, now: datetime, sha256: str) -> tuple[AnySelect, ...]:
    """The media type by what staff see: papers to mark, banks, imports within reach."""
    day = local_day(now)
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
        *(_staged(sha256, actor, kind, day) for kind in (ImportKind.QUESTIONS, ImportKind.READING)),
        *_of_readings(sha256, actor, day),
    )


def _staged(sha256: str, actor: Actor, kind: ImportKind, day: date) -> Select[str]:
    """Pictures of imports of a kind, within reach of who may confirm them."""
    reach = units_in_scope(actor, PERMISSION[kind], day)
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


def _asked(caller: Caller, sha256: str) -> str | None:
    """A picture of a text that a requirement in force asks of the actor."""
    items = [
        item.portion_id
        for item in duties.items_asked_of(caller.session, caller.actor.person_id or -1, caller.now)
    ]
    return caller.session.scalar(
        select(ReadingMedia.media_type)
        .join(ReadingVersion, ReadingVersion.id == ReadingMedia.version_id)
        .join(Portion, Portion.reading_id == ReadingVersion.reading_id)
        .where(ReadingMedia.sha256 == sha256, Portion.id.in_(filter(None, items)))
        .limit(1)
    )
