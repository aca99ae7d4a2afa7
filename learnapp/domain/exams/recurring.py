"""Exams that recur: what a kind of exam is usually like, and when each of a series takes place."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from learnapp.domain.core.calendar import ZONE, StudyCalendar, end_of, local_day, week_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.exams import (
    CountingRule,
    ExamKind,
    Release,
    WindowKind,
    WindowTimes,
)
from question_bank.model import QuestionType

THURSDAY = 3
MOST_AT_ONCE = 120  # exams of one series: a test each week for over two years


@dataclass(frozen=True)
class Timetable:
    """When an exam of a kind takes place.

    A weekly one opens on a weekday (0 is Monday) and closes so many days later; the others have
    `batches` on days of their own, `apart` study days from each other, within one day each.
    `make_up_days`: how long after the close the absent may still sit it; 0 for no make-up.
    """

    weekday: int
    opens: time
    days: int
    closes: time
    make_up_days: int
    batches: int = 1
    apart: int = 1


@dataclass(frozen=True)
class KindDefaults:
    """What an exam of a kind is like unless the office says otherwise.

    `questions` by type with `marks` (whole) each; `usual` the least and the most questions that
    are usual; `pass_percent` of the full marks.
    """

    timetable: Timetable
    minutes: int
    tries: int
    questions: Mapping[QuestionType, int]
    marks: int
    usual: tuple[int, int]
    counts: CountingRule = CountingRule.BEST
    release: Release = Release.AT_ONCE
    pass_percent: int = 60


_DAY = (time(9), time(18))
DEFAULTS: Mapping[ExamKind, KindDefaults] = {
    ExamKind.WEEKLY: KindDefaults(
        Timetable(THURSDAY, time(18), 3, time(22), make_up_days=3),
        minutes=20,
        tries=3,
        questions={
            QuestionType.SINGLE: 10,
            QuestionType.MULTIPLE: 4,
            QuestionType.TRUE_FALSE: 6,
        },
        marks=5,
        usual=(10, 20),
    ),
    ExamKind.MONTHLY: KindDefaults(
        Timetable(THURSDAY, _DAY[0], 0, _DAY[1], make_up_days=0, batches=2),
        minutes=60,
        tries=1,
        questions={
            QuestionType.SINGLE: 25,
            QuestionType.MULTIPLE: 10,
            QuestionType.TRUE_FALSE: 15,
        },
        marks=2,
        usual=(50, 100),
        release=Release.AT_CLOSE,
    ),
    ExamKind.STAGE: KindDefaults(
        Timetable(THURSDAY, _DAY[0], 0, _DAY[1], make_up_days=0, batches=2),
        minutes=90,
        tries=1,
        questions={
            QuestionType.SINGLE: 50,
            QuestionType.MULTIPLE: 20,
            QuestionType.TRUE_FALSE: 30,
        },
        marks=1,
        usual=(50, 100),
        release=Release.AT_CLOSE,
    ),
    ExamKind.TRIAL: KindDefaults(
        Timetable(THURSDAY, _DAY[0], 0, _DAY[1], make_up_days=0),
        minutes=10,
        tries=3,
        questions={QuestionType.SINGLE: 3, QuestionType.TRUE_FALSE: 2},
        marks=20,
        usual=(3, 20),
    ),
}


@dataclass(frozen=True)
class Occurrence:
    """One exam of a series: the day that names it, its batches, its make-up.

    `cut`: its close was later than the span allows and is the span's end.
    """

    day: date
    windows: tuple[WindowTimes, ...]
    make_up: WindowTimes | None = None
    cut: bool = False


@dataclass(frozen=True)
class Series:
    """The exams of a series; `without`: the first days of weeks in which none takes place, because
    no day of them is a study day."""

    exams: tuple[Occurrence, ...]
    without: tuple[date, ...] = ()


def plan_series(
    kind: ExamKind,
    timetable: Timetable,
    span: tuple[date, date],
    calendar: StudyCalendar,
    now: datetime,
) -> Series:
    """The exams of a kind within a span of days (both included) whose first window is not over.

    A weekly test in each study week that has a study day; a monthly exam on the last study days of
    each month that the span has a third of or more; a stage test on the last of the span; a trial on
    the first that is left.
    Raises RuleBroken: dates_out_of_order, no_exam_fits, too_many_exams.
    """
    first, last = span
    if last < first:
        raise RuleBroken("last_day", "dates_out_of_order")
    if timetable.days == 0 and timetable.closes <= timetable.opens:
        raise RuleBroken("closes", "dates_out_of_order")
    if kind is ExamKind.WEEKLY:
        series = _weekly(timetable, span, calendar)
    else:
        chosen = list(_exam_days(kind, timetable, span, calendar, now))
        series = Series(tuple(_on_days(timetable, each) for each in chosen))
    coming = tuple(each for each in series.exams if each.windows[-1].closes_at > now)
    ahead = tuple(_from_now(each, now) for each in coming)
    if not ahead:
        raise RuleBroken("last_day", "no_exam_fits")
    if len(ahead) > MOST_AT_ONCE:
        raise RuleBroken("last_day", "too_many_exams", most=MOST_AT_ONCE)
    return Series(ahead, tuple(day for day in series.without if end_of(day) > now))


def _from_now(exam: Occurrence, now: datetime) -> Occurrence:
    """An exam without the batches that are over."""
    left = tuple(each for each in exam.windows if each.closes_at > now)
    return Occurrence(exam.day, left, exam.make_up, exam.cut)


def _weekly(timetable: Timetable, span: tuple[date, date], calendar: StudyCalendar) -> Series:
    first, last = span
    monday = week_of(first)[0]
    found: list[Occurrence] = []
    without: list[date] = []
    while monday <= last:
        day = monday + timedelta(days=timetable.weekday)
        if first <= day <= last:
            if calendar.study_days(max(monday, first), min(monday + timedelta(days=6), last)):
                found.append(_in_week(timetable, day, last))
            else:
                without.append(monday)
        monday += timedelta(days=7)
    return Series(tuple(found), tuple(without))


def _in_week(timetable: Timetable, day: date, last: date) -> Occurrence:
    opens_at = _at(day, timetable.opens)
    wanted = _at(day + timedelta(days=timetable.days), timetable.closes)
    closes_at = min(wanted, end_of(last))
    return Occurrence(
        day,
        (WindowTimes(opens_at, closes_at),),
        _make_up(timetable, closes_at),
        cut=closes_at < wanted,
    )


def _exam_days(
    kind: ExamKind,
    timetable: Timetable,
    span: tuple[date, date],
    calendar: StudyCalendar,
    now: datetime,
) -> Iterator[list[date]]:
    """The days of the batches of each exam, in order."""
    first, last = span
    study_days = calendar.study_days(first, last)
    if kind is ExamKind.TRIAL:
        ahead = [day for day in study_days if _at(day, timetable.closes) > now]
        yield from _nonempty(ahead[:: timetable.apart][: timetable.batches])
        return
    if kind is ExamKind.STAGE:
        yield from _nonempty(_last_days(study_days, timetable))
        return
    for here in _months(study_days, calendar):
        yield from _nonempty(_last_days(here, timetable))


def _months(study_days: Sequence[date], calendar: StudyCalendar) -> list[list[date]]:
    """The study days by month, without the months of which they are less than a third: a stage that
    begins in a month's last days has its first exam at the end of the next. All where none is more."""
    months: dict[tuple[int, int], list[date]] = {}
    for day in study_days:
        months.setdefault((day.year, day.month), []).append(day)
    whole = {
        (year, month): len(
            calendar.study_days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        )
        for year, month in months
    }
    most = [here for month, here in months.items() if 3 * len(here) >= whole[month]]
    return most or list(months.values())


