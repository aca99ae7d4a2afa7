"""The questions that a blueprint's papers are drawn from, sorted out once for many draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from question_bank.assignment import broadest_last
from question_bank.blueprint import Blueprint, Cell, Group, Shortage
from question_bank.kinds import QuestionType

# Answers from which on a question's own facility is trusted.
ENOUGH_ANSWERS = 30
# The share of its marks, in thousandths, that a question is expected to give until then.
_PRIOR: Mapping[int | None, int] = {1: 900, 2: 800, 3: 700, 4: 600, 5: 500, None: 700}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn.

    `facility` is the mean share of its marks that people got, in thousandths, None while too few
    have answered; `passage` names the case it belongs to.
    """

    id: int
    type: QuestionType
    category: tuple[str, ...]
    difficulty: int | None
    facility: int | None = None
    passage: int | None = None

    @property
    def group(self) -> Group:
        """What a cell looks at."""
        return self.type, self.category, self.difficulty

    @property
    def expected(self) -> int:
        """The share of its marks it is expected to give, in thousandths."""
        return _PRIOR[self.difficulty] if self.facility is None else self.facility


# One question alone, or all questions of a case: places in `Pool.candidates`.
Unit = tuple[int, ...]


class NotEnough(Exception):
    """The pool cannot fill the blueprint."""

    def __init__(self, short: list[Shortage]) -> None:
        super().__init__(f"{len(short)} cells are short")
        self.shortages = short


class Pool:
    """A blueprint's candidates by what they can fill. Never changed once made.

    `cells[c]` are the units with a question for cell c, `fits[i]` the cells that candidate i may
    stand in. A case one of whose questions fits no cell could not be shown whole and is left out.
    """

    def __init__(
        self, blueprint: Blueprint, candidates: Iterable[Candidate], fixed: Iterable[int] = ()
    ) -> None:
        self.blueprint = blueprint
        self.candidates = sorted(candidates, key=lambda each: each.id)
        self.fits = _fits(blueprint.cells, self.candidates)
        self.cells: list[list[Unit]] = [[] for _ in blueprint.cells]
        self.has_cases = False
        by_id: dict[int, Unit] = {}
        for unit in _units(self.candidates, self.fits):
            self.has_cases = self.has_cases or len(unit) > 1
            by_id |= {self.candidates[place].id: unit for place in unit}
            for cell in sorted({cell for place in unit for cell in self.fits[place]}):
                self.cells[cell].append(unit)
        sizes = [len(units) for units in self.cells]
        self.narrowest_first = broadest_last([[cell] for cell in range(len(sizes))], sizes)
        self.fixed = [by_id.get(each) for each in fixed]
        self.target = sum(map(self._expected_of, range(len(blueprint.cells))))

    def _expected_of(self, cell: int) -> float:
        """What a cell's questions give on average, in thousandths of hundredths of a mark."""
        found = [
            self.candidates[place].expected
            for unit in self.cells[cell]
            for place in unit
            if cell in self.fits[place]
        ]
        asked = self.blueprint.cells[cell]
        return asked.count * asked.marks * sum(found) / max(1, len(found))


def _fits(cells: Sequence[Cell], candidates: Sequence[Candidate]) -> list[tuple[int, ...]]:
    """For each candidate the cells it may stand in; groups are looked at once."""
    known: dict[Group, tuple[int, ...]] = {}
    found = []
    for each in candidates:
        group = each.group
        if group not in known:
            known[group] = tuple(n for n, cell in enumerate(cells) if cell.takes(group))
        found.append(known[group])
    return found


def _units(candidates: Sequence[Candidate], fits: Sequence[tuple[int, ...]]) -> Iterable[Unit]:
    """The units, by their first question; questions of a case in the order of their ids."""
    cases: dict[int, list[int]] = {}
    units: list[Unit] = []
    for place, each in enumerate(candidates):
        if each.passage is not None:
            cases.setdefault(each.passage, []).append(place)
        elif fits[place]:
            units.append((place,))
    units += [tuple(case) for case in cases.values() if all(fits[place] for place in case)]
    return sorted(units)
