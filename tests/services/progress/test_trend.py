"""Progress week by week as it was reported, and by level of units."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.db.progress import counters
from learnapp.domain.core.share import Share
from learnapp.domain.reports.weekly import DEFAULT_CUT_OFFS, ChosenCutOff, ReportKind
from learnapp.services.progress import figures, trend
from learnapp.services.reports import freezing
from tests.small_office import NOW

LATER = NOW + timedelta(days=15)


def test_a_trend_has_each_closed_week_of_which_something_is_stored_and_now(office):
    stage, head = figures.stage_for(office.session, office.stage_id), office.caller("head", LATER)
    counters.refresh_stale(office.session, LATER)
    found = trend.trend_of(head, stage, office.unit_id)
    assert [each.day for each in found.weeks] == [date(2026, 11, 29), date(2026, 12, 6)]
    assert found.now.counts == figures.unit_figures(head, stage, office.unit_id).top
    assert found.finish is None and not found.slowing


def test_a_week_has_the_rates_of_its_frozen_report(office):
    monday = NOW + timedelta(days=7, minutes=5)
    office.hand_in("officer")
    cut_offs = {ReportKind.WEEKLY: [ChosenCutOff(DEFAULT_CUT_OFFS[ReportKind.WEEKLY])]}
    (wanted,) = freezing.due(office.session, monday, cut_offs)
    found = freezing.frozen(office.session, wanted)
    issue_id = freezing.store(office.session, monday, found.issue)
    freezing.store_rows(office.session, issue_id, found.rows)
    counters.refresh_stale(office.session, LATER)
    stage = figures.stage_for(office.session, office.stage_id)
    rates = trend.trend_of(office.caller("head", LATER), stage, office.unit_id).rates
    (week,) = rates.values()
    assert list(rates) == [date(2026, 11, 29)]
    people = figures.unit_figures(office.caller("head", LATER), stage, office.unit_id).top.people
    assert week.study == Share(0, people) and week.sitting == Share(1, people)


def test_heat_names_each_branch_with_the_levels_of_its_units(office):
    stage = figures.stage_for(office.session, office.stage_id)
    counters.refresh_stale(office.session, LATER)
    (top,) = trend.heat_of(office.caller("head", LATER), stage, office.unit_id)
    assert top.unit_id == office.unit_id and top.lost_at is None
    assert sum(each.whole for each in top.levels.values()) > 0
