"""A window's list in parts: whichever part is asked for, it is that of the whole."""

from __future__ import annotations

from learnapp.domain.exams.mark_sheet import Grade
from learnapp.services.exams import results
from learnapp.services.exams.results import ListPart
from learnapp.services.exams.window_tally import ListFilter
from tests.services.exams.steps import CLOSES


def test_any_page_of_the_list_is_a_part_of_the_whole_in_the_order_of_units_and_names(office):
    office.add_branch()
    for login in ("other", "local"):
        office.hand_in(login)
    whole = results.of_window(office.caller(now=CLOSES), office.window_id)
    names = [(row.unit, row.name) for row in whole.rows]
    assert len(names) == whole.found == 6 and names[-1][1] == "分局管理员"
    for size in (1, 2, 4):
        parts = []
        for offset in range(0, 7, size):
            listed = ListPart(offset=offset, size=size)
            parts += results.of_window(office.caller(now=CLOSES), office.window_id, listed).rows
        assert parts == whole.rows
    branch = whole.rows[-1].unit_id
    only = ListPart(ListFilter(branch, Grade.FAILED))
    found = results.of_window(office.caller(now=CLOSES), office.window_id, only)
    assert [row.name for row in found.rows] == ["分局管理员"] and found.found == 1
    assert found.totals == whole.totals  # what is counted is not what is listed
