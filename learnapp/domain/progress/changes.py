"""What changed in a unit's figures since the last Friday, and what is to be worked on next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from learnapp.domain.core.calendar import end_of, local_day, start_of, week_of
from learnapp.domain.progress.figures import Counts
from learnapp.domain.study.programme import Duty

_FRIDAY = 4
_WEEKS_BACK = timedelta(days=14)


def last_friday(as_of: datetime) -> date:
    """The newest Friday that is over: what a weekly meeting compares with."""
    today = local_day(as_of)
    return today - timedelta(days=(today.weekday() - _FRIDAY - 1) % 7 + 1)


@dataclass(frozen=True)
class Change:
    """A unit's counts at the end of a past day, as they were reported then, and now."""

    day: date
    before: Counts
    after: Counts

    @property
    def done(self) -> int:
        """How many more duties are met; below 0 where completions were withdrawn or people left."""
        return self.after.done - self.before.done

    @property
    def behind(self) -> int:
        """How many more people are behind; below 0 for fewer."""
        return self.after.behind - self.before.behind

    @property
    def owed(self) -> int:
        """How many more duties are owed: by people who came or left, absences, or a new revision."""
        return self.after.owed - self.before.owed


def to_work_on(duties: Iterable[Duty], as_of: datetime, most: int) -> list[Duty]:
    """The required duties of this study week and of the two before it, what falls due first coming
    first; at most so many. Older ones are found by requirement."""
    monday, sunday = week_of(local_day(as_of))
    first, last = start_of(monday - _WEEKS_BACK), end_of(sunday)
    found = [each for each in duties if each.required and first < each.due_at <= last]
    found.sort(key=lambda each: (each.due_at, each.plan_day, each.requirement_id))
    return found[:most]
