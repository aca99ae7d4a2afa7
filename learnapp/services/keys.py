"""A wrong key put right: a revision on the same version, and every attempt that used it regraded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from learnapp.db import attempts as queries
from learnapp.db.bank import KeyRevision
from learnapp.db.exams import Attempt, Exam, Mark, PaperQuestion
from learnapp.db.login_names import first_login
from learnapp.db.outcomes import knows_marks
from learnapp.db.people import Person
from learnapp.db.questions import Notice, QuestionReport, Regrade
from learnapp.domain.errors import RuleBroken
from learnapp.domain.exams import AttemptState
from learnapp.domain.own_case import refuse_own
from learnapp.domain.permissions import Actor, Permission
from learnapp.domain.questions import Deed, VersionState, after, check_comment
from learnapp.services import marking
from learnapp.services.questions import Version, note, version_in_reach
from question_bank.editing import Fields, from_fields, to_fields
from question_bank.formats import Outcome
from question_bank.marking import MultipleRule, mark
from question_bank.model import (
    Key,
    QuestionType,
    TextKey,
    key_from_json,
    key_to_json,
    response_from_json,
)


@dataclass(frozen=True)
class Change:
    """What a new key changes for one attempt: marks of the question, of the whole, and the pass."""

    attempt_id: int
    question: int
    person: str
    login_name: str
    exam: str
    before: int
    after: int
    total_before: int
    total_after: int
    passed_before: bool
    passed_after: bool


@dataclass(frozen=True)
class Preview:
    """All that a new key would change; `used` is how many attempts had the question."""

    used: int
    changes: tuple[Change, ...]

    @property
    def passes_lost(self) -> int:
        """How many who passed would not have."""
        return sum(each.passed_before and not each.passed_after for each in self.changes)

    @property
    def passes_won(self) -> int:
        """How many who did not pass would have."""
        return sum(each.passed_after and not each.passed_before for each in self.changes)


def new_key(version: Version, answer: str, points: str = "") -> Key:
    """The key that an answer as typed gives for the question as it is. Raises RuleBroken."""
    fields = to_fields(version.data)
    values = {name: getattr(fields, name) for name in Fields.__dataclass_fields__}
    record = from_fields(Fields(**{**values, "answer": answer, "points": points}), version.data)
    if record.question is None or record.outcome is not Outcome.READY:
        code = record.reasons[0].code if record.reasons else "key_shape"
        raise RuleBroken("answer", code, **(record.reasons[0].params if record.reasons else {}))
    key = record.question.key
    if key_to_json(key) == version.key.key:
        raise RuleBroken("answer", "key_unchanged")
    return key


def concerns_oneself(session: Session, actor: Actor, version_id: int) -> bool:
    """Whether a new key touches the actor: the question is on a paper of theirs that was not voided,
    whatever was answered, or they reported it themselves. Then another person puts it right."""
    sat = (
        select(Attempt.id)
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .where(
            PaperQuestion.version_id == version_id,
            Attempt.person_id == actor.person_id,
            Attempt.state != AttemptState.VOIDED,
        )
    )
    reported = select(QuestionReport.id).where(
        QuestionReport.version_id == version_id, QuestionReport.person_id == actor.person_id
    )
    return bool(session.scalar(select(or_(sat.exists(), reported.exists()))))


def preview(
    session: Session, actor: Actor, now: datetime, version_id: int, answer: str, points: str = ""
) -> Preview:
    """Who changes and how, if this were the key. Nothing is kept. Forbidden("own_case")."""
    version = version_in_reach(session, actor, now, version_id, Permission.KEY_REVISE)
    if concerns_oneself(session, actor, version_id):
        refuse_own(actor, actor.person_id)
    return _preview(session, version, new_key(version, answer, points))


def _preview(session: Session, version: Version, key: Key) -> Preview:
    found = list(_changes(session, version, key))
    changes = tuple(each for each in found if each.before != each.after)
    return Preview(len(found), changes)


def _changes(session: Session, version: Version, key: Key) -> Iterator[Change]:
    """Every attempt that was marked by the version's key, with what the new one would give."""
    places = session.execute(
        select(PaperQuestion, Attempt, Exam, Person.name, first_login())
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            PaperQuestion.version_id == version.row.id,
            Attempt.state == AttemptState.SUBMITTED,
        )
        .order_by(Attempt.id)
    ).all()
    for place, attempt, exam, person, login in places:
        marks = queries.marks_of(session, attempt.id)
        if place.ordinal not in marks:
            continue  # it waits for a marker, who will see the new key
        before = marks[place.ordinal].awarded
        awarded = _awarded(session, attempt.id, place, exam, key)
        result = queries.result_of(session, attempt.id)
        total = sum(each.awarded for each in marks.values())
        total_after = total if awarded is None else total - before + awarded
        passed = result.passed if result is not None else False
        yield Change(
            attempt.id,
            place.ordinal,
            person,
            login or "",
            exam.title,
            before,
            before if awarded is None else awarded,
            total,
            total_after,
            passed,
            total_after >= exam.pass_mark if result is not None else False,
        )


