"""A person over time: what they were called, how they signed in, where they served."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.domain.people.people import LoginKind
from learnapp.services.people import life, naming, people, postings
from learnapp.services.people.naming import NameKind, NewName
from learnapp.services.people.people import MembershipSpec
from tests.services.refusals import refused
from tests.small_office import NOW

TODAY = date(2026, 11, 23)


def test_a_life_shows_earlier_names_and_login_names_and_postings_newest_first(office):
    who, branch = office.staff["officer"], office.add_branch()
    later = office.caller(now=NOW + timedelta(days=2))
    naming.rename(later, who, NewName("王伟", NameKind.CHANGE, date(2026, 11, 24)))
    naming.add_login(later, who, LoginKind.MOBILE, "13800000000")
    people.transfer(later, who, MembershipSpec(branch, office.line_id), date(2026, 11, 24))
    office.session.flush()
    found = life.of_person(later, who)
    assert [each.name for each in found.names] == ["officer甲", "王伟"]
    assert [each.name for each in found.logins] == ["officer", "13800000000"]
    assert [(unit, row.valid_to) for row, unit, _line in found.postings] == [
        ("东城分局", None),
        ("云岭市委政法委", date(2026, 11, 24)),
    ]
    assert not found.many_lines


def test_a_life_can_be_read_after_the_person_has_left(office):
    who = office.staff["officer"]
    postings.retire(office.caller(), who)
    assert life.of_person(office.caller(), who).postings


def test_a_life_is_read_by_admins_who_reach_the_person(office):
    office.add_branch()
    with refused("person_unknown"):
        life.of_person(office.caller("local"), office.staff["officer"])
    with refused("forbidden"):
        life.of_person(office.caller("head"), office.staff["officer"])
