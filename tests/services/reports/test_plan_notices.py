"""月计划通知: by week what is read and sat, drafted, rewritten and issued as briefings are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.reports.month_files import MonthOfUnit
from learnapp.services.reports import briefings, plan_notices
from learnapp.wording.briefings import OwnWords
from tests.services.reports.month import wanted
from tests.small_office import NOW

WORDS = OwnWords(next_steps="按时完成。", to="各科室")


def test_a_month_is_cut_into_its_study_weeks_with_what_is_asked_in_each(office):
    weeks = plan_notices.weeks_of(office.caller("head"), wanted(office))
    assert [each.first_day.day for each in weeks] == [1, 2, 9, 16, 23, 30]
    assert (weeks[0].last_day, weeks[-1].last_day) == (date(2026, 11, 1), date(2026, 11, 30))
    assert [exam.title for each in weeks for exam in each.exams] == ["周测"]
    assert weeks[4].exams and any(each.readings for each in weeks[3:5])


def test_a_notice_is_drafted_rewritten_and_numbered_once(office):
    head = office.caller("head")
    row = plan_notices.draft(head, wanted(office), WORDS)
    assert plan_notices.month_of(row) == wanted(office)
    said = [p for s in briefings.content(row).sections for p in s.paragraphs]
    assert any("周测" in each for each in said) and said[-1] == "按时完成。"
    before = briefings.mark(row)
    briefings.rewrite(head, row.id, OwnWords(next_steps="不得代学。"), briefings.mark(row))
    assert briefings.content(row).sections[-1].paragraphs == ["不得代学。"]
    with pytest.raises(RuleBroken, match="changed_since_seen"):
        briefings.rewrite(head, row.id, OwnWords(next_steps="照旧。"), before)
    with pytest.raises(RuleBroken, match="changed_since_seen"):
        briefings.issue(head, row.id, before)
    issued = briefings.issue(head, row.id, briefings.mark(row))
    assert (issued.number, issued.serial, len(issued.check_code)) == (1, 1, 8)
    with pytest.raises(Conflict, match="briefing_issued"):
        briefings.rewrite(head, row.id, WORDS, briefings.mark(row))


def test_a_sentence_that_does_not_hold_cannot_be_in_it_nor_a_unit_out_of_reach(office):
    branch = office.add_branch()
    with pytest.raises(RuleBroken, match="half_not_true"):
        plan_notices.draft(office.caller("head"), wanted(office), OwnWords(to="时间过半、任务过半"))
    with pytest.raises(NotFound):
        plan_notices.draft(office.caller("local"), wanted(office), WORDS)
    other = MonthOfUnit(branch, 2026, (NOW + timedelta(days=90)).month)
    row = plan_notices.draft(office.caller("local"), other, WORDS)
    assert "不安排新篇目" in briefings.content(row).sections[0].paragraphs[0]
