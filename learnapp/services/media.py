"""Pictures of questions: whoever may see what shows one may see it, and nobody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank import Bank, ImportJob, ImportMedia, QuestionVersion, VersionMedia
from learnapp.db.exams import Attempt, Exam, PaperQuestion
from learnapp.db.practice import PracticeAnswer, practicable
from learnapp.db.scope import units_in_scope
from learnapp.db.study import Portion
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import NotFound
from learnapp.domain.permissions import Actor, Permission


def media_type(session: Session, actor: Actor, now: datetime, sha256: str) -> str:
    """The media type of a picture that the actor may see. Raises NotFound, as for none.

    It may be seen on one's own paper, by a marker on a paper within reach, as a check question of
    a reading, in practice, in a bank within reach, and in an import within reach.
    """
    day = local_day(now)
    shown = select(VersionMedia.media_type).where(VersionMedia.sha256 == sha256)
    on_a_paper = (
        shown.join(PaperQuestion, PaperQuestion.version_id == VersionMedia.version_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
    )
    in_bank = shown.join(
        QuestionVersion, QuestionVersion.id == VersionMedia.version_id
    ).join(Bank, Bank.id == QuestionVersion.bank_id)
    marking = units_in_scope(actor, Permission.ANSWER_MARK, day)
    reading = units_in_scope(actor, Permission.BANK_READ, day)
    importing = units_in_scope(actor, Permission.BANK_IMPORT, day)
    ways = (
        on_a_paper.where(Attempt.person_id == actor.person_id),
        on_a_paper.where(Exam.owner_unit_id.in_(marking)),
        shown.join(Portion, Portion.check_version_id == VersionMedia.version_id),
        shown.join(PracticeAnswer, PracticeAnswer.version_id == VersionMedia.version_id).where(
            PracticeAnswer.person_id == actor.person_id
        ),
        in_bank.where(*practicable(actor.person_id or -1, now)),
        in_bank.where(Bank.owner_unit_id.in_(reading)),
        select(ImportMedia.media_type)
        .join(ImportJob, ImportJob.id == ImportMedia.job_id)
        .where(ImportMedia.sha256 == sha256, ImportJob.owner_unit_id.in_(importing)),
    )
    for way in ways:
        if found := session.scalar(way.limit(1)):
            return found
    raise NotFound("picture_unknown")
