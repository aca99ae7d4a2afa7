"""The figures that may be shown (DESIGN.md section 3): counts are stored, shares are derived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import StudyCalendar, local_day, week_of
from learnapp.domain.study.programme import AbsenceSpan, Due, Duty, due_for, due_for_late_joiner


@dataclass(frozen=True)
class Share:
    """A part of a whole, stored as counts; nothing owed is not 100 %."""

    part: int
    whole: int

    @property
    def permille(self) -> int | None:
        """Thousandths, rounded down towards incompleteness; None when the whole is nothing.

        1000 only when nothing is missing, 0 only when nothing is done. For bars and labels alone:
        decisions are made on the counts.
        """
        return self.of(1000)

    def of(self, scale: int) -> int | None:
        """The same as a whole number of `scale` parts: of(100) is the per cent."""
        if self.whole == 0:
            return None
        return max(scale * self.part // self.whole, min(self.part, 1))

    def at_least(self, numerator: int, denominator: int) -> bool:
        """Whether part/whole ≥ numerator/denominator, exactly; False for an empty whole."""
        return self.whole > 0 and self.part * denominator >= numerator * self.whole


@dataclass(frozen=True)
class Counts:
    """What one person, or any set of people, owed and did; adding is how a parent is computed."""

    people: int = 0
    owed: int = 0
    done: int = 0
    excused: int = 0
    due: int = 0
    due_done: int = 0
    under_half: int = 0  # people with something owed and less than half of it done
    behind: int = 0  # people with something due and not done

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.people + other.people,
            self.owed + other.owed,
            self.done + other.done,
            self.excused + other.excused,
            self.due + other.due,
            self.due_done + other.due_done,
            self.under_half + other.under_half,
            self.behind + other.behind,
        )

    @property
    def task_share(self) -> Share:
        """done ÷ owed."""
        return Share(self.done, self.owed)

    @property
    def due_share(self) -> Share:
        """The same over what was due."""
        return Share(self.due_done, self.due)


@dataclass(frozen=True)
class PersonFacts:
    """What is known of one counting member at a day: where, as what, done what, away when."""

    person_id: int
    unit_id: int
    units_above: frozenset[int]  # the own unit and all above it on the programme's line
    category: str
    basis: str
    done_items: frozenset[int]
    absences: tuple[AbsenceSpan, ...] = ()
    since: date | None = None  # since when the line has counted the person without a gap


class DutyState(StrEnum):
    """What one person's duty is at an instant."""

    DONE = "done"
    OWED = "owed"
    OVERDUE = "overdue"
    EXCUSED = "excused"


@dataclass(frozen=True)
class PersonDuty:
    """One duty of one person: its state and when it falls due for them."""

    duty: Duty
    state: DutyState
    due: Due


def duties_of(facts: PersonFacts, duties: Iterable[Duty], as_of: datetime) -> list[PersonDuty]:
    """Each duty whose audience holds the person, with its state at `as_of`."""
    found = []
    asked = [
        duty
        for duty in duties
        if duty.audience.holds(facts.units_above, facts.category, facts.basis)
    ]
    late = {} if facts.since is None else due_for_late_joiner(asked, facts.since)
    for duty in asked:
        due_at = late.get(duty.requirement_id, duty.due_at)
        due = Due(None) if due_at is None else due_for(due_at, facts.absences)
        if duty.item_id in facts.done_items:
            state = DutyState.DONE
        elif due.at is None:
            state = DutyState.EXCUSED
        else:
            state = DutyState.OVERDUE if due.at <= as_of else DutyState.OWED
        found.append(PersonDuty(duty, state, due))
    return found


def count_person(facts: PersonFacts, duties: Iterable[Duty], as_of: datetime) -> Counts:
    """What one counting member owed and did of the required duties at `as_of`.

    An excused duty that is not done leaves `owed`; one that is done counts in both.
    """
    owed = done = excused = due = due_done = 0
    for each in duties_of(facts, duties, as_of):
        if not each.duty.required:
            continue
        if each.state is DutyState.EXCUSED:
            excused += 1
            continue
        met = each.state is DutyState.DONE
        owed += 1
        done += met
        if each.due.at is None or each.due.at <= as_of:
            due += 1
            due_done += met
    return Counts(
        people=1,
        owed=owed,
        done=done,
        excused=excused,
        due=due,
        due_done=due_done,
        under_half=int(2 * done < owed),
        behind=int(due_done < due),
    )


