"""Whom a plan would concern if it took the place of another: whom it asks, what would be overdue at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from learnapp.domain.progress.figures import PersonFacts, duties_of
from learnapp.domain.study.programme import AbsenceSpan, Duty

_MOST_KINDS = 20_000


@dataclass(frozen=True)
class ConcernOfKind:
    """What the change is for people of one kind, whatever they have done.

    `newly_overdue`: items that would be overdue at once for who has not done them and are not today.
    """

    asked: bool
    newly_overdue: frozenset[int]


class PlanChange:
    """A plan (`new`) in the place of another (`old`) at an instant; people of one kind share the answer."""

    def __init__(self, new: Sequence[Duty], old: Sequence[Duty], now: datetime) -> None:
        self._new, self._old, self._now = new, old, now
        self._audiences = list({duty.audience: None for duty in (*new, *old)})
        self._known: dict[object, ConcernOfKind] = {}

    def concern(self, facts: PersonFacts) -> ConcernOfKind:
        """What the change is for a person; what they have done is not looked at."""
        asked = tuple(
            audience.holds(facts.units_above, facts.category, facts.basis, facts.post)
            for audience in self._audiences
        )
        key: tuple[tuple[bool, ...], date | None, tuple[AbsenceSpan, ...]]
        key = (asked, facts.since, facts.absences)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_KINDS:
                self._known.clear()
            found = self._known[key] = self._of(facts)
        return found

    def _of(self, facts: PersonFacts) -> ConcernOfKind:
        new, old = (self._overdue(facts, plan) for plan in (self._new, self._old))
        held = any(
            duty.audience.holds(facts.units_above, facts.category, facts.basis, facts.post)
            for duty in self._new
        )
        return ConcernOfKind(held, new - old)

    def _overdue(self, facts: PersonFacts, plan: Sequence[Duty]) -> frozenset[int]:
        """What a person of the kind who has done nothing has overdue by a plan."""
        return frozenset(
            each.duty.item_id
            for each in duties_of(facts, plan, self._now)
            if each.duty.required and each.due.at is not None and each.due.at <= self._now
        )
