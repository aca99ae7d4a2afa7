"""Many tallies at once, packed as they are stored: people of one kind share the work, and units' members
are added up by columns. What comes out is what `tallies` says of each person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from learnapp.domain.core.calendar import days, local_day
from learnapp.domain.progress.figures import Counts, PersonFacts, duties_of
from learnapp.domain.progress.tallies import (
    ALWAYS,
    DONE,
    EXCUSED,
    NOT_ASKED,
    OPEN,
    TallyChanges,
    TallyPlan,
)
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan, Duty

_MOST_KINDS = 256  # some kilobytes each
_SUNDAY = 6
_ALWAYS = ALWAYS.isoformat()


class PackedTally(NamedTuple):
    """A person's tally as it is stored: a sign a requirement, due times other than the plan's."""

    unit_id: int
    signs: str
    moved: Mapping[str, str]


class StoredTally(NamedTuple):
    """All that is stored of a person: the tally packed, and the columns that follow from it."""

    packed: PackedTally
    owed: int
    done: int
    excused: int
    behind_from: datetime | None


@dataclass(frozen=True)
class _Kind:
    """What is asked of people who differ only in what they have done."""

    signs: str  # while nothing is done
    due: Sequence[tuple[datetime, int]]  # the places of what is not excused, as it falls due
    moved: Mapping[str, str]
    excused: Mapping[int, str]  # by place: the requirement


class StageReckoner:
    """Reckons what is stored of people in a stage, of which the duties never change."""

    def __init__(self, plan: TallyPlan, duties: Sequence[Duty]) -> None:
        self._plan, self._duties = plan, duties
        self._place = {requirement_id: place for place, requirement_id in enumerate(plan.due)}
        self._places: dict[int, tuple[int, ...]] = {}  # by item
        for duty in duties:
            if duty.required:
                there = self._places.get(duty.item_id, ())
                self._places[duty.item_id] = (*there, self._place[duty.requirement_id])
        self._audiences = list({duty.audience: None for duty in duties})
        self._first = min((duty.plan_day for duty in duties), default=None)
        ends = [duty.due_at for duty in duties]
        ends += [duty.stage_ends_at for duty in duties if duty.stage_ends_at is not None]
        self._due_days = {_day_of(at) for at in ends}
        self._kinds: dict[object, _Kind] = {}

    def stored(self, facts: PersonFacts) -> StoredTally:
        """What is stored of a person: `TallyPlan.pack` of `tally`, and the columns of that."""
        kind = self._kind_of(facts)
        signs, moved = list(kind.signs), kind.moved
        for item_id in facts.done_items:
            for place in self._places.get(item_id, ()):
                if signs[place] != NOT_ASKED:
                    signs[place] = DONE
        met = [name for place, name in kind.excused.items() if signs[place] == DONE]
        if met:
            moved = {**moved, **dict.fromkeys(met, _ALWAYS)}
        behind_from = next((at for at, place in kind.due if signs[place] == OPEN), None)
        text = "".join(signs)
        done = text.count(DONE)
        return StoredTally(
            PackedTally(facts.unit_id, text, moved),
            text.count(OPEN) + done,
            done,
            text.count(EXCUSED),
            behind_from,
        )

    def _kind_of(self, facts: PersonFacts) -> _Kind:
        asked = tuple(
            audience.holds(facts.units_above, facts.category, facts.basis, facts.post)
            for audience in self._audiences
        )
        late = facts.since is not None and self._first is not None and facts.since > self._first
        away = tuple(each for each in facts.absences if self._matters(each))
        key = (asked, facts.since if late else None, away)
        kind = self._kinds.get(key)
        if kind is None:
            if len(self._kinds) >= _MOST_KINDS:
                self._kinds.clear()
            kind = self._kinds[key] = self._make(facts)
        return kind

    def _matters(self, away: AbsenceSpan) -> bool:
        """Whether anything can fall due in an absence: at a week's end, at the end of a stage, or when
        the plan says."""
        if away.effect is AbsenceEffect.NONE:
            return False
        if away.item_id is not None:
            return away.item_id in self._places
        if (away.last_day - away.first_day).days >= _SUNDAY:
            return True
        inside = days(away.first_day, away.last_day)
        return any(day.weekday() == _SUNDAY or day in self._due_days for day in inside)

    def _make(self, facts: PersonFacts) -> _Kind:
        signs = [NOT_ASKED] * len(self._place)
        due: list[tuple[datetime, int]] = []
        moved, excused = {}, {}
        for each in duties_of(facts, self._duties, ALWAYS):
            duty = each.duty
            if not duty.required:
                continue
            place, name = self._place[duty.requirement_id], str(duty.requirement_id)
            if each.due.at is None:
                signs[place], excused[place] = EXCUSED, name
                continue
            signs[place] = OPEN
            due.append((each.due.at, place))
            if each.due.at != self._plan.due[duty.requirement_id]:
                moved[name] = each.due.at.astimezone(UTC).isoformat()
        return _Kind("".join(signs), sorted(due), moved, excused)


def _day_of(due_at: datetime) -> date:
    """The day to which a due time belongs: 24:00 is of the day that ends."""
    return local_day(due_at - timedelta(microseconds=1))


def difference(
    plan: TallyPlan, before: Iterable[PackedTally], after: Iterable[PackedTally]
) -> TallyChanges:
    """What is to be added to the counters of units when some tallies take the place of others.

    Raises ValueError for signs that are not as many as the plan's requirements.
    """
    found = TallyChanges.none()
    old, new = _by_unit(before), _by_unit(after)
    for unit_id in sorted(old.keys() | new.keys()):
        _add_unit(found, plan, unit_id, ((-1, old.get(unit_id, [])), (1, new.get(unit_id, []))))
    return found


def _by_unit(tallies: Iterable[PackedTally]) -> dict[int, list[PackedTally]]:
    found: dict[int, list[PackedTally]] = {}
    for each in tallies:
        found.setdefault(each.unit_id, []).append(each)
    return found


def _add_unit(
    found: TallyChanges,
    plan: TallyPlan,
    unit_id: int,
    parts: Sequence[tuple[int, Sequence[PackedTally]]],
) -> None:
    """Add what members of a unit add up to, those with sign -1 taken away."""
    width = len(plan.due)
    if any(len(each.signs) != width for _, members in parts for each in members):
        raise ValueError("signs that are not those of the plan")
    found.units[unit_id] = _whole(parts)
    by_due: dict[datetime, list[int]] = {}  # owed, done, behind
    texts = [(sign, "".join(each.signs for each in members)) for sign, members in parts]
    for place, (requirement_id, due_at) in enumerate(plan.due.items()):
        owed = done = 0
        for sign, text in texts:
            column = text[place::width]
            met = column.count(DONE)
            owed, done = owed + sign * (column.count(OPEN) + met), done + sign * met
        if owed or done:
            _shift(by_due, due_at, owed, done)
            found.requirements[requirement_id, unit_id] = Counts(owed=owed, done=done)
    for sign, members in parts:
        alike: dict[tuple[str, int], list[PackedTally]] = {}  # people of one kind share `moved`
        for each in members:
            alike.setdefault((each.signs, id(each.moved)), []).append(each)
        for same in alike.values():
            _correct(by_due, plan, same[0], sign * len(same))
    for due_at, (owed, done, behind) in by_due.items():
        found.due[unit_id, due_at] = Counts(due=owed, due_done=done, behind=behind)


def _whole(parts: Sequence[tuple[int, Sequence[PackedTally]]]) -> Counts:
    people = owed = done = excused = under_half = 0
    for sign, members in parts:
        people += sign * len(members)
        for _, signs, _ in members:
            mine = signs.count(DONE)
            asked = signs.count(OPEN) + mine
            owed, done = owed + sign * asked, done + sign * mine
            excused += sign * signs.count(EXCUSED)
            under_half += sign * (2 * mine < asked)
    return Counts(people, owed, done, excused, under_half=under_half)


def _shift(by_due: dict[datetime, list[int]], due_at: datetime, owed: int, done: int) -> None:
    found = by_due.setdefault(due_at, [0, 0, 0])
    found[0] += owed
    found[1] += done


def _correct(
    by_due: dict[datetime, list[int]], plan: TallyPlan, member: PackedTally, by: int
) -> None:
    """Move what falls due for a member at another time than the plan's, and count since when the member
    is behind; `by` so many alike, below 0 to take them away."""
    signs = member.signs
    if not member.moved:
        behind = next((at for at, place in plan.in_due_order if signs[place] == OPEN), None)
    else:
        own = {int(name): datetime.fromisoformat(at) for name, at in member.moved.items()}
        behind = None
        for (requirement_id, planned), sign in zip(plan.due.items(), signs, strict=True):
            at = own.get(requirement_id, planned)
            if at != planned and sign in (OPEN, DONE):
                _shift(by_due, planned, -by, -by * (sign == DONE))
                _shift(by_due, at, by, by * (sign == DONE))
            if sign == OPEN:
                behind = at if behind is None else min(behind, at)
    if behind is not None:
        by_due.setdefault(behind, [0, 0, 0])[2] += by
