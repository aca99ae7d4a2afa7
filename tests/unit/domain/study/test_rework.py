"""补课重做: what may be ordered, and when it is late; counted by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.study.rework import (
    LONGEST_DAYS,
    MOST_PEOPLE,
    NewRework,
    ReworkCounts,
    check_rework,
)

TODAY = date(2026, 12, 1)
NEW = NewRework(1, 2, frozenset({7}), "抽查不合格", TODAY + timedelta(days=7))


def test_a_rework_has_items_a_reason_a_day_and_people():
    check_rework(NEW, [7, 8], MOST_PEOPLE, TODAY)


@pytest.mark.parametrize(
    ("changed", "people", "code"),
    [
        ({"item_ids": frozenset()}, 1, "items_needed"),
        ({"item_ids": frozenset({9})}, 1, "requirement_unknown"),
        ({"reason": " "}, 1, "reason_needed"),
        ({"due_on": TODAY}, 1, "deadline_out_of_range"),
        ({"due_on": TODAY + timedelta(days=LONGEST_DAYS + 1)}, 1, "deadline_out_of_range"),
        ({}, 0, "rework_of_nobody"),
        ({}, MOST_PEOPLE + 1, "rework_too_many"),
    ],
)
def test_anything_else_is_refused(changed, people, code):
    with pytest.raises(RuleBroken, match=code):
        check_rework(replace(NEW, **changed), [7], people, TODAY)


def test_it_is_late_after_its_day_while_something_is_left():
    open_, whole = ReworkCounts(4, 3), ReworkCounts(4, 4)
    assert open_.left == 1 and open_.share.permille == 750
    assert open_.is_overdue(TODAY, TODAY + timedelta(days=1))
    assert not open_.is_overdue(TODAY, TODAY)
    assert not whole.is_overdue(TODAY, TODAY + timedelta(days=1))
