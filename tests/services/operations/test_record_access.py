"""A record that staff open is entered once a day; the auditor sees it within reach, the person their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.domain.core.errors import Forbidden
from learnapp.domain.core.permissions import Permission, Role
from learnapp.domain.operations.record_access import RecordKind
from learnapp.services.operations import record_access
from learnapp.services.operations.record_access import OpenedRecord
from tests.services.refusals import refused
from tests.small_office import NOW


def _of(office, login: str = "officer") -> OpenedRecord:
    return OpenedRecord(RecordKind.PERSON, office.staff[login], Permission.PROGRESS_READ)


def test_a_record_is_entered_once_a_day_and_ones_own_never(office):
    head, seen = office.caller("head"), _of(office)
    for _ in range(2):
        record_access.note(head, seen)
    record_access.note(office.caller("head", NOW + timedelta(days=1)), seen)
    record_access.note(head, _of(office, "head"))
    assert [each.reader for each in record_access.ledger(office.caller(), None, 9)] == [
        "head甲"
    ] * 2
    assert record_access.is_entered(head, seen) and record_access.is_entered(
        head, _of(office, "head")
    )
    assert len(record_access.own(office.caller("officer"), 9)) == 2
    assert not record_access.own(office.caller("other"), 9)


def test_where_the_office_asks_a_reason_comes_first(office):
    head, seen = office.caller("head"), _of(office)
    assert not record_access.must_state(head, seen)
    record_access.choose(office.caller(), True)
    assert record_access.asks_for_reason(office.session)
    assert record_access.must_state(head, seen)
    assert not record_access.must_state(head, _of(office, "head"))
    with refused("reason_needed"):
        record_access.state(head, seen, " ")
    with pytest.raises(Forbidden):
        record_access.state(office.caller("other"), seen, "好奇")
    record_access.state(head, seen, "核对成绩")
    record_access.note(head, seen)
    assert not record_access.must_state(head, seen)
    (entry,) = record_access.own(office.caller("officer"), 9)
    assert (entry.reason, entry.person) == ("核对成绩", "officer甲")
    record_access.choose(office.caller(), False)
    assert not record_access.must_state(office.caller("marker"), seen)
    with pytest.raises(Forbidden):
        record_access.choose(office.caller("head"), True)


def test_the_ledger_is_limited_to_the_auditors_units(office):
    office.add_branch()
    record_access.note(office.caller("head"), _of(office))
    window = OpenedRecord(RecordKind.WINDOW, office.window_id, Permission.MARKS_READ)
    record_access.note(office.caller(), window)
    found = record_access.ledger(office.caller(), None, 9)
    assert [each.kind for each in found] == ["window", "person"] and found[0].exam
    assert [each.kind for each in record_access.ledger(office.caller(), found[0].id, 9)] == [
        "person"
    ]
    assert record_access.ledger(office.caller("local"), None, 9) == []
    with pytest.raises(Forbidden):
        record_access.ledger(office.caller("head"), None, 9)


def test_what_a_guidance_group_opened_is_for_the_auditor_alone(office):
    visitor = office.appoint("other", Role.INSPECTOR)
    record_access.note(visitor, _of(office))
    assert len(record_access.ledger(office.caller(), None, 9)) == 1
    assert not record_access.own(office.caller("officer"), 9)
