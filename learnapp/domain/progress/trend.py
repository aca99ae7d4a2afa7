"""How a unit's progress went week by week: when it is finished at the present rate, whether it slows
down (前紧后松), and at which level of units it is lost (上热中温下冷)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from learnapp.domain.core.calendar import StudyCalendar, end_of, week_of
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts

_RATE_WEEKS = 4  # the present rate is that of so many closed weeks
_LEAST_WEEKS = 3  # before so many it is not said whether progress slows down
_HORIZON = timedelta(days=730)
_LOST_POINTS = 10  # percentage points between levels from which a loss is named


@dataclass(frozen=True)
class WeekPoint:
    """A unit at the end of a closed study week, as it was reported then."""

    day: date
    time: Share
    counts: Counts


def closed_weeks(first: date, last: date, as_of: datetime, most: int) -> list[date]:
    """The Sundays of the stage's study weeks that are over, the newest `most` of them in order."""
    found, sunday = [], week_of(first)[1]
    while end_of(sunday) <= as_of and sunday - timedelta(days=6) <= last:
        found.append(sunday)
        sunday += timedelta(days=7)
    return found[-most:]


def finish_day(
    points: Sequence[WeekPoint], counts: Counts, calendar: StudyCalendar, today: date
) -> date | None:
    """The study day on which all is done at the rate of the last four closed weeks; None without two
    of them, without any progress in them, with nothing left, or more than two years from today."""
    left = counts.owed - counts.done
    window = points[-_RATE_WEEKS - 1 :]
    if left <= 0 or len(window) < 2:
        return None
    gained = window[-1].counts.done - window[0].counts.done
    span = len(calendar.study_days(window[0].day + timedelta(days=1), window[-1].day))
    if gained <= 0 or span == 0:
        return None
    needed = -(-left * span // gained)
    ahead = calendar.study_days(today, today + _HORIZON)
    return ahead[needed - 1] if needed <= len(ahead) else None


def is_slowing(points: Sequence[WeekPoint], calendar: StudyCalendar) -> bool:
    """前紧后松: in the last closed week less than two thirds were done, by study day, of what was done
    in the weeks before it, and something is left."""
    if len(points) <= _LEAST_WEEKS or points[-1].counts.done >= points[-1].counts.owed:
        return False
    start, before, last = points[0], points[-2], points[-1]
    earlier = len(calendar.study_days(start.day + timedelta(days=1), before.day))
    newest = len(calendar.study_days(before.day + timedelta(days=1), last.day))
    if not earlier or not newest:
        return False
    then = before.counts.done - start.counts.done
    now = last.counts.done - before.counts.done
    return 3 * now * earlier < 2 * then * newest


def lost_at(levels: Mapping[int, Share]) -> int | None:
    """The level at which most is lost of what the level above it has of its due duties done; None
    where no level is ten percentage points below the one above it."""
    found, most = None, 0
    known = [(level, share) for level, share in sorted(levels.items()) if share.whole]
    for (_, above), (level, share) in pairwise(known):
        drop = above.part * share.whole - share.part * above.whole
        whole = above.whole * share.whole
        points = 100 * drop // whole
        if points >= _LOST_POINTS and points > most:
            found, most = level, points
    return found
