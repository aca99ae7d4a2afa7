"""Postings of a person: a transfer, a second posting beside the first, leaving and coming back."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.db.people import history
from learnapp.db.people.models import Person
from learnapp.db.progress.standings import of_person
from learnapp.domain.people.people import Basis
from learnapp.services.people import postings
from learnapp.services.people.people import DaySpan, MembershipSpec
from tests.services.refusals import refused
from tests.small_office import FIRST_DAY, NOW

TODAY = date(2026, 11, 23)
YEAR = DaySpan(TODAY, date(2027, 11, 23))
MONTH = DaySpan(TODAY, date(2026, 12, 23))


@pytest.fixture
def branch(office):
    """A branch below the office, to be posted to."""
    return office.add_branch()


def _counting(office, who):
    rows = history.counting_on_line(office.session, who, office.line_id)
    return [(row.unit_id, row.valid_from, row.valid_to) for row in rows]


def _second(office, unit_id, span, basis=Basis.SECONDED):
    post = MembershipSpec(unit_id, office.line_id, basis)
    return postings.second(office.caller(), office.staff["officer"], post, span)


def test_who_is_seconded_for_long_counts_there_meanwhile_and_here_again_after_it(office, branch):
    assert _second(office, branch, YEAR)
    assert _counting(office, office.staff["officer"]) == [
        (office.unit_id, FIRST_DAY, TODAY),
        (branch, TODAY, YEAR.end),
        (office.unit_id, YEAR.end, None),
    ]


@pytest.mark.parametrize(("span", "basis"), [(MONTH, Basis.SECONDED), (YEAR, Basis.POSTED)])
def test_a_short_secondment_or_another_second_posting_leaves_the_figures_here(
    office, branch, span, basis
):
    assert not _second(office, branch, span, basis)
    who = office.staff["officer"]
    assert _counting(office, who) == [(office.unit_id, FIRST_DAY, None)]
    assert of_person(office.session, who, NOW)[office.stage_id].unit_id == office.unit_id


def test_a_second_posting_is_elsewhere_has_a_basis_and_a_day(office, branch):
    with refused("posting_as_it_is"):
        _second(office, office.unit_id, MONTH)
    with refused("posting_needs_basis"):
        _second(office, branch, MONTH, Basis.ESTABLISHMENT)
    with refused("dates_out_of_order"):
        _second(office, branch, DaySpan(TODAY, TODAY))


def test_a_second_posting_does_not_span_a_change_of_the_first_one(office, branch):
    who, there = office.staff["officer"], MembershipSpec(branch, office.line_id)
    postings.move(office.caller(), who, there, date(2026, 12, 1))
    with refused("posting_meanwhile"):
        _second(office, branch, YEAR)


def test_a_second_posting_ends_on_its_day_the_first_one_only_by_transfer(office, branch):
    who = office.staff["officer"]
    _second(office, branch, MONTH)
    second, home = (each.membership for each in history.postings_of(office.session, who))
    assert postings.end_second(office.caller(), who, second.id, date(2026, 12, 1))
    (row, *_) = (each.membership for each in history.postings_of(office.session, who))
    assert row.valid_to == date(2026, 12, 1)
    assert not postings.end_second(office.caller(), who, row.id, date(2026, 12, 1))
    with refused("posting_counts"):
        postings.end_second(office.caller(), who, home.id, TODAY)


def test_a_transfer_to_where_the_person_serves_already_is_refused(office):
    here = MembershipSpec(office.unit_id, office.line_id)
    with refused("posting_as_it_is"):
        postings.move(office.caller(), office.staff["officer"], here, TODAY)


def test_who_leaves_is_in_no_figure_and_has_no_role_until_they_come_back(office):
    who = office.staff["marker"]
    postings.retire(office.caller(), who)
    office.session.flush()
    assert office.session.get_one(Person, who).retired_at
    assert not of_person(office.session, who, NOW) and not office.caller("marker").actor.grants
    assert postings.bring_back(office.caller(), who)
    assert not postings.bring_back(office.caller(), who)
    assert of_person(office.session, who, NOW) and not office.caller("marker").actor.grants


def test_the_last_admin_of_a_unit_who_may_sign_in_cannot_leave(office):
    postings.retire(office.caller("root"), office.staff["admin"])
    office.session.flush()
    with refused("last_admin"):
        postings.retire(office.system(), office.staff["root"])


def test_the_posting_that_counts_today_is_the_one_in_force(office, branch):
    who = office.staff["officer"]
    there = MembershipSpec(branch, office.line_id)
    postings.move(office.caller(), who, there, date(2026, 12, 1))
    assert postings.counting_today(office.caller(), who).unit_id == office.unit_id
