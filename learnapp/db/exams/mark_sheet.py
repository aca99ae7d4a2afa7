"""Named queries of a window's results: categories of people, the order of units, each question's yield."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import in_force
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.people import unit_trees
from learnapp.db.people.memberships import serving
from learnapp.db.people.models import Membership, Person, Unit
from learnapp.domain.core.calendar import start_of
from learnapp.domain.core.share import Share
from learnapp.domain.exams.exams import AttemptState
from learnapp.domain.people.unit_order import in_tree_order
from question_bank.content import from_json


def categories(
    session: Session, line_id: int, people: Collection[int], day: date
) -> dict[int, str]:
    """Return per person the category in which they count on a line on a day."""
    rows = session.execute(
        select(Membership.person_id, Membership.category).where(
            one_of(Membership.person_id, people),
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            in_force(Membership, day),
        )
    )
    return {person_id: category for person_id, category in rows}


class CountedMember(NamedTuple):
    """Who counts in a unit, and as what."""

    person_id: int
    unit_id: int
    category: str
    name: str
    sort_key: str


def members_below(
    session: Session, line_id: int, unit_id: int, day: date, reach: Select[int]
) -> list[CountedMember]:
    """Who counts on a line on a day in a unit within reach that is the one given or below it."""
    rows = session.execute(
        select(
            Membership.person_id,
            Membership.unit_id,
            Membership.category,
            Person.name,
            Person.sort_key,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            in_force(Membership, day),
            Membership.unit_id.in_(unit_trees.subtree_within(unit_id, line_id, day, reach)),
            serving(Membership.person_id, start_of(day)),
        )
    )
    return [CountedMember(*row) for row in rows]


def order_of_units(session: Session, line_id: int, day: date) -> dict[int, int]:
    """Return each unit's place in 建制序 on a line: parents first, siblings by level and name."""
    units = session.execute(select(Unit.id, Unit.level, Unit.sort_key)).all()
    parents = unit_trees.parents_on(session, line_id, day)
    ordered = in_tree_order([(row.id, row.level, row.sort_key) for row in units], parents)
    return {unit_id: place for place, (unit_id, _depth) in enumerate(ordered)}


@dataclass(frozen=True)
class QuestionYield:
    """What a window's attempts made of one question: how often asked and right, mean share of marks."""

    question_id: int
    version_id: int
    type: str
    stem: str
    asked: int
    right: int
    share: Share


def yields(session: Session, window_id: int) -> list[QuestionYield]:
    """Return the questions of a window's handed-in attempts, those with the fewest marks first."""
    awarded, full = func.sum(Mark.awarded), func.sum(PaperQuestion.marks)
    rows = session.execute(
        select(
            QuestionVersion.question_id,
            QuestionVersion.id,
            QuestionVersion.type,
            QuestionVersion.stem,
            func.count(),
            func.sum(case((Mark.right.is_(True), 1), else_=0)),
            awarded,
            full,
        )
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Mark, current_marks.of_place())
        .where(
            Attempt.window_id == window_id,
            Attempt.state == AttemptState.SUBMITTED,
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .group_by(QuestionVersion.id)
        .order_by(awarded * 1000 / full, QuestionVersion.id)
    )
    return [
        QuestionYield(
            question_id=row[0],
            version_id=row[1],
            type=row[2],
            stem=from_json(row[3]).plain,
            asked=row[4],
            right=int(row[5]),
            share=Share(int(row[6] or 0), int(row[7] or 0)),
        )
        for row in rows
    ]
