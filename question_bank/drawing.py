"""Drawing a paper from a seed: the same input gives the same paper, on any machine.

Papers are comparable: of the papers that a seed leads to, the first is taken whose expected score
lies close to the pool's. Taking the first that fits leaves every question about as likely as in a
plain draw, where choosing questions by their difficulty would not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from question_bank.assignment import augment
from question_bank.blueprint import Shortage, shortages
from question_bank.keyed_random import Stream, keyed_order
from question_bank.pool import NotEnough, Pool, Unit

# How far from the pool's mean a paper's expected score may lie, in thousandths of its full marks.
TOLERANCE = 5
# A fifth of plain papers lies that close; one in a thousand seeds needs more than these.
_TRIES = 30


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawn question: its place on the paper, the ordinal of its cell, its marks."""

    ordinal: int
    id: int
    cell: int
    marks: int


@dataclass(frozen=True, slots=True)
class _Last:
    """Ids of questions that come after all others, those to be avoided at the very end."""

    avoid: frozenset[int]
    rather_not: frozenset[int]


@dataclass(slots=True)
class _Paper:
    """A paper in the making: `held[c]` what was drawn for cell c, `room[c]` how many it lacks.

    `marks` names the cell whose marks each place gets; a case is together in one cell though
    its questions may be counted in several.
    """

    pool: Pool
    held: list[list[Unit]] = field(init=False)
    room: list[int] = field(init=False)
    cell_of: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.held = [[] for _ in self.pool.cells]
        self.room = [cell.count for cell in self.pool.blueprint.cells]

    def take(self, cell: int, unit: Unit) -> bool:
        """Put a unit into a cell if it is not there yet and all its questions find room."""
        if unit[0] in self.cell_of:
            return False
        claims = self._claims(cell, unit)
        if claims is None:
            return False
        for place, at in claims.items():
            self.room[at] -= 1
            self.cell_of[place] = at
        self.held[cell].append(unit)
        return True

    def give_up(self, cell: int, unit: Unit) -> None:
        """Take a single question out of a cell again."""
        self.held[cell].remove(unit)
        del self.cell_of[unit[0]]
        self.room[cell] += 1

    def _claims(self, cell: int, unit: Unit) -> dict[int, int] | None:
        """Which cell counts each question of a unit; None if one of them finds no room."""
        if len(unit) == 1:
            return {unit[0]: cell} if self.room[cell] > 0 else None
        room = list(self.room)
        claims = {}
        for place in unit:
            fits = self.pool.fits[place]
            at = cell if cell in fits and room[cell] > 0 else None
            if at is None:
                at = next((each for each in fits if room[each] > 0), None)
            if at is None:
                return None
            room[at] -= 1
            claims[place] = at
        return claims

    @property
    def counts(self) -> list[int]:
        """How many questions each cell has."""
        cells = self.pool.blueprint.cells
        return [cell.count - room for cell, room in zip(cells, self.room, strict=True)]

    @property
    def expected(self) -> int:
        """The expected score, in thousandths of hundredths of a mark."""
        cells, candidates = self.pool.blueprint.cells, self.pool.candidates
        return sum(candidates[i].expected * cells[at].marks for i, at in self.cell_of.items())


def draw(
    pool: Pool,
    seed: str,
    avoid: Collection[int] = (),
    order_seed: str | None = None,
    rather_not: Collection[int] = (),
) -> list[Placed]:
    """A paper by the pool's blueprint: sections in its order, within one in the seed's order.

    No question comes twice, cases come whole, and overlapping cells are filled whenever any choice
    of questions fills them. Questions whose ids are to be avoided come only where the pool has no
    others; before them come those that are `rather_not` to be drawn. With `order_seed` the same
    questions stand in another order. Raises NotEnough.
    """
    best: _Paper | None = None
    short: list[Shortage] = []
    last = _Last(frozenset(avoid), frozenset(rather_not))
    allowed = TOLERANCE * pool.blueprint.total_marks
    for number in range(_TRIES):
        # Cases that never fit together must not keep a paper from being drawn.
        paper = _attempt(pool, f"{seed}/{number}", last, cases=number < _TRIES - 1 or not short)
        if any(room > 0 for room in paper.room):
            short = shortages(pool.blueprint, paper.counts)
            if not pool.has_cases:
                break
            continue
        if best is None or _distance(paper) < _distance(best):
            best = paper
        if _distance(best) <= allowed:
            break
    if best is None:
        raise NotEnough(short)
    return _placed(best, seed if order_seed is None else order_seed)


