"""One person who comes: by an admin of the unit, with a login name of their own, from a day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from learnapp.db.people.models import Person
from learnapp.db.progress.standings import of_person
from learnapp.domain.people.people import LoginKind
from learnapp.services.people import joining, people
from learnapp.services.people.joining import Joining
from tests.services.refusals import refused
from tests.small_office import NOW

TODAY = date(2026, 11, 23)
LOGIN = (LoginKind.BADGE, "300001")


def _joining(office, day=TODAY, unit_id=None):
    return Joining(people.MembershipSpec(unit_id or office.unit_id, office.line_id), day)


def test_who_joins_owes_the_programme_from_then_on(office):
    person = joining.add(office.caller(), " 王　伟 ", LOGIN, _joining(office))
    assert person.name == "王伟"
    assert of_person(office.session, person.id, NOW)[office.stage_id].counts.owed > 0


def test_a_login_name_that_somebody_holds_is_refused_before_anything_is_written(office):
    with refused("login_name_taken"):
        joining.add(office.caller(), "王伟", (LoginKind.BADGE, " OFFICER "), _joining(office))
    assert office.session.scalars(select(Person).where(Person.name == "王伟")).all() == []


def test_a_namesake_in_the_unit_is_entered_only_as_another_person(office):
    joining.add(office.caller(), "王伟", LOGIN, _joining(office))
    other = (LoginKind.BADGE, "300002")
    with refused("namesake_in_unit") as refusal:
        joining.add(office.caller(), "王 伟", other, _joining(office))
    assert refusal.params == {"name": "王伟", "logins": ["300001"]}
    elsewhere = office.add_branch()
    assert joining.add(office.caller(), "王伟", other, _joining(office, unit_id=elsewhere))
    another = replace(_joining(office), is_another=True)
    assert joining.add(office.caller(), "王伟", (LoginKind.BADGE, "300003"), another)


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 11, 24), "in_the_future"), (date(1949, 10, 1), "date_unlikely")]
)
def test_nobody_joins_tomorrow_or_before_there_was_a_service(office, day, code):
    with refused(code):
        joining.add(office.caller(), "王伟", LOGIN, _joining(office, day))


def test_an_admin_adds_people_to_units_within_reach_alone(office):
    branch = office.add_branch()
    assert joining.add(office.caller("local"), "王伟", LOGIN, _joining(office, unit_id=branch))
    with refused("not_found"):
        joining.add(office.caller("local"), "李强", (LoginKind.BADGE, "300002"), _joining(office))
    with refused("forbidden"):
        joining.add(office.caller("head"), "李强", (LoginKind.BADGE, "300002"), _joining(office))
