"""How much a plan asks of a person, in minutes a day and taps a week, beside a budget (力戒形式主义)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from learnapp.domain.core.calendar import week_of
from learnapp.domain.study.readings import READING_PACE


@dataclass(frozen=True)
class Budget:
    """What a plan may ask of everybody: minutes on one day, taps in one study week."""

    minutes_a_day: int = 30
    taps_a_week: int = 60


USUAL = Budget()


@dataclass(frozen=True)
class Load:
    """What one line asks of whom it is for: minutes and taps."""

    minutes: int
    taps: int

    def __add__(self, other: Load) -> Load:
        return Load(self.minutes + other.minutes, self.taps + other.taps)


NOTHING = Load(0, 0)


def load_of_portion(length: int, sections: int, has_check: bool) -> Load:
    """A portion of so many characters in so many sections: read at `READING_PACE`, opened once, a tap
    for each further section, two for a check question."""
    return Load(-(-length // READING_PACE), max(1, sections) + (2 if has_check else 0))


def load_of_exam(minutes: int, questions: int) -> Load:
    """An exam: opened, begun, an answer for each question, handed in and confirmed."""
    return Load(minutes, questions + 4)


@dataclass(frozen=True)
class LoadOfDay:
    """What is required on a day."""

    day: date
    load: Load


@dataclass(frozen=True)
class WeekLoad:
    """What a study week requires: its taps, and the day with the most minutes."""

    monday: date
    load: Load
    busiest: LoadOfDay

    def over(self, budget: Budget) -> bool:
        """Whether it asks more than the budget, on one day or in the week."""
        return (
            self.busiest.load.minutes > budget.minutes_a_day or self.load.taps > budget.taps_a_week
        )


def week_loads(lines: Iterable[LoadOfDay]) -> dict[date, WeekLoad]:
    """The loads of the study weeks in which lines are planned, by Monday; the earliest day of equals
    counts as the busiest."""
    by_day: dict[date, Load] = defaultdict(lambda: NOTHING)
    for line in lines:
        by_day[line.day] += line.load
    found: dict[date, WeekLoad] = {}
    for day, load in sorted(by_day.items()):
        monday = week_of(day)[0]
        known = found.get(monday, WeekLoad(monday, NOTHING, LoadOfDay(day, NOTHING)))
        busiest = LoadOfDay(day, load)
        if load.minutes <= known.busiest.load.minutes:
            busiest = known.busiest
        found[monday] = WeekLoad(monday, known.load + load, busiest)
    return found
