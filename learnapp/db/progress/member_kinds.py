"""Named queries of a unit's people by branch, category and office, of their accounts, and of who sat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import Credential
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import ExamWindow
from learnapp.db.people import unit_trees
from learnapp.db.people.memberships import serving
from learnapp.db.people.models import Grant, Membership
from learnapp.db.people.unit_trees import TreeOfDay
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.models import Standing
from learnapp.db.progress.unit_figures import UnitInReach
from learnapp.db.progress.waiting import asked_anything
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.exams import AttemptState, WindowKind
from learnapp.domain.progress.tallies import DONE, OPEN


class MemberKind(NamedTuple):
    """So many people of a branch who are alike: their category, whether they head a unit, their tally."""

    branch: int
    category: str
    leads: bool
    signs: str
    moved: Mapping[str, str]
    people: int


def kinds_of(
    session: Session, stage: StageInForce, unit: UnitInReach, at: Moment
) -> list[MemberKind]:
    """The people counted in a stage below a unit, those alike together. One statement."""
    tree = unit_trees.branches(unit.unit_id, TreeOfDay(stage.line_id, at.day))
    heads = select(Grant.person_id).where(Grant.role == Role.UNIT_HEAD, in_force(Grant, at.day))
    leads = Standing.person_id.in_(heads).label("leads")
    moved = func.nullif(cast(Standing.moved, String), "{}").label("moved")
    keys = (tree.c.branch, Membership.category, leads, Standing.signs, moved)
    asked = (
        select(*keys, func.count())
        .select_from(tree)
        .join(Standing, (Standing.unit_id == tree.c.unit_id) & (Standing.stage_id == stage.id))
        .join(Membership, _counting(Standing.person_id, stage, at))
        .group_by(*keys)
    )
    if unit.limits is not None:
        asked = asked.where(tree.c.unit_id.in_(unit.limits))
    return [
        MemberKind(branch, category, bool(led), signs, json.loads(text) if text else {}, people)
        for branch, category, led, signs, text, people in session.execute(asked)
    ]


def _counting(person_id: Any, stage: StageInForce, at: Moment) -> ColumnElement[bool]:
    return and_(
        Membership.person_id == person_id,
        Membership.line_id == stage.line_id,
        Membership.counts.is_(True),
        in_force(Membership, at.day),
    )


class GapOfBranch(NamedTuple):
    """Of a branch's members: how many there are, without an account, without a programme."""

    branch: int
    members: int
    without_account: int
    without_programme: int


def gaps_of(
    session: Session,
    stage: StageInForce,
    unit: UnitInReach,
    at: Moment,
    category: str | None = None,
) -> list[GapOfBranch]:
    """The enrolment gap by branch of a unit, of everybody of a category (None: of any) who counts on
    the stage's line. One statement."""
    tree = unit_trees.branches(unit.unit_id, TreeOfDay(stage.line_id, at.day))
    account = Membership.person_id.in_(select(Credential.person_id))
    asked = (
        select(
            tree.c.branch,
            func.count(),
            func.count().filter(~account),
            func.count().filter(~asked_anything(Membership.person_id)),
        )
        .select_from(tree)
        .join(Membership, Membership.unit_id == tree.c.unit_id)
        .where(
            Membership.line_id == stage.line_id,
            Membership.counts.is_(True),
            in_force(Membership, at.day),
            serving(Membership.person_id, at.as_of),
        )
        .group_by(tree.c.branch)
    )
    if unit.limits is not None:
        asked = asked.where(tree.c.unit_id.in_(unit.limits))
    if category is not None:
        asked = asked.where(Membership.category == category)
    return [GapOfBranch(*row) for row in session.execute(asked)]


@dataclass(frozen=True)
class CountedMembers:
    """Who is counted in a stage in some units (a select of unit ids), of one category where it is given."""

    stage: StageInForce
    units: Select[int]
    at: Moment
    category: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Conditions on their standings."""
        here = [Standing.stage_id == self.stage.id, Standing.unit_id.in_(self.units)]
        if self.category is not None:
            alike = (
                select(Membership.person_id)
                .where(_counting(Standing.person_id, self.stage, self.at))
                .where(Membership.category == self.category)
                .correlate(Standing)
            )
            here.append(alike.exists())
        return here


def asked_of(session: Session, members: CountedMembers, place: int) -> int:
    """How many of them are asked a requirement and not excused, by its place among the signs."""
    sign = func.substr(Standing.signs, place + 1, 1)
    wanted = select(func.count()).where(*members.conditions(), sign.in_((OPEN, DONE)))
    return session.scalar(wanted) or 0


def sat_and_passed(
    session: Session, members: CountedMembers, exam_id: int, place: int
) -> tuple[int, int, list[Mapping[str, str]]]:
    """(those who were asked an exam and handed in, those of them who passed, due times other than planned
    of those asked who have not). `place`: that of its requirement among the signs. Two statements."""
    handed_in = (
        select(Attempt.person_id)
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .where(
            Attempt.exam_id == exam_id,
            Attempt.state == AttemptState.SUBMITTED,
            ExamWindow.kind != WindowKind.REMEDIAL,
        )
    )
    sign = func.substr(Standing.signs, place + 1, 1)
    here = members.conditions()
    passed = func.count().filter(sign == DONE)
    sat = session.execute(
        select(func.count(), passed).where(
            *here, sign.in_((OPEN, DONE)), Standing.person_id.in_(handed_in)
        )
    ).one()
    moved = cast(Standing.moved, String)
    others = select(moved).where(
        *here, sign == OPEN, moved != "{}", Standing.person_id.not_in(handed_in)
    )
    return sat[0], sat[1], [json.loads(each) for each in session.scalars(others)]
