"""Programmes: a draft of one stage, published once, revised by a further draft that begins as a copy."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from learnapp.db.people.lines import default_line
from learnapp.db.progress.figure_facts import calendar_of
from learnapp.db.study.models import Requirement
from learnapp.domain.core.calendar import CalendarKind
from learnapp.domain.study.programme import RevisionState
from learnapp.services.study import programmes, publishing
from learnapp.services.study.programmes import NewProgramme, StagePlan
from tests.services.refusals import refused

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)


def _add(office, login="admin", name="计划", stage=("阶段", MONDAY, FRIDAY), unit_id=None):
    line, unit = default_line(office.session), unit_id or office.unit_id
    days = CalendarKind.WORKING
    return programmes.add_programme(
        office.caller(login), NewProgramme(unit, line.id, name, days), StagePlan(*stage)
    )[0]


def _asked(office, stage_id):
    rows = office.session.scalars(select(Requirement).where(Requirement.stage_id == stage_id))
    return {(row.item_id, row.plan_day, row.due_at, row.required) for row in rows}


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"name": " "}, "name_needed"),
        ({"stage": (" ", MONDAY, FRIDAY)}, "name_needed"),
        ({"stage": ("阶段", FRIDAY, MONDAY)}, "dates_out_of_order"),
        ({"stage": ("阶段", MONDAY, date(2028, 11, 24))}, "stage_too_long"),
        ({"stage": ("阶段", SATURDAY, SUNDAY)}, "no_study_days"),
    ],
)
def test_a_programme_has_a_name_and_a_stage_with_a_study_day_in_it(office, about, code):
    with refused(code):
        _add(office, **about)


def _listed(office, login, state=None, span=(0, 10)):
    rows, total = programmes.programmes_in_reach(office.caller(login), state, span)
    return [each.programme.id for each in rows], total


def test_programmes_are_listed_newest_first_within_reach(office):
    branch = office.add_branch()
    local = _add(office, "local", "分局计划", unit_id=branch)
    assert _listed(office, "admin") == ([local.id, office.programme_id], 2)
    assert _listed(office, "admin", span=(1, 1)) == ([office.programme_id], 2)
    assert _listed(office, "admin", RevisionState.DRAFT) == ([local.id], 1)
    assert _listed(office, "local") == ([local.id], 1)
    with refused("programme_unknown"):
        programmes.plan_in_reach(office.caller("local"), office.programme_id)
    with refused("not_found"):
        _add(office, "local")


def test_a_published_revision_is_changed_by_a_draft_that_begins_as_its_copy(office):
    with refused("revision_published"):
        programmes.draft_in_reach(office.caller(), office.programme_id)
    draft = programmes.revise(office.caller(), office.programme_id)
    assert (draft.revision.number, draft.in_force.published_at) == (2, None)
    assert _asked(office, draft.stage.id) == _asked(office, office.stage_id)
    assert draft.stage.begun_as == office.stage_id  # addresses of the stage go on
    again = programmes.revise(office.caller(), office.programme_id)
    assert again.revision.id == draft.revision.id
    publishing.publish(office.caller(), office.programme_id)
    assert programmes.revise(office.caller(), office.programme_id).revision.number == 3


def test_a_day_counts_as_declared_whatever_the_public_calendar_says(office):
    for day, counts in ((SATURDAY, True), (FRIDAY, False)):
        programmes.override_day(office.caller(), office.programme_id, day, counts, "调休")
    plan = programmes.plan_in_reach(office.caller(), office.programme_id)
    found = calendar_of(office.session, plan.in_force).study_days(date(2026, 11, 26), SUNDAY)
    assert list(found) == [date(2026, 11, 26), SATURDAY]
