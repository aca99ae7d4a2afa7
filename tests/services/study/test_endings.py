"""A draft given up, a programme ended: the past stays, and what was to come goes."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.db.progress.figure_facts import duties_in_force, stages_in_force
from learnapp.services.study import endings, programme_lines, programmes, publishing, stages
from learnapp.services.study.programmes import StagePlan
from tests.services.refusals import refused
from tests.services.study.test_programmes import _add
from tests.small_office import NOW

LATER_STAGE = StagePlan("明年", date(2027, 1, 4), date(2027, 3, 5))


def _asked(office):
    (stage, *_) = stages_in_force(office.session)
    return {duty.item_id for duty in duties_in_force(office.session, [stage])[stage.id]}


def test_a_draft_given_up_leaves_what_is_published(office):
    caller, programme, asked = office.caller(), office.programme_id, _asked(office)
    with refused("revision_published"):
        endings.draft_to_give_up(caller, programme)
    stages.add_stage(caller, programme, LATER_STAGE)
    found = endings.draft_to_give_up(caller, programme)
    assert (found.stages, found.lines, found.first) == (2, len(asked), False)
    endings.give_up_draft(caller, programme)
    plan = programmes.plan_in_reach(caller, programme)
    assert (plan.revision.number, plan.stage.id) == (1, office.stage_id)
    assert _asked(office) == asked


def test_a_programme_that_never_was_published_is_put_away_with_its_draft(office):
    programme = _add(office)
    with refused("has_draft"):
        endings.ending_of(office.caller(), programme.id)
    endings.give_up_draft(office.caller(), programme.id)
    with refused("programme_unknown"):
        programmes.plan_in_reach(office.caller(), programme.id)


def test_a_programme_ends_with_its_week_by_a_revision(office):
    caller, programme = office.caller(), office.programme_id
    stages.add_stage(caller, programme, LATER_STAGE)
    publishing.publish(caller, programme)
    before = {
        (line.item_id, line.due_at)
        for line in programme_lines.lines_of(
            office.session, programmes.plan_in_reach(caller, programme).stage.id
        )
    }
    found = endings.ending_of(caller, programme)
    assert (found.last_day, found.stages) == (date(2026, 11, 29), ["明年"])
    endings.end(caller, programme)
    assert publishing.preview(caller, programme).overdue == 0
    publishing.publish(caller, programme)
    (left,) = stages_in_force(office.session)
    assert (left.last_day, left.name) == (date(2026, 11, 29), "第一阶段")
    kept = {(d.item_id, d.due_at) for d in duties_in_force(office.session, [left])[left.id]}
    assert kept == before


def test_what_has_not_begun_is_not_ended(office):
    early = office.caller(now=NOW - timedelta(days=21))
    with refused("not_begun_yet"):
        endings.ending_of(early, office.programme_id)
