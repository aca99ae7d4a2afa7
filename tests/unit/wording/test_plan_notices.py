"""月计划通知 in sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

from learnapp.wording.plan_notices import NoticeWeek, PlannedExam, plan_content

EXAM = PlannedExam(
    "月考", datetime(2026, 11, 6, 1, tzinfo=UTC), datetime(2026, 11, 6, 10, tzinfo=UTC)
)


def test_each_week_says_what_is_read_and_each_exam_when_it_is():
    weeks = [
        NoticeWeek(date(2026, 11, 2), date(2026, 11, 8), ["甲", "乙"], [EXAM]),
        NoticeWeek(date(2026, 11, 9), date(2026, 11, 15), [], []),
    ]
    found = plan_content("zh", weeks, "")
    assert found.sections[0].paragraphs == [
        "第1周（11月2日 周一 – 11月8日 周日）：甲；乙。",
        "第2周（11月9日 周一 – 11月15日 周日）：不安排新篇目。",
    ]
    assert found.sections[1].paragraphs == ["月考：11月6日 周五 09:00–18:00。"]
    assert [row[2:] for row in found.tables[0].rows][1] == ["—", "—"]
    assert len(found.sections) == 2 and len(plan_content("zh", weeks, "要求").sections) == 3


def test_a_month_without_exams_says_so():
    week = NoticeWeek(date(2026, 11, 2), date(2026, 11, 8), ["甲"], [])
    assert plan_content("zh", [week], "").sections[1].paragraphs == ["本月没有安排测试和考试。"]
