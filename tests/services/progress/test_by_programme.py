"""A unit by programme and stage: what its people owe of each, added by duties alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.progress import counters
from learnapp.domain.core.errors import NotFound
from learnapp.domain.study.stage_plan import StagePlan
from learnapp.services.progress import by_programme, figures
from learnapp.services.study import programme_lines, programmes, publishing, readings, stages
from tests.services.study.test_programme_lines import ABOUT
from tests.small_office import NOW

LATER = NOW + timedelta(days=8)


def test_a_programme_of_two_stages_is_the_sum_of_their_duties(office):
    programmes.revise(office.caller(), office.programme_id)
    second = StagePlan("第二阶段", date(2026, 11, 24), date(2026, 12, 11))
    added = stages.add_stage(office.caller(), office.programme_id, second)
    text = [{"heading": "第1节", "html": "<p>正文</p>", "length": 600}]
    reading = readings.add_reading(office.caller(), office.unit_id, ABOUT, text)
    caller = office.caller()
    programme_lines.require_reading(caller, office.programme_id, reading.id, stage=added.identity)
    publishing.publish(office.caller(), office.programme_id)
    counters.refresh_stale(office.session, LATER)
    head = office.caller("head", LATER)
    (found,) = by_programme.by_programme(head, office.unit_id)
    first, other = found.stages
    assert found.duties.owed == first.counts.owed + other.counts.owed > first.counts.owed > 0
    assert found.duties.people == found.duties.behind == 0
    assert first.counts == figures.unit_figures(head, first.stage, office.unit_id).top
    assert other.stage.name == "第二阶段"


def test_what_has_not_begun_is_left_out_and_what_is_out_of_reach_is_not_there(office):
    early = NOW - timedelta(days=30)
    with pytest.raises(NotFound):
        by_programme.by_programme(office.caller("head", early), office.unit_id)
    with pytest.raises(NotFound):
        by_programme.by_programme(office.caller("head", LATER), 999)
