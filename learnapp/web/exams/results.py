"""成绩: a window's results by unit and name, how marks are distributed; the mark sheet as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from learnapp.db.bank import classification
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.exams.mark_sheet import BANDS, Grade
from learnapp.reports import printed_table
from learnapp.services.exams import mark_sheets, results
from learnapp.services.exams.mark_sheets import MOST_AT_ONCE, SheetReader
from learnapp.services.exams.results import ListPart, WindowResults
from learnapp.services.exams.window_tally import ListFilter
from learnapp.web.core import request_context as req
from learnapp.web.core import watermark
from learnapp.web.core.access import may, own_transactions, steps_up
from learnapp.web.core.downloads import attachment
from learnapp.web.core.input import whole
from learnapp.web.core.language import language
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import day_label, label, percent_label
from question_bank.formats.packages.stamp import stamped

blueprint = Blueprint("results", __name__)

WRITERS = {"xlsx": printed_table.workbook, "docx": printed_table.document}


def sheet_reader() -> SheetReader:
    """Who reads the page, for whom its texts and files are written."""
    who = req.signed_in_as()
    return SheetReader(language(), local_day(req.now()), who.name if who else "")


@blueprint.get("/rooms/<int:window_id>/results")
@may(Permission.MARKS_READ)
def show(window_id: int) -> str:
    """The results; `unit` and `grade` in the address leave only those on the list."""
    unit, asked, page = whole(request.args, "unit"), request.args.get("grade", ""), asked_page()
    grade = Grade(asked) if asked in set(Grade) else None
    listed = ListPart(ListFilter(unit, grade), (page - 1) * SIZE, SIZE)
    found, reader = results.of_window(req.caller(), window_id, listed), sheet_reader()
    return render_template(
        "exams/results/show.html",
        title=found.exam.title,
        about=mark_sheets.about(found, reader),
        back_url=url_for("rooms.show", window_id=window_id),
        sentence=mark_sheets.sentence(found.totals, reader.language),
        ways=_ways(window_id),
        regrading=found.regrading,
        bands=_bands(found),
        median=percent_label(Share(found.marks.median, 10_000))
        if found.marks.median is not None
        else "",
        listed=bool(found.units),
        rows=[mark_sheets.texts_of(each, reader.language) for each in found.rows],
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
        files=[] if found.people > MOST_AT_ONCE else _files(window_id),
        make_url=url_for("sheets.make", window_id=window_id),
    )


@blueprint.get("/rooms/<int:window_id>/results/<form>")
@own_transactions
@steps_up
@may(Permission.MARKS_READ)
def export(window_id: int, form: str) -> Response:
    """The mark sheet as a file; who took it is in the audit."""
    if form not in WRITERS:
        abort(404)
    with req.reading() as session:
        found = results.of_window(req.caller(session), window_id)
        exam_id, title = found.exam.id, found.exam.title
        sheet = mark_sheets.window_table(found, sheet_reader())
        internal = classification.is_internal(session, {"window_id": window_id})
        mark = watermark.line(session) if internal else ""
    with req.writing() as session:
        results.record_export(req.caller(session), exam_id, window_id, form)
    data = WRITERS[form](sheet)
    if mark:
        data = stamped(data, form, mark)
    return attachment(data, f"{title}-{day_label(local_day(req.now()))}.{form}")


def _files(window_id: int) -> list[dict[str, str]]:
    return [
        {"label": name, "url": url_for("results.export", window_id=window_id, form=form)}
        for form, name in (("xlsx", _("成绩册（Excel）")), ("docx", _("成绩册（Word）")))
    ]


def _ways(window_id: int) -> list[dict[str, str]]:
    """What else there is to see, and what may be done about those without marks."""
    actor = req.actor()
    found = [
        {"label": _("按单位，和上一场比…"), "url": url_for("analysis.units", window_id=window_id)},
        {"label": _("年度成绩汇总表…"), "url": url_for("sheets.year")},
        {"label": _("试题分析…"), "url": url_for("analysis.questions", window_id=window_id)},
    ]
    if actor.may(Permission.EXAM_EDIT):
        url = url_for("further.add", window_id=window_id)
        found.append({"label": _("安排补考、重考…"), "url": url})
    if actor.may(Permission.DISPENSATION_ASK):
        url = url_for("dispensations.index", window=window_id)
        found.append({"label": _("缓考、免考…"), "url": url})
    return found


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
