"""迎检台账, what is not about exams: plan, notices, roll calls, reports, circulars, chases, rectification."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from learnapp.db.people import unit_paths
from learnapp.db.reports import month_files as queries
from learnapp.db.reports.models import Briefing
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.notices.chases import ChaseKind
from learnapp.domain.notices.findings import FindingState
from learnapp.domain.reports.briefings import BriefingKind
from learnapp.domain.reports.month_files import FilePart, MissingWhy
from learnapp.domain.study.study_sessions import RollMark, SessionKind
from learnapp.reports import briefing_document, official, printed_table
from learnapp.reports.printed_table import PrintedTable
from learnapp.services.notices import chasing, finding_work
from learnapp.services.notices.chase_letter import letter
from learnapp.services.progress import rework
from learnapp.services.reports import briefing_files, month_papers, weekly
from learnapp.services.reports.briefing_files import Copy
from learnapp.services.reports.month_reader import Filed, MonthReader
from learnapp.services.reports.weekly_text import official_text
from learnapp.services.study import study_sessions
from learnapp.services.study.study_sessions import RollPage
from learnapp.wording.catalogue import translated
from learnapp.wording.dates import day_label, moment_label
from learnapp.wording.labels import label


def _plan(month: MonthReader) -> Iterator[Filed]:
    language, today = month.language, month.reader.today
    rows = [
        (
            day_label(language, each.plan_day, today),
            f"{stage.programme_name} · {stage.name}",
            each.title,
            moment_label(language, each.due_at, today),
            each.owed,
            each.done,
        )
        for stage, each in month.requirements()
    ]
    if not rows:
        return
    columns = [
        (translated(language, "计划日"), 16), (translated(language, "计划"), 24),
        (translated(language, "内容"), 36), (translated(language, "截止"), 22),
        (translated(language, "应完成"), 8), (translated(language, "完成"), 8),
    ]  # fmt: skip
    title = translated(language, "学习计划和完成情况")
    table = PrintedTable(title, month.about(), columns, rows, landscape=True)
    yield Filed(FilePart.PLAN, title, printed_table.document(table))


def _notices(month: MonthReader) -> Iterator[Filed]:
    for row in queries.plans_of(month.session, month.wanted.unit_id, month.wanted.first_day):
        yield _issued(month, FilePart.NOTICE, row)
    windows = {window.id: exam.title for exam, window in month.windows()}
    found = queries.announcements_of(month.session, windows)
    if not found:
        return
    language = month.language
    rows = [
        (windows[window_id], text, moment_label(language, at, month.reader.today))
        for window_id, text, at in found
    ]
    title = translated(language, "考试通知")
    columns = [
        (translated(language, "考试"), 24),
        (translated(language, "内容"), 50),
        (translated(language, "时间"), 20),
    ]
    table = PrintedTable(title, month.about(), columns, rows)
    yield Filed(FilePart.NOTICE, title, printed_table.document(table))


def _roll_calls(month: MonthReader) -> Iterator[Filed]:
    for row in queries.sessions_in(month.session, month.units, month.span):
        day = day_label(month.language, row.starts_at, month.reader.today)
        title = translated(month.language, "%(d)s %(t)s 点名册", d=day, t=row.title)
        try:
            page = study_sessions.roll(month.caller, row.id)
        except (Forbidden, NotFound):
            yield Filed(FilePart.ROLL, title, missing=MissingWhy.NO_RIGHT)
            continue
        if row.closed_at is None:
            yield Filed(FilePart.ROLL, title, missing=MissingWhy.NOT_OVER)
            continue
        yield Filed(FilePart.ROLL, title, printed_table.document(_roll(month, title, page)))


def _roll(month: MonthReader, title: str, page: RollPage) -> PrintedTable:
    """Everybody expected with what holds for them; those who have still to make up below."""
    language, row, found = month.language, page.session, page.roll
    marks = {RollMark.PRESENT: found.present, RollMark.LEAVE: found.on_leave}
    marks[RollMark.ABSENT] = found.absent
    states = {
        person_id: label(language, RollMark, mark)
        for mark, people in marks.items()
        for person_id in people
    }
    kind = label(language, SessionKind, SessionKind(row.kind))
    when = moment_label(language, row.starts_at, month.reader.today)
    sums = translated(
        language,
        "应到 %(a)s 人，实到 %(b)s 人，请假 %(c)s 人，缺席 %(d)s 人",
        a=len(found.expected),
        b=len(found.present),
        c=len(found.on_leave),
        d=len(found.absent),
    )
    below = [sums]
    if page.make_up:
        names = "、".join(f"{name}（{unit}）" for name, unit in page.make_up)
        below.append(translated(language, "还要补学：%(n)s", n=names))
    return PrintedTable(
        title,
        " · ".join(filter(None, (kind, when, row.place, row.host, "、".join(page.items)))),
        [
            (translated(language, "单位"), 30),
            (translated(language, "姓名"), 16),
            (translated(language, "到场"), 12),
        ],
        [(unit, name, states.get(person_id, "")) for person_id, name, unit in page.people],
        below,
    )


def _weekly(month: MonthReader) -> Iterator[Filed]:
    for issue_id in queries.reports_in(month.session, month.wanted.unit_id, month.span):
        page = weekly.of_unit(month.caller, issue_id, month.wanted.unit_id)
        text = official_text(month.language, page)
        cut_off = moment_label(month.language, page.report.header.cut_off, month.reader.today)
        unsigned = MissingWhy.NOT_SIGNED if page.signature is None else None
        title = f"{text.title} {cut_off}"
        yield Filed(FilePart.WEEKLY, title, official.document(text), unsigned)


def _circulars(month: MonthReader) -> Iterator[Filed]:
    for row in queries.briefings_in(month.session, month.wanted.unit_id, month.span):
        if row.kind != BriefingKind.PLAN:
            yield _issued(month, FilePart.CIRCULAR, row)


def _issued(month: MonthReader, part: FilePart, row: Briefing) -> Filed:
    """What was issued, in the template of the product."""
    copy = Copy(month.language, month.unit_name, month.reader.today, proof=False)
    plain = briefing_document.default_template
    if row.kind == BriefingKind.PLAN:
        plain = briefing_document.default_plan_template
    data = briefing_files.document_of(plain(), row, copy)
    return Filed(part, briefing_files.name_of(month.language, row), data)


def _chases(month: MonthReader) -> Iterator[Filed]:
    for row in queries.chases_in(month.session, month.units, month.span):
        kind = label(month.language, ChaseKind, ChaseKind(row.kind))
        try:
            line, counts = chasing.one(month.caller, row.id)
        except (Forbidden, NotFound):
            yield Filed(FilePart.CHASE, kind, missing=MissingWhy.NO_RIGHT)
            continue
        data = official.document(letter(month.language, line, counts))
        yield Filed(FilePart.CHASE, f"{kind} {line.unit} {line.stage}", data)


def _findings(month: MonthReader) -> Iterator[Filed]:
    found = queries.findings_in(month.session, month.units, month.span)
    if not found:
        return
    language, today = month.language, month.reader.today
    title = translated(language, "问题整改台账")
    if not month.caller.actor.may(Permission.FINDING_READ):
        yield Filed(FilePart.FINDING, title, missing=MissingWhy.NO_RIGHT)
        return
    units = unit_paths.labels(month.session, {each.unit_id for each in found}, today)
    answers = finding_work.answers_of(month.session, [each.id for each in found])
    rows = [
        (
            units[each.unit_id],
            each.title,
            each.asked,
            day_label(language, each.due_on, today),
            answers.get(each.id, ""),
            label(language, FindingState, FindingState(each.state)),
        )
        for each in found
    ]
    columns = [
        (translated(language, "单位"), 18), (translated(language, "问题"), 24),
        (translated(language, "整改要求"), 30), (translated(language, "整改期限"), 12),
        (translated(language, "整改情况"), 30), (translated(language, "状态"), 10),
    ]  # fmt: skip
    table = PrintedTable(title, month.about(), columns, rows, landscape=True)
    yield Filed(FilePart.FINDING, title, printed_table.document(table))


def _reworks(month: MonthReader) -> Iterator[Filed]:
    found = rework.lines_of(
        month.caller, queries.reworks_in(month.session, month.units, month.span)
    )
    if not found:
        return
    language, today = month.language, month.reader.today
    rows = [
        (
            each.unit,
            each.stage,
            each.rework.reason,
            day_label(language, each.rework.due_on, today),
            each.counts.owed,
            each.counts.done,
        )
        for each in found
    ]
    title = translated(language, "补课重做")
    columns = [
        (translated(language, "单位"), 22), (translated(language, "阶段"), 18),
        (translated(language, "原因"), 34), (translated(language, "期限"), 14),
        (translated(language, "应重做"), 8), (translated(language, "完成"), 8),
    ]  # fmt: skip
    table = PrintedTable(title, month.about(), columns, rows)
    yield Filed(FilePart.REWORK, title, printed_table.document(table))


COLLECTORS: Mapping[FilePart, Callable[[MonthReader], Iterator[Filed]]] = {
    FilePart.PLAN: _plan,
    FilePart.NOTICE: _notices,
    FilePart.ROLL: _roll_calls,
    FilePart.PAPER: month_papers.papers,
    FilePart.MARKS: month_papers.mark_books,
    FilePart.MAKE_UP: month_papers.make_ups,
    FilePart.DISPENSATION: month_papers.approvals,
    FilePart.WEEKLY: _weekly,
    FilePart.CIRCULAR: _circulars,
    FilePart.CHASE: _chases,
    FilePart.FINDING: _findings,
    FilePart.REWORK: _reworks,
}
