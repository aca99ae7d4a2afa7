"""Two units of one name are two units; a path says which is meant."""

from __future__ import annotations

import pytest

from learnapp.domain.people.unit_names import UnitNames


@pytest.fixture
def tree():
    """Two branches, each with a 城关派出所, one with a 法制科."""
    return UnitNames.of(
        [
            (1, "云岭市公安局", None),
            (2, "东城分局", 1),
            (3, "西城分局", 1),
            (4, "城关派出所", 2),
            (5, "城关派出所", 3),
            (6, "法制科", 3),
        ]
    )


def test_a_name_of_two_units_is_both_and_a_path_is_one(tree):
    assert tree.find("城关派出所") == [4, 5]
    assert tree.find("西城分局/城关派出所") == [5]
    assert tree.find("云岭市公安局／东城分局 ＞ 城关派出所") == [4]
    assert tree.find("云岭市公安局/城关派出所") == [4, 5]
    assert tree.find("法制科/城关派出所") == [] == tree.find("没有的单位")


def test_the_shortest_way_to_name_a_unit_names_no_other(tree):
    assert tree.shortest(6) == "法制科"
    assert tree.shortest(4) == "东城分局/城关派出所"
    assert all(tree.find(tree.shortest(each)) == [each] for each in range(1, 7))


def test_a_unit_is_added_once_under_each_parent(tree):
    fresh = tree.add("法制科", 2)
    assert fresh < 0 and tree.add("法 制 科", 2) == fresh and tree.parent(fresh) == 2
    assert tree.add("法制科", 3) == 6
    below = tree.add("一组", fresh)
    assert below not in (fresh, 6) and tree.path(below) == "云岭市公安局/东城分局/法制科/一组"


def test_a_path_may_be_written_with_any_sign_between_its_steps(tree):
    for sign in "/／\\>＞→":
        assert tree.find(f" 西城分局 {sign} 城关派出所 ") == [5]


def test_a_path_with_the_names_in_another_order_is_nobody(tree):
    assert tree.find("东城分局/云岭市公安局/城关派出所") == []
    assert tree.find("东城分局/西城分局/城关派出所") == []


def test_units_of_a_file_are_numbered_below_all_others():
    empty = UnitNames.of([])
    first = empty.add("甲局", None)
    assert first == -1 and empty.add("乙科", first) == -2 and empty.add("丙科", first) == -3
    assert UnitNames.of([(5, "甲局", None)]).add("乙局", None) == -1
    assert (empty.path(-2), empty.shortest(-2)) == ("甲局/乙科", "乙科")


def test_the_top_unit_has_no_parent(tree):
    assert tree.parent(6) == 3
    with pytest.raises(KeyError):
        tree.parent(1)


def test_two_units_that_no_path_tells_apart_are_named_in_full():
    twins = UnitNames.of([(1, "甲局", None), (2, "乙科", 1), (3, "乙科", 1)])
    assert twins.shortest(3) == "甲局/乙科"


def test_a_unit_whose_parent_is_not_known_is_the_top_of_its_path():
    assert UnitNames.of([(2, "乙科", 77)]).path(2) == "乙科"
