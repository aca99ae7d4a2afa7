"""成绩: a window's results by unit and name, how marks are distributed; the mark sheet as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from learnapp.db.bank import classification
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.exams.exams import ExamKind, WindowKind
from learnapp.domain.exams.mark_sheet import BANDS, Grade, Remark
from learnapp.domain.exams.roll import RollState
from learnapp.domain.people.people import Category
from learnapp.reports import printed_table
from learnapp.reports.printed_table import PrintedTable
from learnapp.services.exams import results
from learnapp.services.exams.results import ListPart, SheetRow, WindowResults
from learnapp.services.exams.window_tally import ListFilter
from learnapp.web.core import request_context as req
from learnapp.web.core import watermark
from learnapp.web.core.access import may, own_transactions
from learnapp.web.core.downloads import attachment
from learnapp.web.core.input import whole
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import day_label, label, marks_label, percent_label, span_label
from question_bank.formats.packages.stamp import stamped

blueprint = Blueprint("results", __name__)

_WRITERS = {"xlsx": printed_table.workbook, "docx": printed_table.document}


@blueprint.get("/rooms/<int:window_id>/results")
@may(Permission.MARKS_READ)
def show(window_id: int) -> str:
    """The results; `unit` and `grade` in the address leave only those on the list."""
    unit, asked, page = whole(request.args, "unit"), request.args.get("grade", ""), asked_page()
    grade = Grade(asked) if asked in set(Grade) else None
    listed = ListPart(ListFilter(unit, grade), (page - 1) * SIZE, SIZE)
    found = results.of_window(req.caller(), window_id, listed)
    return render_template(
        "exams/results/show.html",
        title=found.exam.title,
        about=about(found),
        back_url=url_for("rooms.show", window_id=window_id),
        sentence=_sentence(found),
        ways=_ways(window_id),
        regrading=found.regrading,
        bands=_bands(found),
        median=percent_label(Share(found.marks.median, 10_000))
        if found.marks.median is not None
        else "",
        listed=bool(found.units),
        rows=[_texts(each) for each in found.rows],
        page=pager("results.show", page, found.found, window_id=window_id, unit=unit, grade=grade),
        units=[
            {
                "id": each.unit_id,
                "name": found.unit_names[each.unit_id],
                "chosen": each.unit_id == unit,
            }
            for each in found.units
        ],
        grades=[
            {"id": str(each), "name": label(Grade, each), "chosen": each is grade}
            for each in found.grades
        ],
        files=[
            {"label": name, "url": url_for("results.export", window_id=window_id, form=form)}
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
        internal = classification.is_internal(session, {"window_id": window_id})
        mark = watermark.line(session) if internal else ""
    with req.writing() as session:
        results.record_export(req.caller(session), exam_id, window_id, form)
    data = _WRITERS[form](sheet)
    if mark:
        data = stamped(data, form, mark)
    return attachment(data, f"{title}-{day_label(local_day(req.now()))}.{form}")


def _sheet(found: WindowResults) -> PrintedTable:
    texts = [_sentence(found)]
    if found.regrading:
        texts.append(_("有一道题刚刚改正，答卷还在重判：全部重判以前，下面的成绩还会变。"))
    return PrintedTable(
        title=_("%(t)s 成绩册", t=found.exam.title),
        about=f"{about(found)} · {''.join(texts)}",
        columns=_columns(),
        rows=[(number, *_cells(each)) for number, each in enumerate(found.rows, 1)],
        below=[signed_line()],
    )


def signed_line() -> str:
    """The line under a sheet: who made it, who checks it, when."""
    who = req.signed_in_as()
    return _(
        "制表人：%(who)s　　　　审核人：　　　　　　　　日期：%(day)s",
        who=who.name if who else "",
        day=day_label(local_day(req.now())),
    )


def about(found: Any) -> str:
    """Of which kind the exam and its window are, from when to when."""
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
            c=totals.passed,
        )
    ]
    for count, text in (
        (totals.absent, _("缺考 %(n)s 人", n=totals.absent)),
        (totals.deferred, _("缓考 %(n)s 人", n=totals.deferred)),
        (totals.excused, _("免考 %(n)s 人", n=totals.excused)),
        (totals.voided, _("作废 %(n)s 人", n=totals.voided)),
        (totals.unmarked, _("待阅 %(n)s 人", n=totals.unmarked)),
    ):
        if count:
            parts.append(text)
    return _("，").join(parts) + _("。")


def _ways(window_id: int) -> list[dict[str, str]]:
    """What else there is to see, and what may be done about those without marks."""
    actor = req.actor()
    found = [
        {"label": _("按单位，和上一场比…"), "url": url_for("analysis.units", window_id=window_id)},
        {"label": _("试题分析…"), "url": url_for("analysis.questions", window_id=window_id)},
    ]
    if actor.may(Permission.EXAM_EDIT):
        url = url_for("further.add", window_id=window_id)
        found.append({"label": _("安排补考、重考…"), "url": url})
    if actor.may(Permission.DISPENSATION_ASK):
        url = url_for("dispensations.index", window=window_id)
        found.append({"label": _("缓考、免考…"), "url": url})
    return found


def _columns() -> list[tuple[str, int]]:
    """The heads of a mark sheet with their widths in characters."""
    return [
        (_("序号"), 6),
        (_("单位"), 24),
        (_("姓名"), 12),
        (_("警号"), 14),
        (_("类别"), 10),
        (_("成绩"), 8),
        (_("合格"), 12),
        (_("备注"), 8),
    ]


def _cells(each: SheetRow) -> list[Any]:
    """The cells of a row of the mark sheet: the texts of the page, the mark as a number."""
    texts = _texts(each)
    awarded = each.line.awarded
    mark = "" if awarded is None else awarded / 100
    columns = ("unit", "name", "badge", "category")
    return [*(texts[name] for name in columns), mark, texts["grade"], texts["remark"]]


def _texts(each: SheetRow) -> dict[str, str]:
    line = each.line
    none = line.grade is Grade.NONE
    return {
        "unit": each.unit,
        "name": each.name,
        "badge": each.badge,
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
