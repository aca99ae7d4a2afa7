"""The figures that may be shown, as counts: what a person owes at an instant, and sums of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from learnapp.domain.core.share import Share
from learnapp.domain.study.programme import (
    AbsenceSpan,
    Due,
    Duty,
    concerning,
    due_for,
    due_for_late_joiner,
)


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
    def of_duties(self) -> Counts:
        """What may be added over stages of the same people: duties alone, since a person is in several."""
        return Counts(
            owed=self.owed,
            done=self.done,
            excused=self.excused,
            due=self.due,
            due_done=self.due_done,
        )

    @property
    def task_share(self) -> Share:
        """done ÷ owed."""
        return Share(self.done, self.owed)

    @property
    def coverage(self) -> Share:
        """不漏一人: members with nothing due outstanding ÷ members."""
        return Share(self.people - self.behind, self.people)

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
    post: str = ""  # 岗位, empty where none is recorded


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
        if duty.audience.holds(facts.units_above, facts.category, facts.basis, facts.post)
    ]
    late = {} if facts.since is None else due_for_late_joiner(asked, facts.since)
    for duty in asked:
        due_at = late.get(duty.requirement_id, duty.due_at)
        away = concerning(facts.absences, duty.item_id)
        due = Due(None) if due_at is None else due_for(due_at, away)
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
