"""A row of a roster means somebody by login name, else by name and unit; what it changes is found."""

from __future__ import annotations

import pytest

from learnapp.db.files import imports as import_queries
from learnapp.domain.people.roster_difference import RosterScope, RowKind
from learnapp.services.people.roster_file import _read
from learnapp.services.people.roster_matching import RosterMatching
from learnapp.services.people.roster_units import units_there
from tests.services.people.rosters import book, bring, stage

TOP = "云岭市委政法委"
UNITS = [("东城分局", ""), ("西城分局", "")]
PEOPLE = [
    ("甲", "300001", "东城分局", ""), ("乙", "300002", "东城分局", ""),
    ("丙", "300003", "西城分局", ""), ("丁", "300004", "西城分局", ""),
]  # fmt: skip


@pytest.fixture
def served(office):
    """Two units with two people each."""
    bring(office.caller(), stage(office.caller(), office.unit_id, book(UNITS, PEOPLE)).public_id)
    return office


def _staged(office, people, scope, header=None):
    data = book([], people, header) if header else book([], people)
    job = stage(office.caller(), office.unit_id, data, scope)
    found = import_queries.rows_of(office.session, job)[::-1]  # who is gone comes last
    return {row.record["name"]: row for row in found}


def test_the_difference_has_who_is_new_moved_changed_unchanged_and_gone(served):
    rows = [
        ("甲", "300001", "东城分局", ""), ("乙", "300002", "西城分局", ""),
        ("戊", "300005", "东城分局", ""),
    ]  # fmt: skip
    found = _staged(served, rows, RosterScope.UNITS)
    kinds = {name: row.type for name, row in found.items()}
    assert kinds == {
        "甲": RowKind.UNCHANGED,
        "乙": RowKind.MOVED,
        "戊": RowKind.NEW,
        "丙": RowKind.GONE,
        "丁": RowKind.GONE,
    }
    assert {name: row.decision for name, row in found.items()} == {
        "甲": "leave", "乙": "take", "戊": "take", "丙": "leave", "丁": "leave",
    }  # fmt: skip
    (change,) = found["乙"].record["changes"]
    assert (change["before"], change["after"]) == ("东城分局", "西城分局")


def test_a_file_of_additions_asks_about_nobody_and_one_of_units_only_about_its_units(served):
    rows = [("甲", "300001", "东城分局", "")]
    assert set(_staged(served, rows, RosterScope.ADDITIONS)) == {"甲"}
    assert set(_staged(served, rows, RosterScope.UNITS)) == {"甲", "乙"}
    assert {"乙", "丙", "丁"} < set(_staged(served, rows, RosterScope.TREE))


def test_a_row_without_a_login_name_means_the_one_of_that_name_in_the_unit(served):
    rows = [("甲", "", "东城分局", ""), ("甲", "", "西城分局", "")]
    job = stage(served.caller(), served.unit_id, book([], rows), RosterScope.ADDITIONS)
    first, second = import_queries.rows_of(served.session, job)
    assert (first.type, first.reasons) == (RowKind.UNCHANGED, [])
    assert [each["code"] for each in second.reasons] == ["login_name_needed"]


def test_the_same_name_with_another_number_is_a_doubt_with_whom_it_may_be(served):
    there, moved = ("甲", "300009", "东城分局", ""), ("丁", "300008", "东城分局", "")
    found = _staged(served, [there, moved], RosterScope.TREE)
    assert [each["code"] for each in found["甲"].reasons] == ["namesake"]
    (may_be,) = found["甲"].record["candidates"]
    assert (may_be["login"], may_be["unit"]) == ("300001", "东城分局")
    job = stage(
        served.caller(), served.unit_id, book([], [moved]), RosterScope.TREE
    )  # elsewhere, and gone from where they were
    first = import_queries.rows_of(served.session, job)[0]
    assert [each["code"] for each in first.reasons] == ["namesake"]


def test_login_names_of_two_people_and_of_somebody_of_another_name_are_doubts(served):
    header = ("姓名", "警号", "工号", "单位")
    found = _staged(
        served,
        [("甲", "300001", "300002", "东城分局"), ("乙乙", "300003", "", "东城分局")],
        RosterScope.ADDITIONS,
        header,
    )
    assert [each["code"] for each in found["甲"].reasons] == ["logins_of_two"]
    assert [each["code"] for each in found["乙乙"].reasons] == ["login_of_another"]


def test_a_person_is_meant_by_one_row_alone(served):
    caller = served.caller()
    rows = _read(book([], [("甲", "300001", "东城分局", ""), ("甲", "", "东城分局", "")])).people
    matching = RosterMatching(caller, units_there(caller))
    first, second = matching.match(served.session, rows)
    assert first.kind is RowKind.UNCHANGED and second.kind is RowKind.NEW
    assert [each.code for each in rows[1].troubles] == ["login_name_needed"]
