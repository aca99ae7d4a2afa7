"""How often a unit shows a sign of its quality of study by chance: simulated units, by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from learnapp.domain.progress.quality import QualitySign, SignCounts, StudySigns

_CHANCE = 250  # four options
_PORTIONS, _RECALLED = 30, 10  # of each person within eight weeks


@dataclass(frozen=True)
class StudyManner:
    """How people of a unit study. Shares of a hundred: right answers from one person to another, how
    many people leave things to the last hour and how often these do, how many go through portions too
    fast and how often; the rest does both once in `seldom`."""

    right: tuple[int, int]
    recall: tuple[int, int]
    late: tuple[int, int]
    fast: tuple[int, int]
    seldom: int = 3


WELL = StudyManner((55, 95), (45, 85), (20, 70), (10, 50))
HARD = StudyManner((40, 75), (35, 65), (45, 80), (25, 50))  # that finds it hard, and studies
FOR_FORM = StudyManner((20, 35), (20, 35), (80, 80), (70, 60))


def trial(rng: Random, people: int, manner: StudyManner) -> StudySigns:
    """One unit of so many people over eight weeks."""
    whole = StudySigns()
    for _ in range(people):
        whole += _person(rng, manner)
    return whole


def _person(rng: Random, manner: StudyManner) -> StudySigns:
    late = _often(rng, manner.late, manner.seldom)
    fast = _often(rng, manner.fast, manner.seldom)
    right, recall = rng.randint(*manner.right), rng.randint(*manner.recall)
    return StudySigns(
        1,
        {
            QualitySign.GUESSING: _counted(rng, _PORTIONS, right, _CHANCE),
            QualitySign.NO_RECALL: _counted(rng, _RECALLED, recall, _CHANCE),
            QualitySign.LAST_HOUR: _counted(rng, _PORTIONS, late, 0),
            QualitySign.TOO_FAST: _counted(rng, _PORTIONS, fast, 0),
        },
    )


def _often(rng: Random, given: tuple[int, int], seldom: int) -> int:
    """How often of a hundred somebody does what some people do often."""
    people, times = given
    return times if rng.randrange(100) < people else seldom


def _counted(rng: Random, cases: int, of_hundred: int, chance: int) -> SignCounts:
    hits = sum(rng.randrange(100) < of_hundred for _ in range(cases))
    return SignCounts(cases, hits, cases * chance)


def shown_by(
    rng: Random, units: int, people: int, manner: StudyManner
) -> Mapping[QualitySign, int]:
    """Of so many simulated units how many show each sign."""
    found = dict.fromkeys(QualitySign, 0)
    for _ in range(units):
        for sign in trial(rng, people, manner).shown():
            found[sign] += 1
    return found
