"""成绩册 in words: one set of texts for the page, the workbook and the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.exams.exams import ExamKind, WindowKind
from learnapp.domain.exams.mark_sheet import Grade, Remark, SheetLine, UnitResult
from learnapp.domain.exams.roll import RollState
from learnapp.domain.people.people import Category
from learnapp.reports.printed_table import Cell, PrintedTable
from learnapp.services.exams.results import (
    Comparison,
    QuestionResults,
    SheetRow,
    WindowResults,
)
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import span_label
from learnapp.wording.labels import label
from learnapp.wording.numbers import marks_label

MOST_AT_ONCE = 1000  # people whose sheet is made while its reader waits


@dataclass(frozen=True)
class SheetReader:
    """For whom a sheet is made: the language, the day, and the name that stands for 制表人."""

    language: Language
    today: date
    name: str


def about(found: WindowResults | Comparison | QuestionResults, reader: SheetReader) -> str:
    """Of which kind the exam and its window are, from when to when."""
    return about_window(found.exam, found.window, reader)


def about_window(exam: Exam, window: ExamWindow, reader: SheetReader) -> str:
    """The same of an exam and its window."""
    span = span_label(reader.language, window.opens_at, window.closes_at, reader.today)
    kind = label(reader.language, WindowKind, window.kind)
    return f"{label(reader.language, ExamKind, exam.kind)} · {kind} · {span}"


def sentence(totals: UnitResult, language: Language) -> str:
    """应考, 实考 and 合格, and why the others are missing, as far as anybody is."""
    parts = [
        translated(
            language,
            "应考 %(a)s 人，实考 %(b)s 人，合格 %(c)s 人",
            a=totals.expected,
            b=totals.sat,
            c=totals.passed,
        )
    ]
    for count, text in (
        (totals.absent, translated(language, "缺考 %(n)s 人", n=totals.absent)),
        (totals.deferred, translated(language, "缓考 %(n)s 人", n=totals.deferred)),
        (totals.excused, translated(language, "免考 %(n)s 人", n=totals.excused)),
        (totals.misconduct, translated(language, "违纪 %(n)s 人", n=totals.misconduct)),
        (
            totals.voided_otherwise,
            translated(language, "作废 %(n)s 人", n=totals.voided_otherwise),
        ),
        (totals.unmarked, translated(language, "待阅 %(n)s 人", n=totals.unmarked)),
    ):
        if count:
            parts.append(text)
    return translated(language, "，").join(parts) + translated(language, "。")


def still_regraded(language: Language) -> str:
    """That the marks will change: a correction has not reached everybody."""
    return translated(language, "有一道题刚刚改正，答卷还在重判：全部重判以前，下面的成绩还会变。")


def window_table(found: WindowResults, reader: SheetReader) -> PrintedTable:
    """The mark sheet: its rows in 建制序, never by mark."""
    texts = [sentence(found.totals, reader.language)]
    if found.regrading:
        texts.append(still_regraded(reader.language))
    return PrintedTable(
        title=translated(reader.language, "%(t)s 成绩册", t=found.exam.title),
        about=f"{about(found, reader)} · {''.join(texts)}",
        columns=[*person_columns(reader), *_mark_columns(reader)],
        rows=[(number, *_cells(each, reader)) for number, each in enumerate(found.rows, 1)],
        below=[signed_line(reader)],
    )


def person_columns(reader: SheetReader) -> list[tuple[str, int]]:
    """The heads that say who it is, with their widths in characters."""
    return [
        (translated(reader.language, "序号"), 6),
        (translated(reader.language, "单位"), 24),
        (translated(reader.language, "姓名"), 12),
        (translated(reader.language, "警号"), 14),
        (translated(reader.language, "类别"), 10),
    ]


def _mark_columns(reader: SheetReader) -> list[tuple[str, int]]:
    return [
        (translated(reader.language, "成绩"), 8),
        (translated(reader.language, "合格"), 12),
        (translated(reader.language, "备注"), 8),
    ]


def signed_line(reader: SheetReader) -> str:
    """The line under a sheet: who made it, who checks it, when."""
    day = reader.today
    return translated(
        reader.language,
        "制表人：%(who)s　　　　审核人：　　　　　　　　日期：%(y)s年%(m)s月%(d)s日",
        who=reader.name,
        y=day.year,
        m=day.month,
        d=day.day,
    )


def texts_of(row: SheetRow, language: Language) -> dict[str, str]:
    """What is said of a person, by column."""
    line = row.line
    none = line.grade is Grade.NONE
    return {
        "unit": row.unit,
        "name": row.name,
        "login": row.login_name,
        "badge": row.badge,
        "category": label(language, Category, row.category) if row.category else "",
        "mark": "" if line.awarded is None else marks_label(line.awarded),
        "grade": "" if none else label(language, Grade, line.grade),
        "remark": remark_of(line, row.state, language),
    }


def remark_of(line: SheetLine, state: RollState, language: Language) -> str:
    """The short remark; what the person's state is called where nothing else says why there is no mark."""
    if line.remark:
        return label(language, Remark, line.remark)
    return label(language, RollState, state) if line.grade is Grade.NONE else ""


def _cells(row: SheetRow, reader: SheetReader) -> list[Cell]:
    """The texts of a person, the mark as a number."""
    texts = texts_of(row, reader.language)
    mark: Cell = "" if row.line.awarded is None else row.line.awarded / 100
    who = [texts[name] for name in ("unit", "name", "badge", "category")]
    return [*who, mark, texts["grade"], texts["remark"]]
