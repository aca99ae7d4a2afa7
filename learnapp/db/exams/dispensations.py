"""Named queries of 缓考 and 免考: who asked for whom, in which exam, how far it is; within reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.caller import Caller
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.models import Dispensation, Exam, ExamWindow
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Membership, Person, Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.db.study.models import Item
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.dispensations import IN_FORCE, DispensationState
from learnapp.domain.exams.exams import WindowKind, WindowState

_ASKER, _DECIDER = lasting_alias(Person), lasting_alias(Person)
MOST_WINDOWS = 100  # that one may choose from


@dataclass(frozen=True)
class DispensationFilter:
    """Which are listed: of one state, of one window; None: any."""

    state: DispensationState | None = None
    window_id: int | None = None


class DispensationRow(NamedTuple):
    """A dispensation with the names that its page gives."""

    row: Dispensation
    exam: str
    window: ExamWindow
    person: str
    login_name: str
    asked_by: str
    decided_by: str | None
    decidable: bool  # its exam is within reach of who decides


def _reached(caller: Caller) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions: the dispensation is within reach to be read, its exam to be decided about."""
    day = local_day(caller.now)
    exams = units_in_scope(caller.actor, Permission.DISPENSATION_DECIDE, day)
    people = units_in_scope(caller.actor, Permission.DISPENSATION_ASK, day)
    member = select(Membership.person_id).where(
        Membership.unit_id.in_(people), in_force(Membership, day)
    )
    decidable = Exam.owner_unit_id.in_(exams)
    return or_(decidable, Dispensation.person_id.in_(member)), decidable


def _chosen(
    found: AnySelect, reached: ColumnElement[bool], wanted: DispensationFilter
) -> AnySelect:
    found = found.join(Exam, Exam.id == Dispensation.exam_id).where(reached)
    if wanted.state is not None:
        found = found.where(Dispensation.state == wanted.state)
    if wanted.window_id is not None:
        found = found.where(Dispensation.window_id == wanted.window_id)
    return found


def count(caller: Caller, wanted: DispensationFilter) -> int:
    """How many there are within reach."""
    reached, _ = _reached(caller)
    found = _chosen(select(func.count(Dispensation.id)), reached, wanted)
    return caller.session.scalar(found) or 0


def rows_of(
    caller: Caller, wanted: DispensationFilter, offset: int, limit: int, only: int | None = None
) -> list[DispensationRow]:
    """Those within reach, the newest first; `only` one of them. One statement."""
    reached, decidable = _reached(caller)
    columns = select(
        Dispensation,
        Exam.title,
        ExamWindow,
        Person.name,
        func.coalesce(first_login(), ""),
        _ASKER.name,
        _DECIDER.name,
        decidable.label("decidable"),
    )
    found = (
        _chosen(columns, reached, wanted)
        .join(ExamWindow, ExamWindow.id == Dispensation.window_id)
        .join(Person, Person.id == Dispensation.person_id)
        .join(_ASKER, _ASKER.id == Dispensation.recorded_by)
        .outerjoin(_DECIDER, _DECIDER.id == Dispensation.decided_by)
        .order_by(Dispensation.id.desc())
    )
    if only is not None:
        found = found.where(Dispensation.id == only)
    rows = caller.session.execute(found.offset(offset).limit(limit))
    return [DispensationRow(*row) for row in rows]


def lock(caller: Caller, dispensation_id: int) -> Dispensation | None:
    """One within reach, locked."""
    reached, _ = _reached(caller)
    return caller.session.scalar(
        select(Dispensation)
        .join(Exam, Exam.id == Dispensation.exam_id)
        .where(Dispensation.id == dispensation_id, reached)
        .with_for_update(of=Dispensation)
    )


def waiting(caller: Caller) -> int:
    """How many wait for a decision that the actor may take: of exams within reach, asked by others."""
    reach = units_in_scope(caller.actor, Permission.DISPENSATION_DECIDE, local_day(caller.now))
    found = (
        select(func.count(Dispensation.id))
        .join(Exam, Exam.id == Dispensation.exam_id)
        .where(
            Dispensation.state == DispensationState.ASKED,
            Exam.owner_unit_id.in_(reach),
            Dispensation.recorded_by != caller.actor.person_id,
            Dispensation.person_id != caller.actor.person_id,
        )
    )
    return caller.session.scalar(found) or 0


def with_one(session: Session, exam_id: int, people: list[int]) -> set[int]:
    """Those of these people for whom one is asked or approved in the exam."""
    found = select(Dispensation.person_id).where(
        Dispensation.exam_id == exam_id,
        Dispensation.state.in_(IN_FORCE),
        one_of(Dispensation.person_id, people),
    )
    return set(session.scalars(found))


def windows_to_ask(
    caller: Caller, above: set[int], only: int | None = None
) -> list[tuple[ExamWindow, str]]:
    """(window, title of its exam) of the windows not over yet of exams that programmes can ask of people
    within reach: those of units within reach and of the units above them (`above`); the first
    MOST_WINDOWS, or `only` one, wherever it comes."""
    reach = units_in_scope(caller.actor, Permission.DISPENSATION_ASK, local_day(caller.now))
    owners = select(Unit.id).where(or_(Unit.id.in_(reach), Unit.id.in_(above)))
    rows = caller.session.execute(
        select(ExamWindow, Exam.title)
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .join(Item, Item.exam_id == Exam.id)
        .where(
            ExamWindow.closes_at > caller.now,
            ExamWindow.state != WindowState.CANCELLED,
            ExamWindow.kind != WindowKind.REMEDIAL,
            Exam.retired_at.is_(None),
            Exam.owner_unit_id.in_(owners),
            *(() if only is None else (ExamWindow.id == only,)),
        )
        .order_by(ExamWindow.closes_at, ExamWindow.id)
        .limit(MOST_WINDOWS if only is None else 1)
    )
    return [(window, title) for window, title in rows]


def item_of(session: Session, exam_id: int) -> int:
    """The item by which programmes ask an exam."""
    return session.scalars(select(Item.id).where(Item.exam_id == exam_id)).one()
