"""Blueprints that their bank cannot fill, and windows about to open with one of them.

Counted in SQL, cell by cell; `services/exams/readiness.py` draws a paper a day ahead, which also sees
what cells take from each other.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select

from learnapp.db.bank.models import Bank, BankCategory, QuestionVersion
from learnapp.db.bank.usable import for_exams
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import total
from learnapp.db.core.caller import Caller
from learnapp.db.core.waiting import Waiting
from learnapp.db.exams.models import BlueprintCell, BlueprintRow, Exam, ExamWindow
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowKind, WindowState

SOON = timedelta(days=7)
_ALIKE = lasting_alias(BlueprintCell)


def being_sat(caller: Caller) -> Waiting:
    """Windows that are open now within the reach of who watches them."""
    reach = units_in_scope(caller.actor, Permission.ATTEMPT_WATCH, local_day(caller.now))
    found = caller.session.scalars(
        select(ExamWindow.id)
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .where(
            Exam.owner_unit_id.in_(reach),
            ExamWindow.opens_at <= caller.now,
            ExamWindow.closes_at > caller.now,
            ExamWindow.state != WindowState.CANCELLED,
            ExamWindow.kind != WindowKind.REMEDIAL,
            Exam.retired_at.is_(None),
        )
        .order_by(ExamWindow.closes_at, ExamWindow.id)
    ).all()
    return Waiting(len(found), found[0] if found else None)


def _available(day: date) -> ColumnElement[int]:
    """How many questions of the blueprint's bank fit the cell: as `drawing.eligible` does."""
    fits = (
        select(func.count())
        .select_from(QuestionVersion)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(
            QuestionVersion.bank_id == BlueprintRow.bank_id,
            QuestionVersion.type == BlueprintCell.type,
            for_exams(day),
            or_(
                BlueprintCell.category.is_(None),
                BankCategory.path == BlueprintCell.category,
                func.substr(BankCategory.path, 1, func.length(BlueprintCell.category) + 1)
                == BlueprintCell.category + "/",
            ),
            or_(
                BlueprintCell.difficulty.is_(None),
                QuestionVersion.difficulty == BlueprintCell.difficulty,
            ),
        )
    )
    return fits.correlate(BlueprintRow, BlueprintCell).scalar_subquery()


def _wanted() -> ColumnElement[int]:
    """What all cells that ask for the same take together."""
    alike = select(total(_ALIKE.count)).where(
        _ALIKE.blueprint_id == BlueprintCell.blueprint_id,
        _ALIKE.type == BlueprintCell.type,
        _ALIKE.category.is_not_distinct_from(BlueprintCell.category),
        _ALIKE.difficulty.is_not_distinct_from(BlueprintCell.difficulty),
    )
    return alike.correlate(BlueprintCell).scalar_subquery()


def _lacking(day: date) -> Select[int]:
    return (
        select(BlueprintRow.id)
        .join(BlueprintCell, BlueprintCell.blueprint_id == BlueprintRow.id)
        .where(_available(day) < _wanted())
    )


def lacking_blueprints(caller: Caller) -> Waiting:
    """Blueprints within reach with too few questions, not yet used or for an exam to come."""
    day = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.EXAM_EDIT, day)
    used = select(Exam.id).where(Exam.blueprint_id == BlueprintRow.id)
    to_come = used.join(ExamWindow, ExamWindow.exam_id == Exam.id).where(
        Exam.retired_at.is_(None),
        ExamWindow.state.in_((WindowState.PLANNED, WindowState.OPEN)),
        ExamWindow.closes_at > caller.now,
    )
    found = (
        select(BlueprintRow.id, BlueprintRow.bank_id)
        .join(Bank, Bank.id == BlueprintRow.bank_id)
        .where(
            Bank.owner_unit_id.in_(reach),
            Bank.retired_at.is_(None),
            or_(~used.exists(), to_come.exists()),
            BlueprintRow.id.in_(_lacking(day)),
        )
        .order_by(BlueprintRow.id)
    )
    rows = caller.session.execute(found).all()
    return Waiting(len(rows), rows[0].bank_id) if rows else Waiting(0)


def short_windows(caller: Caller) -> Waiting:
    """Windows within reach that open within a week and whose papers the bank cannot fill."""
    day = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.EXAM_EDIT, day)
    rows = caller.session.scalars(
        select(ExamWindow.id)
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .where(
            Exam.owner_unit_id.in_(reach),
            Exam.retired_at.is_(None),
            ExamWindow.state == WindowState.PLANNED,
            ExamWindow.pool_id.is_(None),
            ExamWindow.opens_at <= caller.now + SOON,
            ExamWindow.closes_at > caller.now,
            Exam.blueprint_id.in_(_lacking(day)),
        )
        .order_by(ExamWindow.opens_at, ExamWindow.id)
    ).all()
    return Waiting(len(rows), rows[0]) if rows else Waiting(0)
