"""月计划通知 in sentences: what is read week by week, when exams are, what is asked of the units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from learnapp.domain.reports.briefings import BriefingContent, BriefingSection, BriefingTable
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import day_label, span_label


@dataclass(frozen=True)
class PlannedExam:
    """An exam with the span in which it can be sat."""

    title: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class NoticeWeek:
    """A study week as far as it lies in the month: its days, what is read, what is sat."""

    first_day: date
    last_day: date
    readings: Sequence[str]
    exams: Sequence[PlannedExam]


def plan_content(language: Language, weeks: Sequence[NoticeWeek], asked: str) -> BriefingContent:
    """The notice: content by week, exams with their times, what is asked, and a table of it."""
    sections = [
        BriefingSection(
            translated(language, "一、学习内容"),
            [_week(language, number, each) for number, each in enumerate(weeks, 1)],
        )
    ]
    exams = [
        translated(language, "%(t)s：%(s)s。", t=exam.title, s=_span(language, exam))
        for week in weeks
        for exam in week.exams
    ]
    none = [translated(language, "本月没有安排测试和考试。")]
    sections.append(BriefingSection(translated(language, "二、测试和考试"), exams or none))
    if asked:
        sections.append(BriefingSection(translated(language, "三、工作要求"), [asked]))
    return BriefingContent(sections, [_table(language, weeks)], [])


def _days(language: Language, week: NoticeWeek) -> str:
    first = day_label(language, week.first_day, week.first_day)
    if week.first_day == week.last_day:
        return first
    return f"{first} – {day_label(language, week.last_day, week.first_day)}"


def _span(language: Language, exam: PlannedExam) -> str:
    return span_label(language, exam.opens_at, exam.closes_at, exam.opens_at.date())


def _week(language: Language, number: int, week: NoticeWeek) -> str:
    days = _days(language, week)
    if not week.readings:
        return translated(language, "第%(n)s周（%(d)s）：不安排新篇目。", n=number, d=days)
    titles = translated(language, "；").join(week.readings)
    return translated(language, "第%(n)s周（%(d)s）：%(t)s。", n=number, d=days, t=titles)


def _table(language: Language, weeks: Sequence[NoticeWeek]) -> BriefingTable:
    break_ = translated(language, "；")
    return BriefingTable(
        translated(language, "附表：学习和考试安排"),
        [
            translated(language, "周次"),
            translated(language, "日期"),
            translated(language, "学习内容"),
            translated(language, "测试、考试"),
        ],
        [
            [
                str(number),
                _days(language, each),
                break_.join(each.readings) or "—",
                break_.join(f"{exam.title} {_span(language, exam)}" for exam in each.exams) or "—",
            ]
            for number, each in enumerate(weeks, 1)
        ],
    )
