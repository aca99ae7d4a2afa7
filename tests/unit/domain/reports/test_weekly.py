"""Rules of weekly reports: cut-offs, sums over the tree, what a window in a report says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.reports.weekly import (
    DEFAULT_CUT_OFFS,
    ChosenCutOff,
    ReportHeader,
    ReportKind,
    ReportRow,
    UnitFacts,
    WeekExam,
    WeeklyReport,
    WindowCounts,
    cut_offs_due,
    is_reported,
    missing_of,
    rates_of_week,
    rolled_up,
    summed,
)

WEEKLY = DEFAULT_CUT_OFFS[ReportKind.WEEKLY]


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of November 2026, whose 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (at(23, 8, 59), at(16, 9)),
        (at(23, 9), at(23, 9)),
        (at(29, 23, 59), at(23, 9)),
    ],
)
def test_a_report_is_cut_off_on_monday_at_nine(now, last):
    assert WEEKLY.last(now) == last


def test_a_machine_that_was_off_makes_up_for_the_cut_offs_it_missed():
    assert cut_offs_due([ChosenCutOff(WEEKLY)], None, at(25)) == [at(23, 9)]
    assert cut_offs_due([ChosenCutOff(WEEKLY)], at(9, 9), at(25)) == [at(16, 9), at(23, 9)]
    assert cut_offs_due([ChosenCutOff(WEEKLY)], at(23, 9), at(25)) == []
    assert len(cut_offs_due([ChosenCutOff(WEEKLY)], at(1) - timedelta(weeks=50), at(25))) == 8


def test_a_stage_is_reported_from_its_first_cut_off_to_the_one_after_its_end():
    first, last = date(2026, 11, 16), date(2026, 11, 22)
    found = [day for day in (9, 16, 23, 30) if is_reported(first, last, at(day, 9))]
    assert found == [16, 23]


def counts() -> st.SearchStrategy[Counts]:
    """Any counts."""
    return st.builds(Counts, *([st.integers(0, 50)] * 8))


@given(st.lists(st.tuples(st.integers(0, 7), counts()), min_size=8, max_size=8))
def test_a_parent_is_its_own_members_and_the_sum_of_its_children(drawn):
    parents = {n: None if n == 0 else above % n for n, (above, _) in enumerate(drawn)}
    own = {
        n: UnitFacts(each, each, {1: WindowCounts(each.people, 1, 0)})
        for n, (_, each) in enumerate(drawn)
        if n % 3
    }
    whole = rolled_up(own, parents)
    for unit in parents:
        children = [whole[each] for each, above in parents.items() if above == unit]
        assert whole[unit] == summed([own.get(unit, UnitFacts()), *children])


def test_a_unit_above_itself_is_counted_once():
    own = {1: UnitFacts(Counts(people=1)), 2: UnitFacts(Counts(people=1))}
    assert rolled_up(own, {1: 2, 2: 1})[1].counts.people == 2


def test_a_window_that_is_open_has_no_rate():
    counts_ = WindowCounts(10, 4, 3)
    assert counts_.sitting_rate(running=True) is None
    assert counts_.pass_rate(running=True, marks_shown=True) is None
    assert counts_.sitting_rate(running=False) == Share(4, 10)
    assert counts_.pass_rate(running=False, marks_shown=False) is None
    assert counts_.pass_rate(running=False, marks_shown=True) == Share(3, 4)


def header() -> ReportHeader:
    """An issue of a stage that has had a checkpoint."""
    first, last, checkpoint = date(2026, 11, 2), date(2026, 12, 4), date(2026, 11, 22)
    return ReportHeader(
        *(ReportKind.WEEKLY, 2, "计划", "阶段", first, last, at(23, 9)),
        *(Share(15, 25), checkpoint, Share(15, 25)),
    )


def row(unit_id: int, done: int, signed: bool = False) -> ReportRow:
    """A unit that owes ten."""
    found = Counts(people=2, owed=10, done=done)
    return ReportRow(unit_id, f"单位{unit_id}", UnitFacts(found), at(23, 10) if signed else None)


def test_a_report_sums_the_frozen_ones_and_says_who_is_missing_and_unsigned():
    report = WeeklyReport(header(), "局", (row(1, 1), row(2, 2, True), row(3, 3)), ("单位4",))
    assert (report.top.counts.owed, report.top.counts.done) == (30, 6)
    assert report.unsigned == ("单位3",) and report.change is None
    assert missing_of([2, 3, 4], [1, 2, 3]) == [4]


def test_what_was_recorded_late_is_a_correction_and_no_progress():
    before, corrected = Counts(owed=10, done=2), Counts(owed=10, done=4)
    report = WeeklyReport(header(), "局", (row(1, 5),), (), before, corrected)
    assert report.change is not None and report.change.is_corrected
    assert report.correction is None
    same = WeeklyReport(header(), "局", (row(1, 5),), later=row(1, 5).facts.counts)
    assert same.correction is None
    changed = WeeklyReport(header(), "局", (row(1, 5),), later=row(1, 7).facts.counts)
    assert changed.correction == (row(1, 5).facts.counts, row(1, 7).facts.counts)


def test_nothing_is_judged_before_the_first_checkpoint():
    assert header().judged(UnitFacts(Counts())) is None
    judged = header().judged(UnitFacts(Counts(), Counts(owed=4, done=3)))
    assert judged is not None and judged.task == Share(3, 4)


def test_the_rates_of_a_week_are_those_of_the_exams_that_ended_in_it():
    ended = WeekExam(1, "周测", "weekly", at(23), at(24), False, True)
    hidden, open_ = replace(ended, exam_id=2, marks_shown=False), replace(ended, running=True)
    counts = {1: WindowCounts(10, 8, 6), 2: WindowCounts(5, 5, 5)}
    facts = UnitFacts(exams=counts, readers=4, readers_behind=1)
    found = rates_of_week([ended], facts + facts)
    assert (found.study, found.sitting, found.passing) == (
        Share(6, 8),
        Share(16, 20),
        Share(12, 16),
    )
    both = rates_of_week([ended, hidden], facts)
    assert (both.sitting, both.passing) == (Share(13, 15), None)
    assert rates_of_week([open_], facts).sitting is None
    assert rates_of_week([], UnitFacts()).passing is None
