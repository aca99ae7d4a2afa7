"""The figures of a past day: as reported then, and as known now."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.progress import counters
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.exams.exams import Channel
from learnapp.services.progress import figures, head_home, past_figures
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW

LATER = NOW + timedelta(days=8)
DAY = date(2026, 11, 28)


def test_what_was_recorded_late_is_in_the_figures_known_now_and_not_in_those_reported_then(office):
    stage = figures.stage_for(office.session, office.stage_id)
    head = office.caller("head", LATER)
    counters.refresh_stale(office.session, LATER)
    reported = past_figures.as_reported(head, stage, office.unit_id, DAY)
    item = head_home.to_do(head, stage, office.unit_id)[0].item_id
    caller = Caller(office.session, office.system(LATER).actor, LATER)
    then = LATER - timedelta(days=5)
    late = NewCompletion(office.staff["officer"], item, Channel.PAPER, {}, "late", then)
    assert completions.complete(caller, late)
    again = past_figures.as_reported(head, stage, office.unit_id, DAY)
    known = past_figures.as_known_now(head, stage, office.unit_id, DAY)
    assert again.top == reported.top and known.top.done == reported.top.done + 1
    assert known.known_at == LATER > again.known_at and known.as_of == again.as_of
    assert known.top == sum((row.counts for row in known.rows[1:]), known.rows[0].counts)


def test_a_past_day_is_judged_by_the_checkpoint_before_it_and_a_sunday_by_its_own(office):
    stage = figures.stage_for(office.session, office.stage_id)
    head, sunday = office.caller("head", LATER), date(2026, 11, 29)
    counters.refresh_stale(office.session, LATER)
    assert past_figures.as_reported(head, stage, office.unit_id, sunday).checkpoint == sunday
    with pytest.raises(NotFound):
        past_figures.as_reported(head, stage, office.unit_id, date(2026, 11, 1))


def test_more_people_than_can_be_counted_while_somebody_waits_are_refused(office, monkeypatch):
    stage = figures.stage_for(office.session, office.stage_id)
    monkeypatch.setattr(past_figures, "MOST_PEOPLE", 1)
    counters.refresh_stale(office.session, LATER)
    with pytest.raises(RuleBroken, match="too_many_to_count_again"):
        past_figures.as_known_now(office.caller("head", LATER), stage, office.unit_id, DAY)