def _awarded(
    session: Session, attempt_id: int, place: PaperQuestion, exam: Exam, key: Key
) -> int | None:
    """The marks by the new key; None where a person marks, whose judgement stands."""
    if isinstance(key, TextKey):
        return None
    answer = queries.answers_of(session, attempt_id).get(place.ordinal)
    kind = QuestionType(place.type)
    given = answer.response if answer is not None else None
    response = response_from_json(kind, given) if given is not None else None
    return mark(kind, key, response, place.marks, MultipleRule(exam.multiple_rule)).awarded


def revise(
    session: Session,
    actor: Actor,
    now: datetime,
    version_id: int,
    answer: str,
    reason: str,
    keeps_passes: bool,
    points: str = "",
) -> Preview:
    """Put the key right and regrade, by one decision: what changed, as it was previewed.

    Marks are added, never changed. A pass that was earned stays if `keeps_passes`; otherwise the
    result tells the new standing, and what a lost pass completed is withdrawn with the reason.
    Raises RuleBroken without a reason, for a key that is the old one, or that does not fit;
    Forbidden("own_case") when it concerns the actor.
    """
    version = version_in_reach(session, actor, now, version_id, Permission.KEY_REVISE, lock=True)
    if concerns_oneself(session, actor, version_id):
        refuse_own(actor, actor.person_id)
    check_comment(Deed.KEY_REVISED, reason)
    after(VersionState(version.row.status), Deed.KEY_REVISED)
    key = new_key(version, answer, points)
    found = _preview(session, version, key)
    revision = KeyRevision(
        version_id=version_id,
        number=version.key.number + 1,
        key=key_to_json(key),
        reason=reason.strip()[:400],
        recorded_at=now,
        recorded_by=actor.person_id,
    )
    session.add(revision)
    session.flush()
    for change in found.changes:
        _regrade(session, actor, now, revision, change, keeps_passes)
    counts = _counts(found, keeps_passes)
    row = {"key_revision_id": revision.id, "keeps_passes": keeps_passes, "counts": counts}
    session.add(Regrade(**row, recorded_at=now, recorded_by=actor.person_id))
    note(session, actor, now, version_id, Deed.KEY_REVISED, reason)
    return found


def _counts(found: Preview, keeps_passes: bool) -> dict[str, int]:
    return {
        "used": found.used,
        "changed": len(found.changes),
        "passes_lost": 0 if keeps_passes else found.passes_lost,
        "passes_won": found.passes_won,
    }


def _regrade(
    session: Session,
    actor: Actor,
    now: datetime,
    revision: KeyRevision,
    change: Change,
    keeps_passes: bool,
) -> None:
    last = queries.marks_of(session, change.attempt_id)[change.question]
    place = session.get_one(PaperQuestion, (change.attempt_id, change.question))
    session.execute(
        insert(Mark),
        [
            {
                "attempt_id": change.attempt_id,
                "question": change.question,
                "number": last.number + 1,
                "key_revision_id": revision.id,
                "awarded": change.after,
                "right": change.after == place.marks,
                "comment": "",
                "recorded_at": now,
                "recorded_by": actor.person_id,
            }
        ],
    )
    marking.conclude(
        session, now, change.attempt_id, keep_pass=keeps_passes, reason=revision.reason
    )
    _tell(session, now, change, keeps_passes)


def _tell(session: Session, now: datetime, change: Change, keeps_passes: bool) -> None:
    """A notice to whose marks changed, where they may know them already."""
    if not knows_marks(session, change.attempt_id, now):
        return
    attempt = session.get_one(Attempt, change.attempt_id)
    params: dict[str, Any] = {
        "exam": change.exam,
        "attempt": attempt.public_id,
        "before": change.total_before,
        "after": change.total_after,
        "kept": keeps_passes and change.passed_before and not change.passed_after,
    }
    row = {"person_id": attempt.person_id, "code": "regraded", "params": params}
    session.add(Notice(**row, recorded_at=now))
    session.flush()


def key_as_answer(version: Version) -> str:
    """The key as a person would type it."""
    return to_fields(version.data).answer


def revisions_of(session: Session, version_id: int) -> list[tuple[KeyRevision, Any, Regrade | None]]:
    """The version's keys, newest first, with what each regraded."""
    rows = session.execute(
        select(KeyRevision, Regrade)
        .outerjoin(Regrade, Regrade.key_revision_id == KeyRevision.id)
        .where(KeyRevision.version_id == version_id)
        .order_by(KeyRevision.number.desc())
    )
    return [(revision, key_from_json(revision.key), regrade) for revision, regrade in rows]

