"""月计划通知: a month's plan of a unit as a notice, drafted, rewritten and issued as briefings are."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.reports.models import Briefing
from learnapp.db.study import owed as owed_queries
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day, week_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.reports.briefings import BriefingContent, BriefingKind, check_words
from learnapp.domain.reports.month_files import MonthOfUnit
from learnapp.services.exams.mark_sheets import SheetReader
from learnapp.services.reports.month_reader import MonthReader
from learnapp.wording.briefings import OwnWords
from learnapp.wording.plan_notices import NoticeWeek, PlannedExam, plan_content

_ONE_DAY = timedelta(days=1)


def weeks_of(caller: Caller, wanted: MonthOfUnit) -> list[NoticeWeek]:
    """The study weeks of the month, each with what the stages ask of the unit in it.

    Raises Forbidden, NotFound for a unit out of reach.
    """
    month = MonthReader(caller, wanted, SheetReader("zh", local_day(caller.now), ""))
    rows = month.requirements()
    items = owed_queries.items_of(caller.session, [row.item_id for _stage, row in rows])
    readings: dict[date, list[str]] = {}
    for _stage, row in rows:
        if items[row.item_id].exam_id is None:
            readings.setdefault(week_of(row.plan_day)[0], []).append(row.title)
    exams: dict[date, list[PlannedExam]] = {}
    for exam, window in month.windows():
        closes_on = local_day(window.closes_at - timedelta(microseconds=1))
        planned = PlannedExam(month.exam_name(exam, window), window.opens_at, window.closes_at)
        exams.setdefault(week_of(closes_on)[0], []).append(planned)
    found, day = [], wanted.first_day
    while day <= wanted.last_day:
        monday, sunday = week_of(day)
        last = min(sunday, wanted.last_day)
        found.append(NoticeWeek(day, last, readings.get(monday, []), exams.get(monday, [])))
        day = last + _ONE_DAY
    return found


def content_of(caller: Caller, wanted: MonthOfUnit, words: OwnWords) -> BriefingContent:
    """What the notice says. Raises Forbidden, NotFound, RuleBroken of a field of the words."""
    for name, text in asdict(words).items():
        if len(text) > lengths.PARAGRAPH:
            raise RuleBroken(name, "value_too_long", most=lengths.PARAGRAPH)
        try:
            check_words(text, half_holds=False)
        except RuleBroken as broken:
            raise RuleBroken(name, broken.code) from broken
    return plan_content("zh", weeks_of(caller, wanted), words.next_steps)


def draft(caller: Caller, wanted: MonthOfUnit, words: OwnWords) -> Briefing:
    """Draft the notice of a month. Raises as `content_of`."""
    content = content_of(caller, wanted, words)
    row = Briefing(
        kind=BriefingKind.PLAN,
        unit_id=wanted.unit_id,
        month=wanted.first_day,
        words=asdict(words),
        content=asdict(content),
        drafted_by=caller.actor.own_id(),
        drafted_at=caller.now,
    )
    caller.session.add(row)
    caller.session.flush()
    audit_log.record(caller, "briefing.drafted", ("unit", row.unit_id), briefing=row.id)
    return row


def month_of(row: Briefing) -> MonthOfUnit:
    """Of which unit and month a notice is."""
    first = row.month or local_day(row.drafted_at)
    return MonthOfUnit(row.unit_id, first.year, first.month)
