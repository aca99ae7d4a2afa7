"""How far apart the papers of a blueprint may lie, by what is known of each question's difficulty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import median

# What was seen in seeded banks: the standard deviation of facilities among questions that fit one
# row. An assumption for banks of which less is known.
WITHIN_ROW = 0.15
# A facility of 0 or 1 from few answers is not that certain.
_LEAST_SPREAD = 0.05


@dataclass(frozen=True, slots=True)
class KnownFacility:
    """What first sittings say of a question: its facility (0 to 1) and from how many answers."""

    facility: float
    answers: int

    @property
    def error(self) -> float:
        """The standard error of the facility."""
        spread = max(_LEAST_SPREAD, self.facility * (1 - self.facility))
        return sqrt(spread / self.answers)


@dataclass(frozen=True, slots=True)
class RowKnowledge:
    """What is known of the questions that fit one row of a blueprint.

    `measured` of `questions` have enough answers for the draw to use their facility; `least` and
    `typical` say of how many answers those are the mean, `error` is their typical standard error as
    a share of the marks. All three are None where nothing is measured.
    """

    questions: int
    measured: int
    least: int | None
    typical: int | None
    error: float | None
    variance: float  # of the true facility around what the draw expects, on average


def row_knowledge(found: Iterable[KnownFacility | None], enough: int) -> RowKnowledge:
    """What is known of these questions; None stands for one that nobody has answered."""
    every = list(found)
    measured = [each for each in every if each is not None and each.answers >= enough]
    counts = [each.answers for each in measured]
    return RowKnowledge(
        len(every),
        len(measured),
        min(counts, default=None),
        round(median(counts)) if counts else None,
        sqrt(sum(each.error**2 for each in measured) / len(measured)) if measured else None,
        _variance(measured, len(every)),
    )


def _variance(measured: list[KnownFacility], questions: int) -> float:
    """The mean of each question's variance given what is known: that of its row where nothing is,
    and less by as much as its own answers say."""
    prior = WITHIN_ROW**2
    known = sum(1 / (1 / prior + 1 / each.error**2) for each in measured)
    return (known + prior * (questions - len(measured))) / max(1, questions)


def paper_spread(rows: Iterable[tuple[int, int, RowKnowledge]]) -> float:
    """The standard deviation of a paper's true expected score, in hundredths of marks, for rows of
    (questions on the paper, hundredths of marks each, what is known of the row)."""
    return sqrt(sum(count * marks**2 * known.variance for count, marks, known in rows))
