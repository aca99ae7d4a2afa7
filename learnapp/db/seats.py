"""Named queries for opening an attempt: few statements, whatever the size of bank and roster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from learnapp.db.bank import QuestionVersion
from learnapp.db.exams import Attempt, BlueprintRow, Exam, ExamWindow, PaperQuestion
from learnapp.db.facts import in_force
from learnapp.db.kept import Kept
from learnapp.db.people import Membership, Person, Placement
from learnapp.db.questions import KeySight
from learnapp.db.study import Item, Programme, ProgrammeRevision, Requirement, Stage
from learnapp.domain.calendar import local_day
from learnapp.domain.programme import Audience
from question_bank.content import from_json
from question_bank.kinds import QuestionType
from question_bank.options import keeps_order

_LATER = aliased(ProgrammeRevision)
_PLACE = aliased(Placement)
_NOW_PUBLISHED = aliased(QuestionVersion)


@dataclass(frozen=True)
class Seat:
    """A window and its exam, with the audiences that requirements in force ask it of, by line."""

    window: ExamWindow
    exam: Exam
    audiences: list[tuple[int, Audience]]


def seat_of(session: Session, window_id: int, person_id: int) -> Seat | None:
    """None for a window that no requirement in force asks of anybody.

    The person is locked: two starts at once follow one another on PostgreSQL too.
    """
    newer = select(_LATER.id).where(
        _LATER.programme_id == ProgrammeRevision.programme_id,
        _LATER.state == "published",
        _LATER.number > ProgrammeRevision.number,
    )
    rows = session.execute(
        select(ExamWindow, Exam, Programme.line_id, Requirement.audience)
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .join(Item, Item.exam_id == Exam.id)
        .join(Requirement, Requirement.item_id == Item.id)
        .join(Stage, Stage.id == Requirement.stage_id)
        .join(ProgrammeRevision, ProgrammeRevision.id == Stage.revision_id)
        .join(Programme, Programme.id == ProgrammeRevision.programme_id)
        .join(Person, Person.id == person_id)
        .where(
            ExamWindow.id == window_id,
            ProgrammeRevision.state == "published",
            Programme.retired_at.is_(None),
            ~newer.exists(),
        )
        .with_for_update(of=Person)
    ).all()
    if not rows:
        return None
    audiences = [(row.line_id, Audience.from_json(row.audience)) for row in rows]
    return Seat(rows[0][0], rows[0][1], audiences)


def is_expected(
    session: Session, person_id: int, audiences: Collection[tuple[int, Audience]], now: datetime
) -> bool:
    """Whether one of the audiences holds the person today, by the membership that counts."""
    day = local_day(now)
    up = (
        select(
            Membership.line_id, Membership.category, Membership.basis, Membership.unit_id
        )
        .where(
            Membership.person_id == person_id,
            Membership.line_id.in_({line for line, _ in audiences}),
            Membership.counts.is_(True),
            in_force(Membership, day),
        )
        .cte("up", recursive=True)
    )
    step = (
        select(up.c.line_id, up.c.category, up.c.basis, _PLACE.parent_id)
        .join(_PLACE, (_PLACE.child_id == up.c.unit_id) & (_PLACE.line_id == up.c.line_id))
        .where(_PLACE.parent_id.is_not(None), in_force(_PLACE, day))
    )
    above: dict[tuple[int, str, str], set[int]] = {}
    for line, category, basis, unit in session.execute(select(up.union(step))):
        above.setdefault((line, category, basis), set()).add(unit)
    return any(
        line == asked and audience.holds(frozenset(units), category, basis)
        for (line, category, basis), units in above.items()
        for asked, audience in audiences
    )


def attempts_of(session: Session, person_id: int, exam_id: int) -> Sequence[Row[Any]]:
    """The person's attempts in an exam, in order, as far as a further start asks."""
    return session.execute(
        select(
            Attempt.public_id,
            Attempt.window_id,
            Attempt.number,
            Attempt.state,
            Attempt.base_deadline,
        )
        .where(Attempt.person_id == person_id, Attempt.exam_id == exam_id)
        .order_by(Attempt.id)
    ).all()


def known_versions(
    session: Session, person_id: int, exam: Exam
) -> tuple[set[int], set[int]]:
    """Versions whose key the person has seen or wrote; versions of questions they met of late.

    The second are those of the person's last attempts in whatever exam, as many as the exam asks
    to avoid, and what is published of the same questions today.
    """
    bank_id = select(BlueprintRow.bank_id).where(BlueprintRow.id == exam.blueprint_id)
    bank_id = bank_id.scalar_subquery()
    seen = select(literal("key"), KeySight.version_id).where(KeySight.person_id == person_id)
    wrote = select(literal("key"), QuestionVersion.id).where(
        QuestionVersion.bank_id == bank_id, QuestionVersion.recorded_by == person_id
    )
    last = (
        select(Attempt.id)
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
        .limit(exam.avoid_last)
        .subquery()
    )
    met = (
        select(literal("met"), _NOW_PUBLISHED.id)
        .join(QuestionVersion, QuestionVersion.question_id == _NOW_PUBLISHED.question_id)
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .join(last, last.c.id == PaperQuestion.attempt_id)
        .where(_NOW_PUBLISHED.status == "published", _NOW_PUBLISHED.bank_id == bank_id)
    )
    keys: set[int] = set()
    lately: set[int] = set()
    for why, version_id in session.execute(union_all(seen, wrote, met)):
        (keys if why == "key" else lately).add(version_id)
    return keys, lately


@dataclass(frozen=True)
class Face:
    """What pinning a question needs to know of it; `fixed_order` options are never shuffled."""

    type: str
    blanks: int
    option_ids: tuple[str, ...]
    fixed_order: bool


_FACES: Kept[int, Face] = Kept(50_000)


def faces_of(session: Session, version_ids: Collection[int]) -> dict[int, Face]:
    """The faces of published versions, which never change."""
    return _FACES.of(session, version_ids, lambda missing: _load_faces(session, missing))


def _load_faces(session: Session, version_ids: list[int]) -> dict[int, Face]:
    rows = session.execute(
        select(
            QuestionVersion.id, QuestionVersion.type, QuestionVersion.stem, QuestionVersion.options
        ).where(QuestionVersion.id.in_(version_ids))
    )
    found = {}
    for row in rows:
        texts = [from_json(option["content"]).plain for option in row.options]
        found[row.id] = Face(
            type=row.type,
            blanks=from_json(row.stem).blanks,
            option_ids=tuple(option["id"] for option in row.options),
            fixed_order=keeps_order(QuestionType(row.type), texts),
        )
    return found
