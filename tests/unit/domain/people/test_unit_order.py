"""The order in which units are listed."""

from __future__ import annotations

from learnapp.domain.people.unit_order import in_tree_order

# (unit, level, sort key): 1 is the bureau, 2 and 3 are below it, 4 is below 3, 5 stands alone.
UNITS = [(4, 3, "a"), (3, 2, "b"), (2, 2, "c"), (1, 1, "z"), (5, 1, "y")]
PARENTS = {1: None, 2: 1, 3: 1, 4: 3, 5: None}


def test_each_unit_follows_the_one_above_it_and_siblings_go_by_their_keys():
    assert in_tree_order(UNITS, PARENTS) == [(5, 0), (1, 0), (3, 1), (4, 2), (2, 1)]


def test_a_higher_level_comes_before_a_lower_one_and_the_id_decides_last():
    assert in_tree_order([(1, 2, "a"), (2, 1, "b")], {}) == [(2, 0), (1, 0)]
    assert in_tree_order([(9, 1, "a"), (2, 1, "a")], {}) == [(2, 0), (9, 0)]


def test_a_unit_whose_parent_is_not_listed_stands_at_the_top():
    assert in_tree_order([(4, 3, "a"), (2, 2, "c")], PARENTS) == [(2, 0), (4, 0)]
    assert in_tree_order([], PARENTS) == []
