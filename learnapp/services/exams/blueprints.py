"""组卷方案: cells and fixed questions, checked against the bank by trial when they are saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.bank import key_exposure
from learnapp.db.bank.banks import questions_of_versions
from learnapp.db.bank.models import Bank
from learnapp.db.bank.reach import bank_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams import drawing
from learnapp.db.exams.models import BlueprintCell, BlueprintFixed, BlueprintRow
from learnapp.db.exams.reach import blueprints_in_reach
from learnapp.db.operations import audit_log
from learnapp.db.people import samples
from learnapp.db.people.lines import default_line
from learnapp.db.people.unit_trees import subtree
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.exams.exams import AVOID_DAYS
from learnapp.services.exams import readiness
from question_bank.blueprint import Blueprint, Cell, Group, Shortage
from question_bank.fairness import KnownFacility, RowKnowledge, paper_spread, row_knowledge
from question_bank.pool import ENOUGH_ANSWERS


def add_blueprint(
    caller: Caller,
    bank_id: int,
    name: str,
    cells: Sequence[Cell],
    fixed: Sequence[int] = (),
) -> BlueprintRow:
    """Store a blueprint after checking it against the bank; `fixed` are versions on every paper.

    Raises RuleBroken: ("cells", "blueprint_empty"); ("cells", "blueprint_short") naming the first
    cell, what it wants and what there is; ("fixed", "fixed_unfit") naming the question.
    """
    session, now = caller.session, caller.now
    source = bank_in_reach(caller, bank_id, Permission.EXAM_EDIT)
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
        recorded_by=caller.actor.person_id,
    )
    session.add(row)
    session.flush()
    session.add_all(_row(row.id, cell) for cell in cells)
    session.add_all(BlueprintFixed(blueprint_id=row.id, question_id=each) for each in questions)
    session.flush()
    audit_log.record(caller, "blueprint.added", ("blueprint", row.id))
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
    return questions_of_versions(session, fixed)


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
    return readiness.shortage_of(session, now, source.id, Blueprint(tuple(cells)), fixed)


@dataclass(frozen=True)
class Stock:
    """What a bank has for exams: its categories, and of each question its group and what first
    sittings say of its difficulty."""

    categories: list[str]
    questions: list[tuple[Group, KnownFacility | None]]

    def of(self, cell: Cell) -> RowKnowledge:
        """What is known of the questions that fit a cell, counted for itself."""
        found = [known for group, known in self.questions if cell.takes(group)]
        return row_knowledge(found, ENOUGH_ANSWERS)

    def spread(self, cells: Sequence[Cell]) -> float:
        """How much papers of these cells may differ: the standard deviation of the expected score
        in hundredths of marks (question_bank.fairness says by what assumptions)."""
        return paper_spread((cell.count, cell.marks, self.of(cell)) for cell in cells)


def stock_of(caller: Caller, bank_id: int) -> Stock:
    """What the bank has for exams now."""
    source = bank_in_reach(caller, bank_id, Permission.EXAM_EDIT)
    drawn = drawing.questions_for_exams(caller.session, source.id, caller.now)
    answered = drawing.answers_of_bank(caller.session, source.id)
    questions = []
    for each in drawn:
        found = answered.get(each.id)
        known = None if found is None else KnownFacility(found.facility / 1000, found.answers)
        questions.append((each.group, known))
    paths = {path for each in drawn if each.path for path in _with_parents(each.path)}
    return Stock(sorted(paths), questions)


# So many people of the audience are looked at: enough for a share within 5 points.
_SAMPLE = 100


@dataclass(frozen=True)
class Exposure:
    """How much of a bank its audience was shown the keys of lately."""

    people: int  # looked at
    of_all: bool  # whether that is everybody
    shown: int  # persons × questions whose key was shown
    possible: int  # persons × questions

    @property
    def share(self) -> Share:
        """The share that was shown; of nothing where there is nobody or no question."""
        return Share(self.shown, self.possible)


def exposure_of(caller: Caller, bank_id: int, days: int = AVOID_DAYS) -> Exposure:
    """The share of the bank's questions for exams whose key was shown to a person of its audience in
    the last `days`: the members of the bank's unit and all below, at most a hundred of them."""
    session, now = caller.session, caller.now
    source = bank_in_reach(caller, bank_id, Permission.EXAM_EDIT)
    line = default_line(session)
    units = subtree(source.owner_unit_id, line.id, local_day(now))
    sample, count = samples.members(session, units, line.id, local_day(now), _SAMPLE)
    eligible = drawing.eligible(source.id, now)
    questions = drawing.count_eligible(session, source.id, now)
    shown = key_exposure.exposed(session, sample, eligible, now - timedelta(days=days))
    return Exposure(len(sample), len(sample) == count, shown, len(sample) * questions)


def _with_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def blueprints_of(
    caller: Caller, bank_id: int | None = None
) -> list[tuple[BlueprintRow, Blueprint, int]]:
    """The blueprints within reach, the newest first, with how many questions are fixed in each."""
    session = caller.session
    return [
        (
            row,
            drawing.blueprint_of(session, row.id),
            len(drawing.fixed_of(session, row.id)),
        )
        for row in blueprints_in_reach(caller, bank_id)
    ]
