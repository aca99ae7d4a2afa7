"""Acceptance and transition of a stage, recorded of units within the programme."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from learnapp.domain.study.acceptance import StageStep, position
from learnapp.services.study import acceptance, programmes
from learnapp.services.study.acceptance import NewStep
from tests.services.refusals import refused

TODAY = date(2026, 11, 23)


def _record(office, step, units, on=TODAY, login="admin"):
    new = NewStep(step, on, "现场验收")
    return acceptance.record(office.caller(login), office.programme_id, office.stage_id, units, new)


def _positions(office):
    _, units, total = acceptance.units_of_stage(office.caller(), office.programme_id, None, (0, 9))
    assert total == len(units)
    return {each.unit_id: position([StageStep(s.step) for s in each.steps]) for each in units}


def test_units_are_accepted_move_on_and_a_mistake_is_taken_back(office):
    branch = office.add_branch()
    both = [office.unit_id, branch]
    assert _positions(office) == dict.fromkeys(both)
    assert _record(office, StageStep.ACCEPTED, both) == 2
    assert _record(office, StageStep.ACCEPTED, both) == 0  # a repeat
    with refused("not_accepted_yet"):
        _record(office, StageStep.RETURNED, [branch])
        _record(office, StageStep.MOVED_ON, both)
    assert _positions(office)[office.unit_id] is StageStep.ACCEPTED
    assert _record(office, StageStep.WITHDRAWN, [branch]) == 1
    assert _record(office, StageStep.MOVED_ON, both) == 2
    programmes.revise(office.caller(), office.programme_id)  # the record follows the stage
    assert set(_positions(office).values()) == {StageStep.MOVED_ON}


@pytest.mark.parametrize(
    ("units", "on", "code"),
    [
        ([], TODAY, "units_needed"),
        ([1], date(2026, 11, 24), "day_in_future"),
        ([999], TODAY, "unit_unknown"),
    ],
)
def test_what_cannot_be_recorded_is_refused(office, units, on, code):
    with refused(code):
        _record(office, StageStep.ACCEPTED, units, on)


def test_another_offices_admin_does_not_find_the_stage_and_records_stay(office):
    office.add_branch()
    with refused("programme_unknown"):
        _record(office, StageStep.ACCEPTED, [office.unit_id], login="local")
    _record(office, StageStep.ACCEPTED, [office.unit_id])
    with pytest.raises(Exception, match="append-only"), office.session.begin_nested():
        office.session.execute(text("DELETE FROM stage_steps"))


def test_a_unit_is_not_accepted_twice_after_a_later_step_was_taken_back(office):
    steps = (StageStep.ACCEPTED, StageStep.MOVED_ON, StageStep.WITHDRAWN)
    assert [_record(office, step, [office.unit_id]) for step in steps] == [1, 1, 1]
    assert _record(office, StageStep.ACCEPTED, [office.unit_id]) == 0
    assert _record(office, StageStep.WITHDRAWN, [office.unit_id]) == 1
    assert _positions(office)[office.unit_id] is None
