"""学时: fixed, never timed, two kinds apart, none for 辅警 unless set."""

from __future__ import annotations

import pytest

from learnapp.domain.study.credit_hours import (
    Hours,
    HoursKind,
    HoursState,
    check_hours,
    earns,
    in_hours,
    totals,
)
from tests.services.refusals import refused

SELF, TRAINING = HoursKind.SELF_STUDY, HoursKind.TRAINING
AWAITING, RECOGNISED = HoursState.AWAITING, HoursState.RECOGNISED


def test_kinds_and_states_are_added_apart():
    found = totals(
        [Hours(SELF, 15, AWAITING), Hours(SELF, 5, RECOGNISED), Hours(SELF, 5, AWAITING)]
    )
    assert found == {
        (SELF, AWAITING): 20,
        (SELF, RECOGNISED): 5,
        (TRAINING, AWAITING): 0,
        (TRAINING, RECOGNISED): 0,
    }


@pytest.mark.parametrize(
    ("category", "for_everybody", "gets"),
    [("auxiliary", False, False), ("auxiliary", True, True), ("police_officer", False, True)],
)
def test_auxiliaries_earn_none_unless_it_is_set(category, for_everybody, gets):
    assert earns(category, for_everybody) is gets


@pytest.mark.parametrize(("tenths", "text"), [(0, "0"), (15, "1.5"), (20, "2"), (800, "80")])
def test_tenths_are_read_as_hours(tenths, text):
    check_hours(tenths)
    assert in_hours(tenths) == text


@pytest.mark.parametrize("tenths", [-1, 801])
def test_hours_have_bounds(tenths):
    with refused("hours_out_of_range"):
        check_hours(tenths)
