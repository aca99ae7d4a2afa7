"""模拟考: a paper by an exam's blueprint, from what may be practised, by the exam's clock; never counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from question_bank.blueprint import Blueprint
from question_bank.drawing import Placed, draw
from question_bank.kinds import QuestionType
from question_bank.pool import Candidate, NotEnough, Pool

MOST_STORED = 10  # papers of a person; an older one goes when a new one begins
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Rehearsal:
    """A drawn paper, and how many questions the exam itself asks."""

    placed: list[Placed]
    wanted: int

    @property
    def whole(self) -> bool:
        """Whether it has as many questions as the exam."""
        return len(self.placed) == self.wanted


def rehearsal(
    blueprint: Blueprint,
    candidates: Sequence[Candidate],
    seed: str,
    rather_not: Collection[int] = (),
) -> Rehearsal:
    """A paper by the blueprint from the candidates; a cell that they cannot fill gets what there is.

    `rather_not` are ids that come last. A paper from nothing has no questions.
    """
    asked = blueprint
    while asked.cells:
        try:
            placed = draw(Pool(asked, candidates), seed, rather_not=rather_not)
        except NotEnough as short:
            asked = _without(asked, {each.cell.ordinal: each.available for each in short.shortages})
        else:
            return Rehearsal(placed, blueprint.questions)
    return Rehearsal([], blueprint.questions)


def _without(blueprint: Blueprint, left: dict[int, int]) -> Blueprint:
    """The blueprint with fewer questions in the cells that are short: at least one less each time."""
    cells = [
        replace(cell, count=min(left.get(cell.ordinal, cell.count), cell.count))
        for cell in blueprint.cells
    ]
    return Blueprint(tuple(cell for cell in cells if cell.count > 0))


def time_for(full: timedelta, extra: timedelta, paper: Rehearsal) -> timedelta:
    """The exam's own time, with the person's further time; of a shorter paper its share, in whole
    minutes, at least one."""
    whole = full + extra
    if paper.whole or not paper.wanted:
        return whole
    minutes = whole * len(paper.placed) / paper.wanted // _MINUTE
    return max(minutes, 1) * _MINUTE


@dataclass(frozen=True)
class PlaceResult:
    """One place of a mock paper: its marks in hundredths, and what the answer got of them.

    None in `awarded`: judged by nobody but its writer (简答), or the question is void.
    """

    type: QuestionType
    marks: int
    awarded: int | None


@dataclass(frozen=True)
class MockScore:
    """Marks in hundredths of what a machine can judge, and how many places it cannot."""

    awarded: int
    full: int
    unjudged: int


def score(places: Sequence[PlaceResult]) -> MockScore:
    """The sum over the places that are judged."""
    judged = [each for each in places if each.awarded is not None]
    return MockScore(
        sum(each.awarded or 0 for each in judged),
        sum(each.marks for each in judged),
        len(places) - len(judged),
    )
