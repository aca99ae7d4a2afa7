"""What falls due on some days is put off for everybody of some units in one step, and back again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.people import unit_contents
from learnapp.db.people.models import Absence, UnitDeed
from learnapp.domain.core.calendar import local_day
from learnapp.services.operations import verify
from learnapp.services.people import unit_deferrals
from learnapp.services.people.unit_deferrals import Deferral
from tests.services.refusals import refused
from tests.small_office import NOW

TODAY = local_day(NOW)


@pytest.fixture
def plan(office):
    """Everybody of the office for a week."""
    return Deferral([office.unit_id], TODAY, TODAY + timedelta(days=7), "安保")


def test_the_preview_says_who_and_which_due_days_move_and_it_is_recorded_so(office, plan):
    effect = unit_deferrals.what_moves(office.caller(), plan)
    assert effect.people == sum(count for _, count in effect.by_unit) > 2
    assert effect.dues and all(each.after > each.before for each in effect.dues)
    assert effect.without_me
    assert unit_deferrals.record(office.caller(), plan) == effect.people
    mine = select(func.count()).where(Absence.person_id == office.staff["admin"])
    assert office.session.scalar(mine) == 0
    assert verify.differences(office.session, NOW) == []


def test_it_is_undone_in_one_step_once(office, plan):
    unit_deferrals.record(office.caller(), plan)
    deed = office.session.scalars(select(UnitDeed)).one()
    ids = deed.details["absences"]
    assert len(unit_contents.absences_in_force(office.session, ids)) == len(ids)
    assert unit_deferrals.undo(office.caller(), deed.id)
    assert unit_contents.absences_in_force(office.session, ids) == []
    assert not unit_deferrals.undo(office.caller(), deed.id)
    assert verify.differences(office.session, NOW) == []


def test_the_same_days_are_put_off_once_however_often_it_is_asked(office, plan):
    unit_deferrals.record(office.caller(), plan)
    for deed in (unit_deferrals.what_moves, unit_deferrals.record):
        with refused("deferred_already"):
            deed(office.caller(), plan)
    longer = Deferral(plan.unit_ids, plan.first_day, plan.last_day + timedelta(days=1), "安保")
    assert unit_deferrals.record(office.caller(), longer) > 2


def test_no_units_days_in_no_order_and_units_out_of_reach_are_refused(office, plan):
    late = TODAY + timedelta(days=400)
    for wrong, code in (
        (Deferral([], TODAY, TODAY), "units_needed"),
        (Deferral([office.unit_id], TODAY, TODAY - timedelta(days=1)), "dates_out_of_order"),
        (Deferral([office.unit_id], TODAY, late), "date_unlikely"),
        (Deferral([10_000], TODAY, TODAY), "not_found"),
    ):
        with refused(code):
            unit_deferrals.record(office.caller(), wrong)
    with refused("forbidden"):
        unit_deferrals.record(office.caller("officer"), plan)
