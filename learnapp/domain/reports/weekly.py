"""周报: when it is cut off, how units add up, what a window in it says, what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import ZONE, local_day
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Checkpoint

_WEEK = timedelta(days=7)
# A report waits so long after its cut-off: who began to save just before it has saved by then.
SETTLING = timedelta(minutes=1)
# A machine that was off for longer makes up for so many cut-offs, the newest ones.
MOST_MADE_UP = 8


class ReportKind(StrEnum):
    """周报 for the weekly meeting; 快报 at the end of the working week, where an office wants it."""

    WEEKLY = "weekly"
    FLASH = "flash"


@dataclass(frozen=True)
class CutOff:
    """The weekday (Monday is 0) and local time at which a kind of report is cut off."""

    weekday: int
    at: time

    def last(self, now: datetime) -> datetime:
        """The newest cut-off that is not after `now`."""
        day = local_day(now)
        day -= timedelta(days=(day.weekday() - self.weekday) % 7)
        found = datetime.combine(day, self.at, tzinfo=ZONE)
        return found if found <= now else found - _WEEK


DEFAULT_CUT_OFFS: Mapping[ReportKind, CutOff] = {
    ReportKind.WEEKLY: CutOff(0, time(9)),
    ReportKind.FLASH: CutOff(4, time(17)),
}


@dataclass(frozen=True)
class ChosenCutOff:
    """A cut-off with the instant from which on it holds, which is not one itself; `since` None: always,
    `cut_off` None: from then on there is no report of the kind."""

    cut_off: CutOff | None
    since: datetime | None = None


def cut_offs_due(
    chosen: Sequence[ChosenCutOff], newest: datetime | None, now: datetime
) -> list[datetime]:
    """The cut-offs that have come since the newest report, oldest first; of a stage without a report
    the last one alone. Each choice, in order, counts until the next one: what is chosen reaches the
    next cut-off, never one that is over."""
    found: set[datetime] = set()
    ends = [each.since for each in chosen[1:]]
    for each, end in zip(chosen, [*ends, None], strict=True):
        if each.cut_off is None:
            continue
        last = each.cut_off.last(now if end is None else min(now, end))
        past = (last - number * _WEEK for number in range(MOST_MADE_UP))
        found.update(at for at in past if each.since is None or at > each.since)
    due = sorted(found)[-MOST_MADE_UP:]
    return due[-1:] if newest is None else [at for at in due if at > newest]


def is_reported(first: date, last: date, cut_off: datetime) -> bool:
    """Whether a stage of these days has a report cut off then: it has begun, and was running within the
    week before."""
    return first <= local_day(cut_off) and last >= local_day(cut_off - _WEEK)


@dataclass(frozen=True)
class WindowCounts:
    """Of an exam: people asked (应考), people who have handed in (实考), those of them who passed."""

    asked: int = 0
    sat: int = 0
    passed: int = 0

    def __add__(self, other: WindowCounts) -> WindowCounts:
        return WindowCounts(
            self.asked + other.asked, self.sat + other.sat, self.passed + other.passed
        )

    def sitting_rate(self, running: bool) -> Share | None:
        """参考率, 实考 ÷ 应考; None while a window is open: then it is no rate yet."""
        return None if running else Share(self.sat, self.asked)

    def pass_rate(self, running: bool, marks_shown: bool) -> Share | None:
        """合格率, passed ÷ 实考; None while a window is open or the marks may not be seen."""
        return Share(self.passed, self.sat) if marks_shown and not running else None


@dataclass(frozen=True)
class WeekExam:
    """An exam whose window was open in the week: whether one still was at the cut-off, and whether its
    marks might be seen by then."""

    exam_id: int
    title: str
    kind: str
    opens_at: datetime
    closes_at: datetime
    running: bool
    marks_shown: bool


@dataclass(frozen=True)
class UnitFacts:
    """A unit's figures at a cut-off: of its own members, or with all below it.

    `judged` are the counts at the last checkpoint; None before the first. `readers` owe a reading that
    was due, `readers_behind` of them had not done one.
    """

    counts: Counts = field(default_factory=Counts)
    judged: Counts | None = None
    exams: Mapping[int, WindowCounts] = field(default_factory=dict)
    readers: int = 0
    readers_behind: int = 0

    @property
    def study_rate(self) -> Share:
        """参学率: members with all readings due done ÷ members who owed any."""
        return Share(self.readers - self.readers_behind, self.readers)

    def __add__(self, other: UnitFacts) -> UnitFacts:
        exams = dict(self.exams)
        for exam_id, each in other.exams.items():
            exams[exam_id] = exams.get(exam_id, WindowCounts()) + each
        return UnitFacts(
            self.counts + other.counts,
            _sum(self.judged, other.judged),
            exams,
            self.readers + other.readers,
            self.readers_behind + other.readers_behind,
        )


def _sum(one: Counts | None, other: Counts | None) -> Counts | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other


@dataclass(frozen=True)
class WeekRates:
    """参学率 at a cut-off, and 参考率 and 合格率 of the exams that ended in its week together; None where
    none did, or where their marks may not be seen yet."""

    study: Share
    sitting: Share | None
    passing: Share | None


def rates_of_week(exams: Iterable[WeekExam], facts: UnitFacts) -> WeekRates:
    """The rates of a unit with these figures in an issue with these exams."""
    ended = [each for each in exams if not each.running]
    counts = sum((facts.exams.get(e.exam_id, WindowCounts()) for e in ended), WindowCounts())
    shown = bool(ended) and all(each.marks_shown for each in ended)
    return WeekRates(
        facts.study_rate,
        counts.sitting_rate(running=not ended),
        counts.pass_rate(running=not ended, marks_shown=shown),
    )


def rolled_up(
    own: Mapping[int, UnitFacts], parents: Mapping[int, int | None]
) -> dict[int, UnitFacts]:
    """Per placed unit its own figures with those of all below it: parent = own + Σ children."""
    found = {unit_id: own.get(unit_id, UnitFacts()) for unit_id in parents}
    for unit_id in parents:
        mine, above, seen = own.get(unit_id), parents[unit_id], {unit_id}
        while mine is not None and above is not None and above not in seen:
            seen.add(above)
            if above in found:
                found[above] = found[above] + mine
            above = parents.get(above)
    return found


def summed(rows: Iterable[UnitFacts]) -> UnitFacts:
    """The sum of units."""
    return sum(rows, UnitFacts())


@dataclass(frozen=True)
class SinceLast:
    """What a figure was in the report before, what that has become since by facts recorded later, and
    what it is in this report."""

    before: Counts
    corrected: Counts
    now: Counts

    @property
    def is_corrected(self) -> bool:
        """Whether facts recorded later have changed the report before."""
        return self.before != self.corrected


def missing_of(children: Collection[int], frozen: Collection[int]) -> list[int]:
    """The units right below that have no frozen report, in their order."""
    there = set(frozen)
    return [unit_id for unit_id in children if unit_id not in there]


@dataclass(frozen=True)
class ReportHeader:
    """What holds for every unit of an issue: which one, of which stage, cut off when, with both time
    shares and the exams of the week."""

    kind: ReportKind
    number: int
    programme: str
    stage: str
    first_day: date
    last_day: date
    cut_off: datetime
    time: Share
    checkpoint: date | None
    time_then: Share | None
    exams: tuple[WeekExam, ...] = ()

    def judged(self, facts: UnitFacts) -> Checkpoint | None:
        """What a unit with these figures is judged by; None before the first checkpoint."""
        if self.checkpoint is None or self.time_then is None or facts.judged is None:
            return None
        return Checkpoint(self.checkpoint, self.time_then, facts.judged.task_share)


@dataclass(frozen=True)
class ReportRow:
    """A unit in a report, with all below it; the unit that reports with its own members alone."""

    unit_id: int
    name: str
    facts: UnitFacts
    signed_at: datetime | None = None


@dataclass(frozen=True)
class WeeklyReport:
    """A unit's report: the sum of its own members and of the frozen reports right below.

    `missing` are the names of units right below without a frozen report, `before` the counts of the
    issue before, `before_corrected` the same as known at this cut-off, `later` this issue's own counts
    as the next one knows them.
    """

    header: ReportHeader
    unit_name: str
    rows: tuple[ReportRow, ...]
    missing: tuple[str, ...] = ()
    before: Counts | None = None
    before_corrected: Counts | None = None
    later: Counts | None = None
    later_known_at: datetime | None = None

    @property
    def top(self) -> UnitFacts:
        """The sum of all rows."""
        return summed(row.facts for row in self.rows)

    @property
    def change(self) -> SinceLast | None:
        """What changed since the issue before; None in the first one."""
        if self.before is None:
            return None
        return SinceLast(self.before, self.before_corrected or self.before, self.top.counts)

    @property
    def correction(self) -> tuple[Counts, Counts] | None:
        """This issue's counts and what they became by facts recorded later; None where nothing did."""
        if self.later is None or self.later == self.top.counts:
            return None
        return self.top.counts, self.later

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The units right below whose heads have not signed their reports."""
        return tuple(row.name for row in self.rows[1:] if row.signed_at is None)
