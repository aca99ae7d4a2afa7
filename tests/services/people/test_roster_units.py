"""Which unit a cell of a roster means, new or there."""

from __future__ import annotations

from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.people.roster_file import RosterRow
from learnapp.services.people.roster_units import place_unit, unit_of, written_unit

TREE = [(1, "市局", None), (2, "派出所", 1), (3, "分局", 1), (4, "派出所", 3)]


def test_a_unit_is_named_with_the_one_above_it_where_the_row_says_so():
    assert written_unit({"unit": "派出所", "above": "分局"}) == "分局/派出所"
    assert written_unit({"unit": "派出所"}) == "派出所"


def test_a_row_of_units_without_a_parent_means_the_one_there_is_or_a_new_one_under_the_owner():
    tree = UnitNames.of(TREE)
    assert place_unit(tree, RosterRow("单位", 2, {"name": "分局"}), 1) == 3
    place = place_unit(tree, RosterRow("单位", 3, {"name": "新所"}), 3)
    assert place < 0 and tree.parent(place) == 3


def test_a_name_of_two_units_is_a_doubt_that_names_both():
    row = RosterRow("人员", 2, {})
    assert unit_of(UnitNames.of(TREE), row, "派出所") is None
    assert row.troubles[0].params["choices"] == ["市局/派出所", "分局/派出所"]
