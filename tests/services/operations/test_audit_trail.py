"""The audit as its readers see it: newest first, within reach, with names behind its ids."""

from __future__ import annotations

from datetime import timedelta

from learnapp.db.operations.audit import AuditFilter
from learnapp.domain.operations.timekeeping import ClockReading
from learnapp.domain.people.people import LoginKind
from learnapp.services.operations import timekeeping
from learnapp.services.operations.audit_trail import trail
from learnapp.services.people import naming
from tests.services.refusals import refused
from tests.small_office import NOW

LATER = NOW + timedelta(hours=1)


def _deed(office, login, number):
    naming.add_login(office.caller(now=LATER), office.staff[login], LoginKind.MOBILE, number)
    office.session.flush()


def test_entries_come_newest_first_by_pages_with_the_names_of_people(office):
    for login, number in (("officer", "13800000001"), ("other", "13800000002")):
        _deed(office, login, number)
    added = {"actions": ["person.login_added"]}
    first = trail(office.caller(now=LATER), AuditFilter(**added), 1)
    assert [each.subject_id for each in first.entries] == [office.staff["other"]]
    assert (first.newer, first.older) == (False, True)
    assert first.names.people[office.staff["other"]] == ("other甲", "other")
    assert first.names.people[office.staff["admin"]] == ("admin甲", "admin")
    (last,) = first.entries
    second = trail(office.caller(now=LATER), AuditFilter(**added, before=last.id), 1)
    assert [each.subject_id for each in second.entries] == [office.staff["officer"]]
    assert (second.newer, second.older) == (True, False)
    back = trail(office.caller(now=LATER), AuditFilter(**added, after=second.entries[0].id), 1)
    assert back.entries == [last]


def test_an_admin_of_a_branch_reads_of_that_branch_alone(office):
    office.add_branch()
    _deed(office, "officer", "13800000001")
    _deed(office, "local", "13800000002")
    found = trail(office.caller("local", LATER), AuditFilter(actions=["person.login_added"]), 9)
    assert [each.subject_id for each in found.entries] == [office.staff["local"]]
    assert office.staff["admin"] not in found.names.people  # whoever acted there from above


def test_what_is_about_no_unit_is_read_for_the_whole_installation_alone(office):
    office.add_branch()
    wanted = AuditFilter(actions=["clock.confirmed"])
    reading = ClockReading(NOW, 1.0, "boot")
    timekeeping.confirm(office.session, office.caller().actor, reading, timedelta(0))
    office.session.flush()
    assert len(trail(office.caller(), wanted, 9).entries) == 1
    assert trail(office.caller("local"), wanted, 9).entries == []


def test_the_audit_is_searched_by_person_and_by_time_and_read_by_admins(office):
    _deed(office, "officer", "13800000001")
    everything = trail(office.caller(now=LATER), AuditFilter(since=LATER), 9).entries
    assert [each.subject_id for each in everything] == [office.staff["officer"]]
    assert trail(office.caller(now=LATER), AuditFilter(who="nobody"), 9).entries == []
    found = trail(office.caller(now=LATER), AuditFilter(who="OFFICER", since=LATER), 9).entries
    assert found == everything
    with refused("forbidden"):
        trail(office.caller("head"), AuditFilter(), 9)