def time_share(calendar: StudyCalendar, first: date, last: date, as_of: datetime) -> Share:
    """Study days of the stage before `as_of`'s local date ÷ study days of the stage."""
    study_days = calendar.study_days(first, last)
    today = local_day(as_of)
    return Share(sum(1 for day in study_days if day < today), len(study_days))


class Verdict(StrEnum):
    """Pace in a word; a page adds a shape."""

    AHEAD = "ahead"  # 超前
    ON_PACE = "on_pace"  # 基本同步
    BEHIND = "behind"  # 滞后
    FAR_BEHIND = "far_behind"  # 严重滞后
    NOTHING_OWED = "nothing_owed"
    NOT_BEGUN = "not_begun"


def _pace_at_least(time: Share, task: Share, percent: int) -> bool:
    """Whether task_share ÷ time_share ≥ percent/100, in whole numbers."""
    return task.part * time.whole * 100 >= percent * task.whole * time.part


def verdict(time: Share, task: Share) -> Verdict:
    """超前 ≥ 1, 基本同步 ≥ 0.95, 滞后 ≥ 0.8, 严重滞后 below; undefined while no time has passed."""
    if task.whole == 0:
        return Verdict.NOTHING_OWED
    if time.part == 0:
        return Verdict.NOT_BEGUN
    steps = ((100, Verdict.AHEAD), (95, Verdict.ON_PACE), (80, Verdict.BEHIND))
    for percent, word in steps:
        if _pace_at_least(time, task, percent):
            return word
    return Verdict.FAR_BEHIND


@dataclass(frozen=True)
class Checkpoint:
    """What a unit is judged by: its shares at the end of the last study week that is over."""

    day: date  # the last one of that week
    time: Share
    task: Share

    @property
    def verdict(self) -> Verdict:
        """The pace of that day in a word."""
        return verdict(self.time, self.task)


def last_checkpoint(first: date, as_of: datetime) -> date | None:
    """The last day of the last study week that is over, of a stage that begins on `first`; None before
    the stage's first week has ended.

    What is planned for a day is due by its week's end: in mid-week everybody would lag.
    """
    sunday = week_of(local_day(as_of))[0] - timedelta(days=1)
    return sunday if sunday >= first else None


def half_time_half_task(time: Share, task: Share, judged: Checkpoint | None) -> bool:
    """时间过半、任务过半 holds iff time ≥ ½ and task ≥ ½ now, and pace ≥ 0.95 at the last checkpoint."""
    return (
        time.at_least(1, 2)
        and task.at_least(1, 2)
        and judged is not None
        and judged.time.part > 0
        and judged.task.whole > 0
        and _pace_at_least(judged.time, judged.task, 95)
    )


def gap_to_half(time: Share, task: Share, judged: Checkpoint | None) -> int:
    """How many more duties must be done for the sentence to hold; 0 when tasks are not the reason.

    For the pace: as many as were missing at the checkpoint, less what has been done since.
    """
    if task.whole == 0 or not time.at_least(1, 2):
        return 0
    for_half = -(-task.whole // 2)
    for_pace = 0
    if judged is not None and judged.time.whole:
        for_pace = -(-95 * task.whole * judged.time.part // (100 * judged.time.whole))
    return max(0, for_half - task.part, for_pace - task.part)


@dataclass(frozen=True)
class Lead:
    """How far the task is ahead of the time: which way by the counts, how far as shares are shown."""

    ahead: bool | None  # None: neither
    tenths: int  # of a percentage point, never below 0


def lead(time: Share, task: Share) -> Lead | None:
    """Task share less time share; None when either is undefined."""
    if time.permille is None or task.permille is None:
        return None
    exact = task.part * time.whole - time.part * task.whole
    return Lead(None if exact == 0 else exact > 0, abs(task.permille - time.permille))
