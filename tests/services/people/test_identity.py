"""What a person's own page says of them."""

from __future__ import annotations

from datetime import date

from learnapp.domain.people.people import Basis, LoginKind
from learnapp.services.people import naming, postings
from learnapp.services.people.identity import identity_of
from learnapp.services.people.people import DaySpan, MembershipSpec

TODAY = date(2026, 11, 23)


def test_the_unit_where_the_person_counts_stands_first(office):
    branch = office.add_branch()
    who = office.staff["officer"]
    month = DaySpan(TODAY, date(2026, 12, 23))
    post = MembershipSpec(branch, office.line_id, Basis.TASKED)
    assert not postings.second(office.caller(), who, post, month)
    assert identity_of(office.session, who, TODAY).units == ["云岭市委政法委", "东城分局"]
    assert identity_of(office.session, who, month.end).units == ["云岭市委政法委"]


def test_login_names_are_those_that_open_the_account_now(office):
    who = office.staff["officer"]
    naming.add_login(office.caller(), who, LoginKind.MOBILE, "13800000000")
    office.session.flush()
    assert set(identity_of(office.session, who, TODAY).login_names) == {"officer", "13800000000"}