def _distance(paper: _Paper) -> float:
    return abs(paper.expected - paper.pool.target)


def _attempt(pool: Pool, seed: str, last: _Last, cases: bool) -> _Paper:
    """One draw: the narrowest cells first, then what their overlap demands is moved."""
    paper = _Paper(pool)
    for unit in pool.fixed:
        if unit is not None:
            any(paper.take(cell, unit) for cell in pool.fits[unit[0]])
    for cell in pool.narrowest_first:
        stream = Stream(f"{seed}/{cell}")
        for unit in _in_turn(pool, pool.cells[cell], stream, last):
            if paper.room[cell] <= 0:
                break
            if cases or len(unit) == 1:
                paper.take(cell, unit)
    if any(room > 0 for room in paper.room):
        _mend(paper, Stream(f"{seed}/mend"), last)
    return paper


def _in_turn(pool: Pool, units: Sequence[Unit], stream: Stream, last: _Last) -> Iterator[Unit]:
    """The units in random order, those with a question to be avoided last."""
    later: list[Unit] = []
    latest: list[Unit] = []
    for place in stream.shuffled(len(units)):
        unit = units[place]
        ids = [pool.candidates[each].id for each in unit]
        if not last.avoid.isdisjoint(ids):
            latest.append(unit)
        elif not last.rather_not.isdisjoint(ids):
            later.append(unit)
        else:
            yield unit
    yield from later
    yield from latest


def _mend(paper: _Paper, stream: Stream, last: _Last) -> None:
    """Fill what overlapping cells left open, moving single questions only; cases stay.

    Questions that fit the same cells are one group; who takes how many of which is a flow.
    """
    pool = paper.pool
    singles: list[Unit] = sorted({unit for cell in pool.cells for unit in cell if len(unit) == 1})
    groups = sorted({pool.fits[unit[0]] for unit in singles})
    number = {group: n for n, group in enumerate(groups)}
    free = [0] * len(groups)
    for unit in singles:
        free[number[pool.fits[unit[0]]]] += unit[0] not in paper.cell_of
    fixed_ones = {unit[0] for unit in pool.fixed if unit is not None}
    movable: list[list[Unit]] = [
        [u for u in units if len(u) == 1 and u[0] not in fixed_ones] for units in paper.held
    ]
    taken: list[dict[int, int]] = [{} for _ in paper.held]
    for held, units in zip(taken, movable, strict=True):
        for unit in units:
            group = number[pool.fits[unit[0]]]
            held[group] = held.get(group, 0) + 1
    wanted = [len(units) + room for units, room in zip(movable, paper.room, strict=True)]
    fits = [[n for n, group in enumerate(groups) if c in group] for c in range(len(wanted))]
    augment(wanted, fits, free, taken)
    _settle(
        paper,
        movable,
        [{groups[n]: k for n, k in held.items()} for held in taken],
        list(_in_turn(pool, singles, stream, last)),
    )


def _settle(
    paper: _Paper,
    movable: list[list[Unit]],
    wanted: list[dict[tuple[int, ...], int]],
    spare: list[Unit],
) -> None:
    """Give up what a cell holds beyond its share of each group, then fill the shares."""
    fits = paper.pool.fits
    for cell, units in enumerate(movable):
        left = dict(wanted[cell])
        for unit in units:
            group = fits[unit[0]]
            if left.get(group, 0) > 0:
                left[group] -= 1
            else:
                paper.give_up(cell, unit)
        wanted[cell] = left
    for cell, left in enumerate(wanted):
        for unit in spare:
            group = fits[unit[0]]
            if left.get(group, 0) > 0 and paper.take(cell, unit):
                left[group] -= 1


def _placed(paper: _Paper, seed: str) -> list[Placed]:
    """The paper's places: units in the seed's order within their cell, a case in its own order."""
    pool = paper.pool
    placed: list[Placed] = []
    for cell, units in zip(pool.blueprint.cells, paper.held, strict=True):
        by_id = {pool.candidates[unit[0]].id: unit for unit in units}
        for first in keyed_order(seed, by_id):
            for place in by_id[first]:
                marks = pool.blueprint.cells[paper.cell_of[place]].marks
                number = len(placed) + 1
                placed.append(Placed(number, pool.candidates[place].id, cell.ordinal, marks))
    return placed
