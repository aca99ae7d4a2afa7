"""评估验收 and 转段: which step may follow which, and what a withdrawal leaves."""

from __future__ import annotations

import pytest

from learnapp.domain.study.acceptance import StageStep, check_step, position, standing_places
from tests.services.refusals import refused

ACCEPTED, RETURNED = StageStep.ACCEPTED, StageStep.RETURNED
MOVED_ON, WITHDRAWN = StageStep.MOVED_ON, StageStep.WITHDRAWN


def test_a_unit_is_returned_accepted_and_then_moves_on():
    steps: list[StageStep] = []
    for step in (RETURNED, ACCEPTED, MOVED_ON):
        check_step(steps, step)
        steps.append(step)
    assert position(steps) is MOVED_ON


@pytest.mark.parametrize(
    ("before", "step", "code"),
    [
        ([], MOVED_ON, "not_accepted_yet"),
        ([RETURNED], MOVED_ON, "not_accepted_yet"),
        ([ACCEPTED, MOVED_ON], RETURNED, "moved_on_already"),
        ([], WITHDRAWN, "nothing_to_withdraw"),
        ([ACCEPTED, WITHDRAWN], WITHDRAWN, "nothing_to_withdraw"),
    ],
)
def test_a_step_out_of_order_is_refused(before, step, code):
    with refused(code):
        check_step(before, step)


def test_a_withdrawal_takes_back_the_step_before_it_and_no_more():
    recorded = [ACCEPTED, MOVED_ON, WITHDRAWN]
    assert [recorded[at] for at in standing_places(recorded)] == [ACCEPTED] and position(
        recorded
    ) is ACCEPTED
    check_step(recorded, MOVED_ON)
