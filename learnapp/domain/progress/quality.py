"""学习质量提示: four signs of study for the form's sake (走过场), as rates over many people.

A rate is of a unit of 20 people or more, never of a person or a moment. What is newer than a week is shown to
its person alone, who hears of it first. How often a unit that studies well shows a sign by chance is simulated
(`quality_trials`, docs/quality.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from learnapp.domain.core.share import Share
from learnapp.domain.study.readings import READING_PACE

LEAST_PEOPLE = 20  # of a unit with a rate
LEAST_CASES = 100  # portions or answers behind a sign of a unit
LEAST_OWN_CASES = 8  # behind a private word
SPAN = timedelta(weeks=8)  # so far back is looked
PRIVATE = timedelta(days=7)  # so long a person alone hears of it
RECALL_AFTER = timedelta(days=14)  # a portion read so long before an exam
_LAST_HOUR = timedelta(hours=1)
_TIMES_TOO_FAST = 5  # times an adult's pace of reading
_KNOWN_LEAST = 15  # in a hundred


class QualitySign(StrEnum):
    """What is looked at: first answers to check questions, when portions are completed, exam answers on
    an article read weeks before, how fast portions are gone through."""

    GUESSING = "guessing"
    LAST_HOUR = "last_hour"
    NO_RECALL = "no_recall"
    TOO_FAST = "too_fast"


_OF_ANSWERS = (QualitySign.GUESSING, QualitySign.NO_RECALL)


@dataclass(frozen=True)
class Answered:
    """An answer that was right or not; `chance`: thousandths by which a blind one is."""

    right: bool
    chance: int


@dataclass(frozen=True)
class PortionStudied:
    """A portion completed on a device: when it was due and done, first opened, and its characters."""

    done_at: datetime
    due_at: datetime
    opened_at: datetime | None
    length: int

    @property
    def in_last_hour(self) -> bool:
        """Whether it was done in the last hour before it was due."""
        return self.due_at - _LAST_HOUR <= self.done_at <= self.due_at

    @property
    def is_timed(self) -> bool:
        """Whether it is known when it was opened; of what came from a phone without a network it is not."""
        return self.opened_at is not None and self.opened_at < self.done_at

    @property
    def too_fast(self) -> bool:
        """Whether nobody reads so fast: five times an adult's pace."""
        if self.opened_at is None or not self.is_timed:
            return False
        seconds = (self.done_at - self.opened_at).total_seconds()
        return self.length * 60 > seconds * READING_PACE * _TIMES_TOO_FAST


@dataclass(frozen=True)
class PersonStudy:
    """What a person did: portions, first answers to their check questions, exam answers on an article
    that they had read weeks before."""

    portions: Sequence[PortionStudied] = ()
    first_answers: Sequence[Answered] = ()
    recalled: Sequence[Answered] = ()


@dataclass(frozen=True)
class SignCounts:
    """So many cases and hits of a sign; of answers a hit is a right one, and `chance` are the thousandths
    of right ones that blind answers would make."""

    cases: int = 0
    hits: int = 0
    chance: int = 0

    def __add__(self, other: SignCounts) -> SignCounts:
        return SignCounts(
            self.cases + other.cases, self.hits + other.hits, self.chance + other.chance
        )

    @property
    def share(self) -> Share:
        """hits ÷ cases."""
        return Share(self.hits, self.cases)


@dataclass(frozen=True)
class StudySigns:
    """Some people with the counts of each sign."""

    people: int = 0
    counts: Mapping[QualitySign, SignCounts] = field(default_factory=dict)

    def __add__(self, other: StudySigns) -> StudySigns:
        return StudySigns(
            self.people + other.people,
            {each: self.of(each) + other.of(each) for each in QualitySign},
        )

    def of(self, sign: QualitySign) -> SignCounts:
        """The counts of a sign."""
        return self.counts.get(sign, SignCounts())

    @property
    def has_rates(self) -> bool:
        """Whether so many people are meant that a rate may be shown."""
        return self.people >= LEAST_PEOPLE

    def shown(self) -> list[QualitySign]:
        """The signs that a unit of these people shows."""
        if not self.has_rates:
            return []
        return [each for each in QualitySign if _holds(each, self.of(each), LEAST_CASES)]

    def private(self) -> list[QualitySign]:
        """The signs of one person, for that person alone."""
        return [each for each in QualitySign if _holds(each, self.of(each), LEAST_OWN_CASES)]


def _holds(sign: QualitySign, counts: SignCounts, least: int) -> bool:
    """Whether a sign shows: of what blind answers would get wrong less than 15 in a hundred right, half
    of the portions in the last hour, a quarter of them too fast."""
    if counts.cases < least:
        return False
    if sign in _OF_ANSWERS:
        known, knowable = 1000 * counts.hits - counts.chance, 1000 * counts.cases - counts.chance
        return 100 * known < _KNOWN_LEAST * knowable
    if sign is QualitySign.LAST_HOUR:
        return 2 * counts.hits >= counts.cases
    return 4 * counts.hits >= counts.cases


def signs_of(study: PersonStudy) -> StudySigns:
    """The counts of one person."""
    timed = [each for each in study.portions if each.is_timed]
    return StudySigns(
        1,
        {
            QualitySign.GUESSING: _answers(study.first_answers),
            QualitySign.NO_RECALL: _answers(study.recalled),
            QualitySign.LAST_HOUR: SignCounts(
                len(study.portions), sum(each.in_last_hour for each in study.portions)
            ),
            QualitySign.TOO_FAST: SignCounts(len(timed), sum(each.too_fast for each in timed)),
        },
    )


def _answers(found: Iterable[Answered]) -> SignCounts:
    listed = list(found)
    return SignCounts(
        len(listed), sum(each.right for each in listed), sum(each.chance for each in listed)
    )


def chance_of(kind: str, options: int) -> int | None:
    """Thousandths by which a blind answer to a question of a type with so many options is right; None
    where it is written."""
    if kind == "true_false":
        return 500
    if kind == "single" and options > 1:
        return 1000 // options
    if kind == "multiple" and options > 1:
        return int(1000 // (2**options - options - 1))
    return None
