"""What a row of a roster changes of whom it means, and what may be chosen for it."""

from __future__ import annotations

import pytest

from learnapp.domain.people.people import LoginKind
from learnapp.domain.people.roster_difference import (
    Field,
    RecordedPerson,
    RosterScope,
    RowChoice,
    RowKind,
    WrittenPerson,
    choices,
    contradicts,
    difference,
    usual_choice,
)

BADGE, MOBILE = LoginKind.BADGE, LoginKind.MOBILE
THERE = RecordedPerson(
    7,
    "张三",
    1,
    "establishment",
    "police_officer",
    {BADGE: "100001"},
    frozenset({("liaison", 1, 1)}),
)


def _written(**more) -> WrittenPerson:
    return WrittenPerson(**{"name": "张三", "unit_id": 1, "logins": {BADGE: "100001"}, **more})


@pytest.mark.parametrize(
    ("written", "fields", "kind"),
    [
        ({}, set(), RowKind.UNCHANGED),
        ({"name": "张 三", "roles": (("liaison", 1, 1),)}, set(), RowKind.UNCHANGED),
        ({"unit_id": 2}, {Field.UNIT}, RowKind.MOVED),
        ({"category": "auxiliary"}, {Field.CATEGORY}, RowKind.CHANGED),
        ({"basis": "seconded", "unit_id": 2}, {Field.BASIS, Field.UNIT}, RowKind.MOVED),
        ({"logins": {MOBILE: "13800000000"}}, {Field.LOGIN}, RowKind.CHANGED),
        ({"roles": (("marker", 1, 1),)}, {Field.ROLE}, RowKind.CHANGED),
        ({"name": "张山"}, {Field.NAME}, RowKind.CHANGED),
    ],
)
def test_a_row_changes_what_it_says_otherwise_and_nothing_of_what_it_leaves_empty(
    written, fields, kind
):
    found = difference(_written(**written), THERE)
    assert (found.fields, found.kind) == (fields, kind)


def test_who_retired_and_is_in_the_file_comes_back():
    gone = RecordedPerson(
        7, "张三", 1, "establishment", "police_officer", {BADGE: "100001"}, retired=True
    )
    assert difference(_written(), gone).fields == {Field.SERVICE}


def test_another_number_of_the_same_kind_contradicts_and_one_of_another_kind_does_not():
    assert contradicts({BADGE: "100002"}, THERE.logins)
    assert not contradicts({MOBILE: "13800000000"}, THERE.logins)


@pytest.mark.parametrize("scope", RosterScope)
def test_nobody_is_taken_for_gone_and_additions_change_nobody(scope):
    assert usual_choice(scope, RowKind.GONE) is RowChoice.LEAVE
    assert usual_choice(scope, RowKind.DOUBTFUL) is RowChoice.LEAVE
    assert usual_choice(scope, RowKind.NEW) is RowChoice.TAKE
    changes = usual_choice(scope, RowKind.MOVED)
    assert (changes is RowChoice.LEAVE) == (scope is RosterScope.ADDITIONS)


@pytest.mark.parametrize(
    ("kind", "doubts", "offered"),
    [
        (RowKind.NEW, [], [RowChoice.TAKE, RowChoice.LEAVE]),
        (RowKind.GONE, [], [RowChoice.TAKE, RowChoice.LEAVE]),
        (RowKind.UNCHANGED, [], []),
        (RowKind.DOUBTFUL, ["namesake"], [RowChoice.SAME, RowChoice.OTHER, RowChoice.LEAVE]),
        (RowKind.DOUBTFUL, ["login_of_another"], [RowChoice.SAME, RowChoice.LEAVE]),
        (
            RowKind.DOUBTFUL,
            ["zeros_eaten"],
            [RowChoice.PADDED, RowChoice.AS_WRITTEN, RowChoice.LEAVE],
        ),
        (RowKind.DOUBTFUL, ["zeros_eaten", "namesake"], [RowChoice.LEAVE]),
        (RowKind.DOUBTFUL, ["unit_elsewhere"], [RowChoice.OTHER, RowChoice.LEAVE]),
        (RowKind.DOUBTFUL, ["unit_unknown"], [RowChoice.LEAVE]),
    ],
)
def test_what_a_row_offers_depends_on_its_doubt_and_it_can_always_be_left(kind, doubts, offered):
    assert list(choices(kind, doubts, 1)) == offered
