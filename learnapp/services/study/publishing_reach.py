"""Whom publishing a draft would concern: counted by kinds of people, looked at one by one where it matters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.core.spans import spans_of
from learnapp.db.people import unit_trees
from learnapp.db.people.models import Person
from learnapp.db.progress import figure_facts, member_groups
from learnapp.db.progress.figure_facts import MemberChoice, Moment
from learnapp.domain.core.calendar import local_day
from learnapp.domain.progress.concern import PlanChange
from learnapp.domain.progress.figures import PersonFacts
from learnapp.domain.study.programme import Audience, Duty

_PEOPLE = 2_000  # looked at together


@dataclass(frozen=True)
class Reached:
    """How many people a plan asks something, for how many something would be overdue at once, and the
    first of those by id."""

    people: int
    overdue: int
    some: list[int]


def reached(
    session: Session,
    line_id: int,
    now: datetime,
    plans: tuple[Sequence[Duty], Sequence[Duty]],
    most: int,
) -> Reached:
    """Whom the first of two plans would concern in the place of the second; `most` people are named.

    Where nothing would be overdue at once for whole groups of people, only those are looked at one by
    one who were away or have moved.
    """
    change = PlanChange(*plans, now)
    groups = list(_groups(session, line_id, now))
    by_one = any(change.concern(facts).newly_overdue for facts, _ in groups)
    asked = 0 if by_one else sum(n for facts, n in groups if change.concern(facts).asked)
    late = 0
    some: list[int] = []
    choices = (
        (MemberChoice(span=span) for span in spans_of(session, Person.id, _PEOPLE))
        if by_one
        else map(MemberChoice, member_groups.people_in_none(session, line_id, now, _PEOPLE))
    )
    for choice in choices:
        found = {
            facts.person_id: change.concern(facts)
            for facts in figure_facts.facts_of(session, line_id, Moment(now), (), choice)
        }
        asked += sum(each.asked for each in found.values())
        wanted = {
            person: each.newly_overdue for person, each in found.items() if each.newly_overdue
        }
        items = frozenset[int]().union(*wanted.values())
        done = figure_facts.done_in(session, Moment(now), items, wanted) if items else {}
        behind = [person for person in wanted if wanted[person] - done.get(person, frozenset())]
        late += len(behind)
        some += behind[: most - len(some)]
    return Reached(asked, late, some)


def people_asked(
    session: Session, line_id: int, now: datetime, audiences: Collection[Audience]
) -> int:
    """How many people are in any of these audiences now."""
    due = now + timedelta(days=1)
    day = local_day(now)
    duties = [Duty(0, number, True, day, due, each) for number, each in enumerate(audiences)]
    return reached(session, line_id, now, (duties, []), 0).people


def _groups(session: Session, line_id: int, now: datetime) -> Iterator[tuple[PersonFacts, int]]:
    """What is known of a person of each group, done nothing, with how many people are in it."""
    groups = member_groups.groups_of(session, line_id, now)
    units = {each.unit_id for each in groups}
    above = unit_trees.above(session, units, line_id, Moment(now).day, None)
    for each in groups:
        facts = PersonFacts(
            person_id=0,
            unit_id=each.unit_id,
            units_above=above[each.unit_id],
            category=each.category,
            basis=each.basis,
            post=each.post,
            done_items=frozenset(),
            since=each.since,
        )
        yield facts, each.people
