"""How much a plan asks of a person, planned and as it came, beside a budget (力戒形式主义).

Minutes are those of a text's length and an exam's duration, taps those of a page's parts: nobody's time is
measured.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from learnapp.domain.core.calendar import week_of
from learnapp.domain.study.readings import READING_PACE


@dataclass(frozen=True)
class Budget:
    """What a plan may ask of everybody: minutes on one day, taps in one study week. Of what came, per
    person: minutes and notices in one study week; and 督办单 to one unit in one month."""

    minutes_a_day: int = 30
    taps_a_week: int = 60
    minutes_a_week: int = 150
    notices_a_week: int = 2
    orders_a_month: int = 1


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


TAPS_OF_A_TRY = 2  # a check question answered once more: chosen, sent


@dataclass(frozen=True)
class DonePart:
    """What was done of one item in a week: so often on paper or in a session, which take no taps, and so
    often on a device; `load` is what the item asks."""

    load: Load
    on_device: int
    elsewhere: int
    is_exam: bool


@dataclass(frozen=True)
class Messages:
    """Notices that people were sent in a week without having asked for them, and reminders among them."""

    notices: int = 0
    reminders: int = 0


@dataclass(frozen=True)
class RealLoad:
    """What came to all `people` of a programme together in a closed study week, by facts alone."""

    people: int
    portions: int
    exams: int
    minutes: int
    taps: int
    messages: Messages

    def over(self, budget: Budget) -> bool:
        """Whether people got more than the budget on average."""
        return (
            self.minutes > budget.minutes_a_week * self.people
            or self.taps > budget.taps_a_week * self.people
            or self.messages.notices > budget.notices_a_week * self.people
        )

    def each(self, total: int, scale: int = 1) -> int | None:
        """A total per person in parts of `scale`, rounded up: a burden is not made light; None for
        nobody."""
        return -(-total * scale // self.people) if self.people else None


def real_load(
    people: int, done: Iterable[DonePart], more_tries: int, messages: Messages
) -> RealLoad:
    """The load of what was done in a week; `more_tries` are answers to check questions that were wrong."""
    portions = exams = minutes = 0
    taps = TAPS_OF_A_TRY * more_tries
    for part in done:
        times = part.on_device + part.elsewhere
        portions += 0 if part.is_exam else times
        exams += times if part.is_exam else 0
        minutes += part.load.minutes * times
        taps += part.load.taps * part.on_device
    return RealLoad(people, portions, exams, minutes, taps, messages)


@dataclass(frozen=True)
class OrdersOfMonth:
    """督办单 that were issued in a month: how many, to how many units, to one at most how many."""

    month: date  # its first day
    orders: int
    units: int
    most: int

    def over(self, budget: Budget) -> bool:
        """Whether any unit got more than the budget."""
        return self.most > budget.orders_a_month


def orders_by_month(issued: Iterable[tuple[date, int]]) -> list[OrdersOfMonth]:
    """The months in which 督办单 were issued, given as (day, unit), the newest first."""
    months: dict[date, Counter[int]] = defaultdict(Counter)
    for day, unit_id in issued:
        months[day.replace(day=1)][unit_id] += 1
    return [
        OrdersOfMonth(month, units.total(), len(units), max(units.values()))
        for month, units in sorted(months.items(), reverse=True)
    ]


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
