"""What can be done about work in the background."""

from __future__ import annotations

import pytest

from learnapp.domain.operations.background_jobs import (
    PERMISSION,
    WorkKind,
    WorkState,
    may_be_cancelled,
    may_be_retried,
)


@pytest.mark.parametrize("kind", WorkKind)
def test_what_waits_runs_or_failed_can_be_given_up_but_a_correction_in_force_cannot(kind: WorkKind):
    found = {state for state in WorkState if may_be_cancelled(kind, state)}
    if kind is WorkKind.REGRADE:
        assert found == set()
    else:
        assert found == {WorkState.WAITING, WorkState.RUNNING, WorkState.FAILED}


def test_what_failed_or_was_cancelled_can_be_asked_for_again():
    found = {state for state in WorkState if may_be_retried(state)}
    assert found == {WorkState.FAILED, WorkState.CANCELLED}


def test_every_kind_is_seen_by_a_right():
    assert set(PERMISSION) == set(WorkKind)
