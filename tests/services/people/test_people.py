"""People and units over time: an end is a row of its own, and nothing that was recorded goes."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.db.people import history
from learnapp.db.people.unit_trees import parents_on
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.services.people import people
from learnapp.services.people.people import MembershipSpec
from tests.services.refusals import refused
from tests.small_office import FIRST_DAY

TODAY = date(2026, 11, 23)


def _served(office, who):
    rows = history.counting_on_line(office.session, who, office.line_id)
    return [(row.unit_id, row.valid_from, row.valid_to) for row in rows]


def test_a_transfer_ends_the_old_posting_that_day_also_a_past_one(office):
    branch, who = office.add_branch(), office.staff["officer"]
    people.transfer(office.caller(), who, MembershipSpec(branch, office.line_id), date(2026, 3, 1))
    assert _served(office, who) == [
        (office.unit_id, FIRST_DAY, date(2026, 3, 1)),
        (branch, date(2026, 3, 1), None),
    ]


def test_the_newest_decision_rules_from_its_day_on(office):
    branch, who = office.add_branch(), office.staff["officer"]
    here, there = (MembershipSpec(each, office.line_id) for each in (office.unit_id, branch))
    people.transfer(office.caller(), who, there, date(2026, 12, 1))
    people.transfer(office.caller(), who, here, TODAY)
    assert _served(office, who) == [
        (office.unit_id, FIRST_DAY, TODAY),
        (office.unit_id, TODAY, None),
    ]


def test_a_person_counts_once_on_a_line(office):
    post = MembershipSpec(office.unit_id, office.line_id)
    with refused("membership_counts_already"):
        people.join(office.system(), office.staff["officer"], post, TODAY)


def test_nobody_is_moved_to_a_unit_that_the_actor_does_not_reach(office):
    office.add_branch()
    staff, post = office.staff, MembershipSpec(office.unit_id, office.line_id)
    with refused("not_found"):
        branch = MembershipSpec(0, office.line_id)
        people.transfer(office.caller(), staff["officer"], branch, TODAY)
    with refused("person_unknown"):
        people.transfer(office.caller("local"), staff["officer"], post, TODAY)


def test_a_unit_stands_under_one_parent_at_a_time(office):
    branch = office.add_branch()
    office_of = people.add_unit(office.system(), " 城关　派出所 ", UnitKind.POLICE, 3).id
    people.place_unit(office.system(), office.line_id, branch, office_of, FIRST_DAY)
    people.place_unit(office.system(), office.line_id, office.unit_id, office_of, TODAY)
    office.session.flush()
    before, after = (
        parents_on(office.session, office.line_id, day)[office_of] for day in (FIRST_DAY, TODAY)
    )
    assert (before, after) == (branch, office.unit_id)


@pytest.mark.parametrize(
    ("name", "login", "code"),
    [("　", "300001", "name_needed"), ("王伟", " Officer", "login_name_taken")],
)
def test_a_person_has_a_name_and_a_login_name_of_their_own(office, name, login, code):
    with refused(code):
        people.add_person(office.system(), name, [(LoginKind.BADGE, login)])
