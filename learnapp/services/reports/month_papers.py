"""迎检台账, exams: papers with their keys once these are open, mark books, lists for make-ups, approvals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from learnapp.db.bank import classification, reviews
from learnapp.db.exams import mark_sheet
from learnapp.db.exams.models import ExamWindow
from learnapp.db.exams.open_papers import withheld_questions
from learnapp.db.reports import month_files as queries
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.exams.dispensations import DispensationKind
from learnapp.domain.exams.mark_sheet import together
from learnapp.domain.reports.month_files import FilePart, MissingWhy
from learnapp.reports import official, printed_table
from learnapp.reports.official import OfficialText, Section
from learnapp.reports.printed_table import PrintedTable
from learnapp.services.exams import mark_sheets, results
from learnapp.services.progress import drill_down
from learnapp.services.reports.month_reader import Filed, MonthReader
from learnapp.wording.catalogue import translated
from learnapp.wording.dates import moment_label
from learnapp.wording.labels import label
from learnapp.wording.questions import answer_text
from question_bank.model import question_from_json
from question_bank.options import lettered

_MOST = 5_000  # people of one list


def papers(month: MonthReader) -> Iterator[Filed]:
    """The questions of each window with their keys; before the keys are open, only that they are not."""
    for exam, window in month.windows():
        title = translated(month.language, "%(t)s 试题和答案", t=month.exam_name(exam, window))
        if why := _paper_missing(month, window):
            yield Filed(FilePart.PAPER, title, missing=why)
            continue
        shown = [each.version_id for each in mark_sheet.yields(month.session, window.id)]
        if not shown:
            yield Filed(FilePart.PAPER, title, missing=MissingWhy.NOTHING)
            continue
        contents = reviews.contents(month.session, shown)
        text = OfficialText(
            title,
            mark_sheets.about_window(exam, window, month.reader),
            [_question(month, number, contents[each]) for number, each in enumerate(shown, 1)],
        )
        internal = classification.is_internal(month.session, {"window_id": window.id})
        yield Filed(
            FilePart.PAPER, title, official.document(text), internal=internal, keys=tuple(shown)
        )


def _paper_missing(month: MonthReader, window: ExamWindow) -> MissingWhy | None:
    if not month.may_read_marks(window):
        return MissingWhy.NO_RIGHT
    if window.keys_shown_at is None or window.keys_shown_at > month.caller.now:
        return MissingWhy.NOT_RELEASED
    hidden = withheld_questions(month.session, month.caller.actor)
    asked = {each.question_id for each in mark_sheet.yields(month.session, window.id)}
    return MissingWhy.ON_OWN_PAPER if hidden & asked else None


def _question(month: MonthReader, number: int, record: dict[str, object]) -> Section:
    found = question_from_json(record)
    lines = [f"{number}. {found.stem.plain}"]
    lines += [f"{letter}. {option.content.plain}" for letter, option in lettered(found.options)]
    answer = answer_text(month.language, record)
    lines.append(translated(month.language, "答案：%(a)s", a=answer))
    return Section("", lines)


def mark_books(month: MonthReader) -> Iterator[Filed]:
    """The mark book of each window, of the unit with all below it."""
    for exam, window in month.windows():
        title = translated(month.language, "%(t)s 成绩册", t=month.exam_name(exam, window))
        if window.closes_at > month.caller.now:
            yield Filed(FilePart.MARKS, title, missing=MissingWhy.NOT_OVER)
            continue
        try:
            found = results.of_window(month.caller, window.id)
        except (Forbidden, NotFound):
            yield Filed(FilePart.MARKS, title, missing=MissingWhy.NO_RIGHT)
            continue
        within = month.unit_ids()
        rows = [each for each in found.rows if each.unit_id in within]
        totals = together(each for each in found.units if each.unit_id in within)
        mine = replace(found, rows=rows, totals=totals)
        table = mark_sheets.window_table(mine, month.reader)
        internal = classification.is_internal(month.session, {"window_id": window.id})
        yield Filed(FilePart.MARKS, title, printed_table.document(table), internal=internal)


def approvals(month: MonthReader) -> Iterator[Filed]:
    """缓考 and 免考 that were approved in the windows of the month, without the reasons."""
    windows = [window.id for _exam, window in month.windows()]
    found = queries.approvals(month.session, windows, month.units, month.caller.now)
    if not found:
        return
    language, today = month.language, month.reader.today
    rows = [
        (
            each.exam,
            each.unit,
            each.person,
            label(language, DispensationKind, DispensationKind(each.kind)),
            each.asked_by,
            each.decided_by,
            "" if each.decided_at is None else moment_label(language, each.decided_at, today),
        )
        for each in found
    ]
    title = translated(language, "缓考、免考审批")
    columns = [
        (translated(language, "考试"), 24), (translated(language, "单位"), 20),
        (translated(language, "姓名"), 10), (translated(language, "类别"), 8),
        (translated(language, "申请"), 10), (translated(language, "批准"), 10),
        (translated(language, "批准时间"), 20),
    ]  # fmt: skip
    table = PrintedTable(title, month.about(), columns, rows)
    yield Filed(FilePart.DISPENSATION, title, printed_table.document(table))


def make_ups(month: MonthReader) -> Iterator[Filed]:
    """Of each requirement that fell due in the month who has not met it: the list to make up, as of now."""
    for stage, row in month.requirements():
        if row.due_at > month.caller.now or not row.waiting:
            continue
        found = drill_down.behind(
            month.caller, stage.identity, month.wanted.unit_id, row.item_id, PageSpan(1, _MOST)
        )
        if not found.people:
            continue
        title = translated(month.language, "%(t)s 补考、补学名单", t=found.title)
        people = [(each.unit, each.name, each.login_name) for each in found.people]
        yield Filed(FilePart.MAKE_UP, title, printed_table.document(_list(month, title, people)))


def _list(month: MonthReader, title: str, people: Sequence[tuple[str, str, str]]) -> PrintedTable:
    columns = [
        (translated(month.language, "单位"), 26),
        (translated(month.language, "姓名"), 12),
        (translated(month.language, "登录名"), 14),
        (translated(month.language, "补学、补考情况"), 30),
    ]
    rows = [(*each, "") for each in people]
    return PrintedTable(title, month.about(), columns, rows, row_cm=0.9)
