"""Units by forms: added, renamed, moved with all below them, put away while nobody needs them."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.people.people import UnitKind
from learnapp.services.people import units
from learnapp.services.people.naming import NameKind, NewName
from learnapp.services.people.units import NewUnit
from tests.services.refusals import refused
from tests.small_office import FIRST_DAY

TODAY = date(2026, 11, 23)


@pytest.fixture
def branch(office):
    """The branch with an admin of its own, below the office."""
    return office.add_branch()


def _add(office, name, parent_id, login="admin"):
    new = NewUnit(name, UnitKind.POLICE, parent_id, office.line_id, FIRST_DAY)
    return units.add(office.caller(login), new).id


def test_the_tree_shows_each_unit_at_its_depth_with_members_and_heads(office, branch):
    station = _add(office, "城关派出所", branch)
    tree = units.tree_of(office.caller(), None)
    assert [(row.unit.id, row.depth, row.members) for row in tree.placed] == [
        (office.unit_id, 0, 6),
        (branch, 1, 1),
        (station, 2, 0),
    ]
    assert [each.login_name for each in tree.placed[0].heads] == ["head"]
    local = units.tree_of(office.caller("local"), None)
    assert [row.unit.id for row in local.placed] == [branch, station]


def test_two_units_under_one_parent_have_two_names_and_cousins_may_share_one(office, branch):
    first = _add(office, "城关派出所", branch)
    with refused("unit_name_taken"):
        _add(office, " 城关　派出所", branch)
    second = _add(office, "城关派出所", office.unit_id)
    labels = {units.page_of(office.caller(), each).label for each in (first, second)}
    assert len(labels) == 2


def test_a_new_name_keeps_the_old_one_readable(office, branch):
    new = NewName("东城区分局", NameKind.CHANGE, TODAY)
    assert units.rename(office.caller(), branch, new)
    assert not units.rename(office.caller(), branch, new)
    names = units.page_of(office.caller(), branch).names
    assert [each.name for each in names] == ["东城分局", "东城区分局"]
    with refused("in_the_future"):
        tomorrow = NewName("东分局", NameKind.CHANGE, date(2026, 11, 24))
        units.rename(office.caller(), branch, tomorrow)


def test_a_unit_moves_with_all_its_people_and_the_preview_moves_nobody(office, branch):
    west = _add(office, "西城分局", office.unit_id)
    where = (west, office.line_id, branch, TODAY)
    move = (branch, office.line_id, west, TODAY)
    assert units.people_moved(office.caller(), *move) == 1
    assert units.page_of(office.caller(), branch).places[0].parent_id == office.unit_id
    assert units.move(office.caller(), *move) == 1
    assert units.page_of(office.caller(), branch).places[0].parent_id == west
    with refused("unit_is_there"):
        units.move(office.caller(), *move)
    with refused("unit_below_itself"):
        units.move(office.caller(), *where)


def test_an_admin_takes_no_unit_away_from_above_their_reach(office, branch):
    station = _add(office, "城关派出所", branch, "local")
    with refused("unit_above_reach"):
        units.move(office.caller("local"), branch, office.line_id, station, TODAY)
    with refused("not_found"):
        _add(office, "城关派出所", office.unit_id, "local")


def test_a_unit_is_put_away_when_nobody_serves_in_it_and_nothing_stands_under_it(office, branch):
    station, post = _add(office, "城关派出所", branch), _add(office, "警务室", branch)
    with refused("unit_has_members"):
        units.retire(office.caller(), branch)
    units.move(office.caller(), post, office.line_id, station, TODAY)
    with refused("unit_has_children"):
        units.retire(office.caller(), station)
    assert units.retire(office.caller(), post) and units.retire(office.caller(), station)


def test_a_unit_that_was_put_away_comes_back_where_it_was_and_takes_no_unit_meanwhile(office):
    station = _add(office, "城关派出所", office.unit_id)
    assert units.retire(office.caller(), station)
    assert not units.retire(office.caller(), station)
    with refused("unit_is_retired"):
        _add(office, "警务室", station)
    assert [row.unit.id for row in units.tree_of(office.caller(), None).retired] == [station]
    assert units.restore(office.caller(), station)
    assert not units.restore(office.caller(), station)
    assert units.page_of(office.caller(), station).places[0].parent_id == office.unit_id
