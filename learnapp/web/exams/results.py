"""成绩: a window's results by unit and name, how marks are distributed, which questions went worst."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.exams.exams import ExamKind, WindowKind
from learnapp.domain.exams.mark_sheet import BANDS, Grade, Remark
from learnapp.domain.exams.roll import RollState
from learnapp.domain.people.people import Category
from learnapp.reports import mark_sheet
from learnapp.reports.mark_sheet import MarkSheet
from learnapp.services.exams import results
from learnapp.services.exams.results import SheetRow, WindowResults
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, own_transactions
from learnapp.web.core.downloads import attachment
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import (
    day_label,
    label,
    marks_label,
    percent_label,
    shortened,
    span_label,
)
from question_bank.kinds import QuestionType

blueprint = Blueprint("results", __name__)

_STEM = 60
_WRITERS = {"xlsx": mark_sheet.workbook, "docx": mark_sheet.document}


@blueprint.get("/rooms/<int:window_id>/results")
@may(Permission.MARKS_READ)
def show(window_id: int) -> str:
    """The results; `unit` and `grade` in the address leave only those."""
    found = results.of_window(req.caller(), window_id)
    unit, grade = request.args.get("unit", 0, int), request.args.get("grade", "")
    rows = [
        each for each in found.rows if unit in (0, each.unit_id) and grade in ("", each.line.grade)
    ]
    page = asked_page()
    return render_template(
        "exams/results/show.html",
        title=found.exam.title,
        about=_about(found),
        back_url=url_for("rooms.show", window_id=window_id),
        sentence=_sentence(found),
        regrading=found.regrading,
        bands=_bands(found),
        median=percent_label(Share(found.marks.median, 10_000))
        if found.marks.median is not None
        else "",
        listed=bool(found.rows),
        rows=[_texts(each) for each in rows[(page - 1) * SIZE : page * SIZE]],
        page=pager(
            "results.show",
            page,
            len(rows),
            window_id=window_id,
            unit=unit or None,
            grade=grade or None,
        ),
        units=_units(found, unit),
        grades=_grades(found, grade),
        questions=_questions(found),
        files=[
            {
                "label": name,
                "url": url_for("results.export", window_id=window_id, form=form),
            }
            for form, name in (("xlsx", _("成绩册（Excel）")), ("docx", _("成绩册（Word）")))
        ],
    )


@blueprint.get("/rooms/<int:window_id>/results/<form>")
@own_transactions
@may(Permission.MARKS_READ)
def export(window_id: int, form: str) -> Response:
    """The mark sheet as a file; who took it is in the audit."""
    if form not in _WRITERS:
        abort(404)
    with req.reading() as session:
        found = results.of_window(req.caller(session), window_id)
        exam_id, title, sheet = found.exam.id, found.exam.title, _sheet(found)
    with req.writing() as session:
        results.record_export(req.caller(session), exam_id, window_id, form)
    return attachment(_WRITERS[form](sheet), f"{title}-{day_label(local_day(req.now()))}.{form}")


def _sheet(found: WindowResults) -> MarkSheet:
    return MarkSheet(
        title=_("%(t)s 成绩册", t=found.exam.title),
        about=f"{_about(found)} · {_sentence(found)}",
        columns=_columns(),
        rows=[(str(number), *_texts(each).values()) for number, each in enumerate(found.rows, 1)],
        signed=_("制表人：　　　　　　审核人：　　　　　　日期：　　　　　　"),
    )


def _about(found: WindowResults) -> str:
    window = found.window
    span = span_label(window.opens_at, window.closes_at)
    kind = label(WindowKind, window.kind)
    return f"{label(ExamKind, found.exam.kind)} · {kind} · {span}"


def _sentence(found: WindowResults) -> str:
    totals = found.totals
    parts = [
        _(
            "应考 %(a)s 人，实考 %(b)s 人，合格 %(c)s 人",
            a=totals.expected,
            b=totals.sat,
            c=found.passed,
        )
    ]
    for count, text in (
        (totals.absent, _("缺考 %(n)s 人", n=totals.absent)),
        (totals.deferred, _("缓考 %(n)s 人", n=totals.deferred)),
        (totals.excused, _("免考 %(n)s 人", n=totals.excused)),
        (found.unmarked, _("待阅 %(n)s 人", n=found.unmarked)),
    ):
        if count:
            parts.append(text)
    return _("，").join(parts) + _("。")


def _columns() -> list[str]:
    return [
        _("序号"),
        _("单位"),
        _("姓名"),
        _("登录名"),
        _("类别"),
        _("成绩"),
        _("合格"),
        _("备注"),
    ]


def _texts(each: SheetRow) -> dict[str, str]:
    line = each.line
    none = line.grade is Grade.NONE
    return {
        "unit": each.unit,
        "name": each.name,
        "login": each.login_name,
        "category": label(Category, each.category) if each.category else "",
        "mark": marks_label(line.awarded) if line.awarded is not None else "",
        "grade": "" if none else label(Grade, line.grade),
        "remark": _remark(each),
    }


def _remark(each: SheetRow) -> str:
    """The short remark; what the person's state is called where nothing else says why there is no mark."""
    if each.line.remark:
        return label(Remark, each.line.remark)
    return label(RollState, each.state) if each.line.grade is Grade.NONE else ""


def _bands(found: WindowResults) -> list[dict[str, Any]]:
    """Each band of marks with its count and its share of all, for the bar beside it."""
    upper = [f"{high - 1}" for high in BANDS[1:]] + ["100"]
    whole = found.marks.total
    return [
        {
            "label": f"{low}–{high} %",
            "count": count,
            "permille": Share(count, whole).permille or 0,
        }
        for low, high, count in zip(BANDS, upper, found.marks.counts, strict=True)
    ]


def _units(found: WindowResults, chosen: int) -> list[dict[str, Any]]:
    names = {each.unit_id: each.unit for each in found.rows}
    return [
        {"id": unit_id, "name": name, "chosen": unit_id == chosen}
        for unit_id, name in names.items()
    ]


def _grades(found: WindowResults, chosen: str) -> list[dict[str, Any]]:
    there = {each.line.grade for each in found.rows}
    return [
        {"id": str(grade), "name": label(Grade, grade), "chosen": grade == chosen}
        for grade in Grade
        if grade in there
    ]


def _questions(found: WindowResults) -> list[dict[str, Any]]:
    return [
        {
            "stem": shortened(each.stem, _STEM),
            "type": label(QuestionType, each.type),
            "asked": each.asked,
            "right": each.right,
            "share": percent_label(each.share),
            "permille": each.share.permille or 0,
            "url": _question_url(each.version_id),
        }
        for each in found.questions
    ]


def _question_url(version_id: int) -> str:
    """The question's page; who may put it right and reads no bank comes there at once."""
    if req.actor().may(Permission.BANK_READ):
        return url_for("questions.show", version_id=version_id)
    if req.actor().may(Permission.KEY_REVISE):
        return url_for("corrections.key", version_id=version_id)
    return ""
