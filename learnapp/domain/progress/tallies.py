"""What is stored of one person in one stage: no part of it changes by the passing of time.

Each required duty is stored with when it falls due for the person and whether it is done. What was due
at an instant follows from that, so nothing has to be computed again when something falls due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

from learnapp.domain.progress.figures import Counts, DutyState, PersonFacts, duties_of
from learnapp.domain.study.programme import Duty

# The due time of what is done although it was excused: it counts as due at every instant.
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

Key = TypeVar("Key")
NOT_ASKED, EXCUSED, OPEN, DONE = ".xod"  # the signs of a packed tally


@dataclass(frozen=True)
class TallyEntry:
    """A required duty that counts for a person, excused ones apart."""

    requirement_id: int
    due_at: datetime
    done: bool


@dataclass(frozen=True)
class PersonTally:
    """A person's part in the figures of a stage: where they count, what they owe and have done."""

    unit_id: int
    entries: tuple[TallyEntry, ...]  # by requirement
    excused: frozenset[int]  # requirements excused and not done

    @property
    def owed(self) -> int:
        """How many required duties are owed."""
        return len(self.entries)

    @property
    def done(self) -> int:
        """How many of them are met."""
        return sum(each.done for each in self.entries)

    @property
    def under_half(self) -> bool:
        """Whether something is owed and less than half of it done."""
        return 2 * self.done < self.owed

    @property
    def behind_from(self) -> datetime | None:
        """When the first duty that is not done falls due; None when all is done."""
        return min((each.due_at for each in self.entries if not each.done), default=None)

    def counts(self, as_of: datetime) -> Counts:
        """The same as counts at an instant."""
        due = [each for each in self.entries if each.due_at <= as_of]
        due_done = sum(each.done for each in due)
        return Counts(
            people=1,
            owed=self.owed,
            done=self.done,
            excused=len(self.excused),
            due=len(due),
            due_done=due_done,
            under_half=int(self.under_half),
            behind=int(due_done < len(due)),
        )


def tally(facts: PersonFacts, duties: Sequence[Duty]) -> PersonTally:
    """The person's part; `duties` are those of the stage, elective ones among them."""
    if _as_planned(facts, duties):
        return PersonTally(facts.unit_id, _plain_entries(facts, duties), frozenset())
    entries, excused = [], set()
    for each in duties_of(facts, duties, ALWAYS):
        if not each.duty.required:
            continue
        if each.state is DutyState.EXCUSED:
            excused.add(each.duty.requirement_id)
        else:
            done = each.state is DutyState.DONE
            entries.append(TallyEntry(each.duty.requirement_id, each.due.at or ALWAYS, done))
    entries.sort(key=lambda each: each.requirement_id)
    return PersonTally(facts.unit_id, tuple(entries), frozenset(excused))


def _as_planned(facts: PersonFacts, duties: Sequence[Duty]) -> bool:
    """Whether no due time of the person can differ from the plan's: the case of nearly everybody."""
    if facts.absences:
        return False
    return facts.since is None or all(duty.plan_day >= facts.since for duty in duties)


def _plain_entries(facts: PersonFacts, duties: Iterable[Duty]) -> tuple[TallyEntry, ...]:
    above, done = facts.units_above, facts.done_items
    return tuple(
        TallyEntry(duty.requirement_id, duty.due_at, duty.item_id in done)
        for duty in sorted(duties, key=lambda each: each.requirement_id)
        if duty.required and duty.audience.holds(above, facts.category, facts.basis, facts.post)
    )


@dataclass(frozen=True)
class TallyPlan:
    """The requirements of a published stage as they were written: they never change again."""

    due: Mapping[int, datetime]  # by requirement, in their order

    @cached_property
    def in_due_order(self) -> Sequence[tuple[datetime, int]]:
        """(due time, place among the signs) of each requirement, the earliest first."""
        return sorted((due_at, place) for place, due_at in enumerate(self.due.values()))

    def pack(self, counted: PersonTally) -> tuple[str, dict[str, str]]:
        """The tally as stored: a sign for each requirement, and due times other than the plan's."""
        signs = dict.fromkeys(self.due, NOT_ASKED) | dict.fromkeys(counted.excused, EXCUSED)
        moved = {}
        for each in counted.entries:
            signs[each.requirement_id] = DONE if each.done else OPEN
            if each.due_at != self.due[each.requirement_id]:
                moved[str(each.requirement_id)] = each.due_at.astimezone(UTC).isoformat()
        return "".join(signs.values()), moved

    def unpack(self, unit_id: int, signs: str, moved: Mapping[str, str]) -> PersonTally:
        """The inverse of pack."""
        entries, excused = [], set()
        for (requirement_id, due_at), sign in zip(self.due.items(), signs, strict=True):
            if sign == EXCUSED:
                excused.add(requirement_id)
            elif sign != NOT_ASKED:
                own = moved.get(str(requirement_id))
                at = due_at if own is None else datetime.fromisoformat(own)
                entries.append(TallyEntry(requirement_id, at, sign == DONE))
        return PersonTally(unit_id, tuple(entries), frozenset(excused))


@dataclass
class TallyChanges:
    """What is to be added to the counters of units when people's tallies change."""

    units: dict[int, Counts]
    due: dict[tuple[int, datetime], Counts]
    requirements: dict[tuple[int, int], Counts]  # by requirement and unit

    @classmethod
    def none(cls) -> TallyChanges:
        """Nothing to add."""
        return cls({}, {}, {})

    def add(self, other: TallyChanges) -> None:
        """Add what other changes add."""
        _add_all(self.units, other.units)
        _add_all(self.due, other.due)
        _add_all(self.requirements, other.requirements)

    @property
    def touched(self) -> list[int]:
        """The units whose counters change, in order."""
        return sorted(self.units.keys())


def _add_all(found: dict[Key, Counts], more: Mapping[Key, Counts]) -> None:
    for key, counts in more.items():
        old = found.get(key)
        found[key] = counts if old is None else old + counts
