"""Whom a plan concerns is the same counted by kinds of people as looked at one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.people.models import Absence
from learnapp.db.progress import figure_facts, member_groups
from learnapp.db.progress.figure_facts import Moment
from learnapp.domain.core.calendar import local_day, week_end
from learnapp.domain.people.people import Category
from learnapp.domain.progress.figures import DutyState, duties_of
from learnapp.domain.study.programme import Audience, Duty
from learnapp.services.people import people
from learnapp.services.people.people import MembershipSpec
from learnapp.services.study import publishing_reach
from learnapp.services.study.publishing_reach import reached
from tests.small_office import NOW

LATER = NOW + timedelta(days=30)
TODAY = local_day(LATER)


def _duty(number, days, audience=Audience()):  # noqa: B008
    day = TODAY + timedelta(days=days)
    return Duty(number, 900 + number, True, day, week_end(day), audience)


PAST, COMING = _duty(1, -10), _duty(2, 10)
OF_AUXILIARIES = _duty(3, -10, Audience(categories=frozenset({Category.AUXILIARY})))
PLANS = {
    "nothing new is overdue": ([PAST, COMING], [PAST]),
    "everybody is late": ([PAST, COMING], []),
    "one group is late": ([COMING, OF_AUXILIARIES], [COMING]),
    "nobody is asked": ([_duty(4, 3, Audience(unit_ids=frozenset({12_345})))], []),
}


def _one_by_one(session, line_id, new, old):
    asked, late = 0, []
    for facts in figure_facts.facts_of(session, line_id, Moment(LATER), None):
        both = [
            {
                each.duty.item_id
                for each in duties_of(facts, plan, LATER)
                if each.state is DutyState.OVERDUE
            }
            for plan in (new, old)
        ]
        asked += bool(duties_of(facts, new, LATER))
        if both[0] - both[1]:
            late.append(facts.person_id)
    return asked, late


@pytest.fixture
def moved(office):
    """An office of which one was away when something fell due, one has moved and one is an auxiliary."""
    session = office.session
    first, second, third = sorted(office.staff.values())[:3]
    day = PAST.due_at - timedelta(hours=3)
    session.add(
        Absence(
            person_id=first, kind="leave", effect="defers", reason="", cancelled=False,
            first_day=local_day(day) - timedelta(days=1), last_day=TODAY, recorded_at=NOW,
        )
    )  # fmt: skip
    spec = MembershipSpec(office.unit_id, office.line_id, category=Category.AUXILIARY)
    people.transfer(office.system(), second, spec, TODAY - timedelta(days=5))
    people.transfer(office.system(), third, spec, local_day(NOW) - timedelta(days=900))
    session.flush()
    return office


@pytest.mark.parametrize("new, old", PLANS.values(), ids=PLANS)
@pytest.mark.parametrize("size", [1, 2_000])
def test_groups_and_persons_give_the_same(moved, monkeypatch, new, old, size):
    monkeypatch.setattr(publishing_reach, "_PEOPLE", size)
    session, line_id = moved.session, moved.line_id
    found = reached(session, line_id, LATER, (new, old), 2)
    asked, late = _one_by_one(session, line_id, new, old)
    assert (found.people, found.overdue, found.some) == (asked, len(late), late[:2])


def test_groups_and_who_is_in_none_are_everybody_once(moved):
    session, line_id = moved.session, moved.line_id
    groups = member_groups.groups_of(session, line_id, LATER)
    apart = {
        each for part in member_groups.people_in_none(session, line_id, LATER, 1) for each in part
    }
    everybody = {
        each.person_id for each in figure_facts.facts_of(session, line_id, Moment(LATER), None)
    }
    assert sum(each.people for each in groups) == len(everybody - apart)
    assert session.scalars(select(Absence.person_id)).all()[0] in apart
