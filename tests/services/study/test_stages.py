"""Stages of a draft: added beside others, changed, taken out, and published together."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.db.progress.figure_facts import stages_in_force
from learnapp.services.study import programme_lines, programmes, publishing, stages
from learnapp.services.study.programmes import StagePlan
from tests.services.refusals import refused
from tests.small_office import NOW

SECOND = StagePlan("第二阶段", date(2026, 11, 30), date(2026, 12, 25))


def test_a_second_stage_overlaps_the_first_and_is_published_with_it(office):
    caller, programme = office.caller(), office.programme_id
    added = stages.add_stage(caller, programme, SECOND)
    reading = programme_lines.lines_of(office.session, office.stage_id)[0]
    lines = programmes.plans_in_reach(caller, programme)
    assert [each.stage.ordinal for each in lines] == [1, 2]
    moved = stages.change_stage(
        caller,
        programme,
        added.identity,
        StagePlan("转段阶段", SECOND.first_day, date(2026, 12, 18)),
    )
    found = publishing.preview(caller, programme)
    assert [(each.before, each.after.name) for each in found.stages] == [(None, "转段阶段")]
    assert not found.added and reading.item_id
    publishing.publish(caller, programme)
    names = {each.name: each.last_day for each in stages_in_force(office.session)}
    assert names == {"第一阶段": date(2026, 12, 4), "转段阶段": moved.stage.last_day}
    assert programmes.plan_in_reach(caller, programme, added.identity).revision.number == 2


def test_a_changed_stage_keeps_what_was_asked_and_its_exams(office):
    caller, programme = office.caller(), office.programme_id
    with refused("exam_outside"):
        stages.change_stage(
            caller, programme, office.stage_id,
            StagePlan("第一阶段", date(2026, 11, 24), date(2026, 12, 18)),
        )  # fmt: skip
    later = office.caller(now=NOW + timedelta(days=1))
    before = {
        line.item_id: line.due_at
        for line in programme_lines.lines_of(office.session, office.stage_id)
    }
    plan = stages.change_stage(
        later, programme, office.stage_id,
        StagePlan("延长", date(2026, 11, 16), date(2026, 12, 18)),
    )  # fmt: skip
    after = {
        line.item_id: line.due_at
        for line in programme_lines.lines_of(office.session, plan.stage.id)
    }
    assert after == before and plan.stage.begun_as == office.stage_id


def test_a_stage_goes_unless_it_is_the_last_or_has_asked_something(office):
    caller, programme = office.caller(), office.programme_id
    with refused("last_stage"):
        stages.drop_stage(caller, programme, office.stage_id)
    added = stages.add_stage(caller, programme, SECOND)
    with refused("stage_has_past"):
        later = office.caller(now=NOW + timedelta(days=2))
        stages.drop_stage(later, programme, office.stage_id)
    stages.drop_stage(caller, programme, added.identity)
    assert len(programmes.plans_in_reach(caller, programme)) == 1
    with refused("stage_unknown"):
        programmes.plan_in_reach(caller, programme, added.identity)
