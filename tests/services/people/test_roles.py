"""Roles: given by who reaches the person and the unit, from a day on, once."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.domain.core.permissions import Permission, Role
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.services.refusals import refused
from tests.small_office import NOW

TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)


def _marker(office, from_day=TODAY, to_day=None, unit_id=None):
    return NewGrant(Role.MARKER, unit_id or office.unit_id, office.line_id, from_day, to_day)


def test_a_role_holds_from_its_day_until_before_its_end(office):
    who = office.staff["officer"]
    assert roles.give(office.caller(), who, _marker(office, TOMORROW, TOMORROW + timedelta(days=1)))
    assert [
        office.caller("officer", NOW + timedelta(days=days)).actor.may(Permission.ANSWER_MARK)
        for days in (0, 1, 2)
    ] == [False, True, False]


def test_a_role_that_holds_already_is_not_given_twice(office):
    who = office.staff["officer"]
    assert roles.grant(office.caller(), who, _marker(office))
    assert not roles.grant(office.caller(), who, _marker(office))
    alone = NewGrant(Role.MARKER, office.unit_id, None, TODAY)
    assert roles.grant(office.caller(), who, alone)  # over the unit alone is another role


def test_a_role_is_given_from_today_on_for_a_day_at_least(office):
    who = office.staff["officer"]
    with refused("begins_in_the_past"):
        roles.give(office.caller(), who, _marker(office, date(2026, 11, 22)))
    with refused("dates_out_of_order"):
        roles.give(office.caller(), who, _marker(office, TODAY, TODAY))


def test_nobody_gives_themselves_a_role_nor_one_beyond_their_reach(office):
    branch = office.add_branch()
    with refused("own_case"):
        roles.grant(office.caller(), office.staff["admin"], _marker(office))
    with refused("person_unknown"):
        roles.grant(office.caller("local"), office.staff["officer"], _marker(office))
    with refused("forbidden"):
        roles.grant(office.caller("head"), office.staff["officer"], _marker(office))
    assert roles.grant(office.caller(), office.staff["local"], _marker(office, unit_id=branch))
