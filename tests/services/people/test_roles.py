"""Roles: given by who reaches the person and the unit, from a day on, once."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.domain.accounts.separation import THE_THREE
from learnapp.domain.core.permissions import Permission, Role
from learnapp.services.accounts import access, separation
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


def _separate(office):
    """The officer is for security, the other for the audit, the first admin for the system."""
    (held, *_) = access.account_of(office.caller(), office.staff["root"]).grants
    access.end_grant(office.system(), office.staff["root"], held[0].id, TODAY)
    people = (office.staff[each] for each in ("root", "officer", "other"))
    separation.switch_on(office.caller(), dict(zip(THE_THREE, people, strict=True)))


def test_separated_a_role_waits_until_somebody_else_confirms_it(office):
    _separate(office)
    head, asks = office.staff["head"], office.caller("root")
    assert roles.waits_for_second(asks, Role.MARKER)
    assert roles.give(asks, head, _marker(office)) and not roles.give(asks, head, _marker(office))
    assert not office.caller("head").actor.may(Permission.ANSWER_MARK)
    confirms = office.caller("officer")
    (waits,) = roles.waiting(confirms)
    assert (waits.name, waits.request.role) == ("head甲", Role.MARKER)
    with refused("forbidden"):
        roles.decide(asks, waits.request.id, True)
    assert roles.decide(confirms, waits.request.id, True)
    assert not roles.decide(confirms, waits.request.id, False)  # decided once
    assert office.caller("head").actor.may(Permission.ANSWER_MARK)
    assert not roles.waiting(confirms)


def test_separated_nobody_confirms_what_they_asked_for_and_a_refusal_gives_nothing(office):
    _separate(office)
    security = office.caller("officer")
    roles.give(security, office.staff["head"], _marker(office))
    (waits,) = roles.waiting(security)
    with refused("own_case"):
        roles.decide(security, waits.request.id, True)
    office.appoint("marker")
    roles.grant(office.system(), office.staff["marker"], _of_security(office))
    second = office.caller("marker")
    assert roles.decide(second, waits.request.id, False)
    assert not office.caller("head").actor.may(Permission.ANSWER_MARK)


def _of_security(office):
    (held, *_) = access.account_of(office.system(), office.staff["marker"]).grants
    access.end_grant(office.system(), office.staff["marker"], held[0].id, TODAY)
    return NewGrant(Role.SECURITY_ADMIN, office.unit_id, office.line_id, TODAY)
