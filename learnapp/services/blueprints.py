"""组卷方案: cells and fixed questions, checked against the bank by trial when they are saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db import drawing
from learnapp.db.bank import Bank, QuestionVersion
from learnapp.db.exams import BlueprintCell, BlueprintFixed, BlueprintRow
from learnapp.db.scope import units_in_scope
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import NotFound, RuleBroken
from learnapp.domain.permissions import Actor, Permission
from learnapp.services import audit, bank, openings
from question_bank.blueprint import Blueprint, Cell, Shortage


def add_blueprint(
    session: Session,
    actor: Actor,
    now: datetime,
    bank_id: int,
    name: str,
    cells: Sequence[Cell],
    fixed: Sequence[int] = (),
) -> BlueprintRow:
    """Store a blueprint after checking it against the bank; `fixed` are versions on every paper.

    Raises RuleBroken: ("cells", "blueprint_empty"); ("cells", "blueprint_short") naming the first
    cell, what it wants and what there is; ("fixed", "fixed_unfit") naming the question.
    """
    source = bank.bank_in_reach(session, actor, now, bank_id, Permission.EXAM_EDIT)
    if not name.strip():
        raise RuleBroken("name", "name_needed")
    if not cells:
        raise RuleBroken("cells", "blueprint_empty")
    questions = _fitting(session, now, source, cells, fixed)
    _refuse_short(check_cells(session, now, source, cells, fixed))
    row = BlueprintRow(
        owner_unit_id=source.owner_unit_id,
        bank_id=bank_id,
        name=name.strip(),
        recorded_at=now,
        recorded_by=actor.person_id,
    )
    session.add(row)
    session.flush()
    session.add_all(_row(row.id, cell) for cell in cells)
    session.add_all(BlueprintFixed(blueprint_id=row.id, question_id=each) for each in questions)
    session.flush()
    audit.record(session, actor, now, "blueprint.added", ("blueprint", row.id))
    return row


def _row(blueprint_id: int, cell: Cell) -> BlueprintCell:
    return BlueprintCell(
        blueprint_id=blueprint_id,
        ordinal=cell.ordinal,
        section=cell.section,
        type=cell.type,
        category="/".join(cell.category) if cell.category else None,
        difficulty=cell.difficulty,
        count=cell.count,
        marks=cell.marks,
    )


def _fitting(
    session: Session, now: datetime, source: Bank, cells: Sequence[Cell], fixed: Sequence[int]
) -> list[int]:
    """The questions of these versions: each may be examined and fits a cell. RuleBroken else."""
    if not fixed:
        return []
    rows = drawing.candidate_rows(session, source.id, now)
    candidates = {row[0]: drawing.as_candidate(row) for row in rows}
    for version_id in fixed:
        found = candidates.get(version_id)
        if found is None or not any(cell.takes(found.group) for cell in cells):
            raise RuleBroken("fixed", "fixed_unfit", number=version_id)
    questions = session.scalars(
        select(QuestionVersion.question_id).where(QuestionVersion.id.in_(list(fixed)))
    )
    return sorted(set(questions))


def _refuse_short(short: Sequence[Shortage]) -> None:
    """Name the first cell that the bank can't fill."""
    if not short:
        return
    first = short[0]
    raise RuleBroken(
        "cells",
        "blueprint_short",
        cell=first.cell.ordinal,
        type=str(first.cell.type),
        wanted=first.wanted,
        available=first.available,
        category="/".join(first.cell.category or ()),
    )


def check_cells(
    session: Session, now: datetime, source: Bank, cells: Sequence[Cell], fixed: Sequence[int] = ()
) -> list[Shortage]:
    """Which cells the bank can't fill; a case comes whole or not at all."""
    return openings.shortage_of(session, now, source.id, Blueprint(tuple(cells)), fixed)


@dataclass(frozen=True)
class Stock:
    """What a bank has for exams: how many questions fit each cell, and its categories."""

    available: list[int]
    categories: list[str]


def stock_of(
    session: Session, actor: Actor, now: datetime, bank_id: int, cells: Sequence[Cell]
) -> Stock:
    """How many questions of the bank fit each cell, counted each for itself."""
    source = bank.bank_in_reach(session, actor, now, bank_id, Permission.EXAM_EDIT)
    rows = session.execute(drawing.eligible(source.id, now)).all()
    groups = Counter(
        drawing.as_candidate([row.id, row.type, row.path, row.difficulty]).group for row in rows
    )
    available = [
        sum(count for group, count in groups.items() if cell.takes(group)) for cell in cells
    ]
    paths = {path for row in rows if row.path for path in _with_parents(row.path)}
    return Stock(available, sorted(paths))


def _with_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def blueprints_of(
    session: Session, actor: Actor, now: datetime, bank_id: int | None = None
) -> list[tuple[BlueprintRow, Blueprint, int]]:
    """The blueprints within reach, the newest first, with how many questions are fixed in each."""
    actor.must(Permission.EXAM_EDIT)
    reach = units_in_scope(actor, Permission.EXAM_EDIT, local_day(now))
    wanted = select(BlueprintRow).where(BlueprintRow.owner_unit_id.in_(reach))
    if bank_id is not None:
        wanted = wanted.where(BlueprintRow.bank_id == bank_id)
    rows = session.scalars(wanted.order_by(BlueprintRow.id.desc()).limit(50)).all()
    return [
        (row, drawing.blueprint_of(session, row.id), len(drawing.fixed_of(session, row.id)))
        for row in rows
    ]


def blueprint_in_reach(
    session: Session, actor: Actor, now: datetime, blueprint_id: int
) -> BlueprintRow:
    """A blueprint whose owner is within reach. Raises NotFound."""
    actor.must(Permission.EXAM_EDIT)
    reach = units_in_scope(actor, Permission.EXAM_EDIT, local_day(now))
    row = session.scalar(
        select(BlueprintRow).where(
            BlueprintRow.id == blueprint_id, BlueprintRow.owner_unit_id.in_(reach)
        )
    )
    if row is None:
        raise NotFound("blueprint_unknown")
    return row
