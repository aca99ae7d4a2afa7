"""A blueprint: what a paper is made of, and whether a pool of questions can fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.kinds import QuestionType

Group = tuple[QuestionType, tuple[str, ...], int | None]


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


def shortages(blueprint: Blueprint, held: Sequence[int]) -> list[Shortage]:
    """The cells that hold less than they want."""
    pairs = zip(blueprint.cells, held, strict=True)
    return [Shortage(cell, cell.count, has) for cell, has in pairs if has < cell.count]
