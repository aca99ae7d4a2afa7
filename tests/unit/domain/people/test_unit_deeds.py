"""When units may be merged or split, and by what siblings are listed."""

from __future__ import annotations

from datetime import date

from learnapp.domain.people.unit_deeds import check_day, check_merge, order_key
from tests.services.refusals import refused

TODAY = date(2026, 11, 27)


def test_a_change_of_units_is_recorded_when_it_holds():
    check_day(TODAY, TODAY)
    check_day(date(1950, 1, 1), TODAY)
    with refused("in_the_future"):
        check_day(date(2026, 11, 28), TODAY)
    with refused("date_unlikely"):
        check_day(date(1949, 12, 31), TODAY)


def test_no_unit_is_merged_into_itself_or_into_one_below_it():
    check_merge(1, 2, {1, 3})
    for into, code in ((1, "unit_is_there"), (3, "unit_below_itself")):
        with refused(code):
            check_merge(1, into, {1, 3})


def test_units_with_a_place_come_by_it_and_before_those_without_which_come_by_pinyin():
    named = [("乙所", 10), ("甲所", 2), ("阿所", None), ("八所", None)]
    ordered = sorted(named, key=lambda each: order_key(*each))
    assert [name for name, _ in ordered] == ["甲所", "乙所", "阿所", "八所"]
