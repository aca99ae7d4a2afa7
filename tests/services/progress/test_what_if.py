"""What a draft would have done to last week's figures: by both plans, with nothing written."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.services.progress import figures, past_figures, what_if
from learnapp.services.study import programme_lines, programmes, readings
from tests.services.refusals import refused
from tests.services.study.test_programme_lines import ABOUT
from tests.small_office import NOW

LATER = NOW + timedelta(days=8)


def test_a_week_is_counted_by_both_plans_and_reported_figures_stay(office):
    caller = office.caller(now=LATER)
    programmes.revise(caller, office.programme_id)
    stage = figures.stage_for(office.session, office.stage_id)
    day = date(2026, 11, 29)
    reported = past_figures.as_known_now(caller, stage, office.unit_id, day).top
    (same,) = what_if.last_week(caller, office.programme_id)
    assert same.day == day and same.before == same.after
    assert (same.before.owed, same.before.due) == (reported.owed, reported.due)
    text = [{"heading": "第1节", "html": "<p>正文</p>", "length": 1300}]
    reading = readings.add_reading(caller, office.unit_id, ABOUT, text)
    programme_lines.require_reading(caller, office.programme_id, reading.id)
    (more,) = what_if.last_week(caller, office.programme_id)
    assert more.after.owed == more.before.owed + more.before.people
    assert (more.before, more.after.due) == (same.before, same.before.due)
    assert past_figures.as_known_now(caller, stage, office.unit_id, day).top == reported


def test_a_stage_without_a_closed_week_has_nothing_to_compare_and_many_are_refused(
    office, monkeypatch
):
    early = office.caller(now=NOW - timedelta(days=5))
    programmes.revise(early, office.programme_id)
    assert what_if.last_week(early, office.programme_id) == []
    monkeypatch.setattr(what_if, "MOST_PEOPLE", 1)
    with refused("too_many_to_count_again"):
        what_if.last_week(early, office.programme_id)