def _nonempty(found: list[date]) -> Iterator[list[date]]:
    if found:
        yield found


def _last_days(study_days: Sequence[date], timetable: Timetable) -> list[date]:
    """So many of the last study days, `apart` from one another, in order."""
    back = list(reversed(study_days))[:: timetable.apart]
    return sorted(back[: timetable.batches])


def _on_days(timetable: Timetable, chosen: Sequence[date]) -> Occurrence:
    windows = tuple(
        WindowTimes(_at(day, timetable.opens), _at(day, timetable.closes)) for day in chosen
    )
    return Occurrence(chosen[0], windows, _make_up(timetable, windows[-1].closes_at))


def _make_up(timetable: Timetable, closes_at: datetime) -> WindowTimes | None:
    """From the close, so many days, until the time of day at which the exam itself closes."""
    if not timetable.make_up_days:
        return None
    # An exam that ends at 24:00 ends on the day before that midnight.
    day = local_day(closes_at - timedelta(microseconds=1)) + timedelta(days=timetable.make_up_days)
    return WindowTimes(closes_at, _at(day, timetable.closes))


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZONE)


@dataclass(frozen=True)
class Shift:
    """By how much the openings and the closes of an exam's windows move."""

    opens: timedelta = timedelta()
    closes: timedelta = timedelta()


STILL = Shift()


def shifted(kind: WindowKind, span: WindowTimes, shift: Shift) -> WindowTimes:
    """A window's times after a shift: a batch moves as it is; a make-up and the like follows the
    close as a whole; 补学 runs from the opening."""
    if kind in (WindowKind.MAIN, WindowKind.REMEDIAL):
        return WindowTimes(span.opens_at + shift.opens, span.closes_at + shift.closes)
    return WindowTimes(span.opens_at + shift.closes, span.closes_at + shift.closes)
