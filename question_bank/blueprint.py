"""A blueprint: what a paper is made of, and whether a pool of questions can fill it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.assignment import Taken, augment
from question_bank.kinds import QuestionType

Group = tuple[QuestionType, tuple[str, ...], int | None]
Supply = Mapping[Group, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """So many questions of one kind, at so many hundredths of a mark each; None means any."""

    ordinal: int
    section: str
    type: QuestionType
    category: tuple[str, ...] | None
    difficulty: int | None
    count: int
    marks: int

    def takes(self, group: Group) -> bool:
        """Whether questions of the group (type, category, difficulty) fit this cell."""
        kind, category, difficulty = group
        return (
            kind == self.type
            and (self.category is None or category[: len(self.category)] == self.category)
            and (self.difficulty is None or difficulty == self.difficulty)
        )


@dataclass(frozen=True, slots=True)
class Blueprint:
    """The cells of a paper, in the order in which they are printed."""

    cells: tuple[Cell, ...]

    @property
    def total_marks(self) -> int:
        """The marks of the whole paper, in hundredths."""
        return sum(cell.count * cell.marks for cell in self.cells)

    @property
    def questions(self) -> int:
        """How many questions the paper has."""
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Shortage:
    """A cell that cannot be filled, and how many questions are left for it."""

    cell: Cell
    wanted: int
    available: int


def shortages(blueprint: Blueprint, supply: Supply) -> list[Shortage]:
    """The cells that stay short under the best assignment; empty when the paper can be drawn.

    Overlapping cells compete for the same questions. Narrow cells are served first, so that a
    gap is reported where the choice is widest and an admin can most easily give way.
    """
    groups = sorted(supply, key=_order)
    cells = blueprint.cells
    fits = [[n for n, group in enumerate(groups) if cell.takes(group)] for cell in cells]
    taken: Taken = [{} for _ in cells]
    augment([cell.count for cell in cells], fits, [supply[group] for group in groups], taken)
    return lacking(blueprint, taken)


def lacking(blueprint: Blueprint, taken: Taken) -> list[Shortage]:
    """The cells that hold less than they want."""
    held = [sum(each.values()) for each in taken]
    pairs = zip(blueprint.cells, held, strict=True)
    return [Shortage(cell, cell.count, has) for cell, has in pairs if has < cell.count]


def _order(group: Group) -> tuple[str, tuple[str, ...], int]:
    kind, category, difficulty = group
    return str(kind), category, difficulty or 0
