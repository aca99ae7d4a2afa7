"""Names and login names of a person: changed from a day on, put right, added and ended."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.db.people import history
from learnapp.db.people.models import Person
from learnapp.domain.people.people import LoginKind
from learnapp.services.people import naming
from learnapp.services.people.naming import NameKind, NewName
from tests.services.refusals import refused

TODAY = date(2026, 11, 23)


def _new(name, day=TODAY):
    return NewName(name, NameKind.CHANGE, day)


def test_a_new_name_is_shown_and_found_at_once_and_the_old_one_stays_readable(office):
    who = office.staff["officer"]
    assert naming.rename(office.caller(), who, _new("王　伟 "))
    assert not naming.rename(office.caller(), who, _new("王伟"))
    person = office.session.get_one(Person, who)
    assert person.name == "王伟" and "wangwei" in person.search_key.replace(" ", "")
    assert [each.name for each in history.names_of(office.session, who)] == ["officer甲", "王伟"]


def test_a_name_holds_from_today_or_a_day_before_it(office):
    who = office.staff["officer"]
    with refused("in_the_future"):
        naming.rename(office.caller(), who, _new("王伟", date(2026, 11, 24)))
    assert naming.rename(office.caller(), who, _new("王伟", date(2020, 1, 1)))
    days = [each.valid_from for each in history.names_of(office.session, who)]
    assert days == [date(2020, 1, 1)] * 2  # the old name is never younger than the new one


@pytest.mark.parametrize(("name", "code"), [("　 ", "name_needed"), ("伟" * 201, "value_too_long")])
def test_a_name_is_neither_empty_nor_endless(office, name, code):
    with refused(code):
        naming.rename(office.caller(), office.staff["officer"], _new(name))


def test_a_login_name_belongs_to_one_person_at_a_time(office):
    staff = office.staff
    assert naming.add_login(office.caller(), staff["officer"], LoginKind.BADGE, "300001")
    assert not naming.add_login(office.caller(), staff["officer"], LoginKind.BADGE, " 300001 ")
    with refused("login_name_taken"):
        naming.add_login(office.caller(), staff["other"], LoginKind.BADGE, "300001")
    ended = history.logins_over_time(office.session, staff["officer"])[-1]
    assert naming.end_login(office.caller(), staff["officer"], ended.id)
    assert not naming.end_login(office.caller(), staff["officer"], ended.id)
    assert naming.add_login(office.caller(), staff["other"], LoginKind.BADGE, "300001")


def test_the_only_login_name_of_a_person_cannot_end(office):
    who = office.staff["officer"]
    (only,) = history.logins_over_time(office.session, who)
    with refused("last_login"):
        naming.end_login(office.caller(), who, only.id)
    with refused("login_unknown"):
        naming.end_login(office.caller(), office.staff["other"], only.id)
