"""Sheets of many people: made in the background, then a page, a workbook and a document of the same rows."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as Reply
from wtforms import SelectField

from learnapp.db.bank import classification
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.operations.background_jobs import ACTIVE, WorkKind, WorkState
from learnapp.services.exams import results, sheet_work
from learnapp.services.exams.year_marks import YearWanted
from learnapp.web.core import request_context as req
from learnapp.web.core import watermark
from learnapp.web.core.access import may, own_transactions, repeatable, steps_up
from learnapp.web.core.downloads import attachment
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.running import running_of
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import label, moment_label, problem
from learnapp.web.exams.results import WRITERS, sheet_reader
from learnapp.web.people.unit_span_forms import UnitYearForm
from question_bank.formats.packages.stamp import stamped

blueprint = Blueprint("sheets", __name__)


class YearForm(UnitYearForm):
    """Of which unit with all below it, of which year and kind of exam."""

    kind = SelectField(_("考试"))


@blueprint.route("/marks/year", methods=["GET", "POST"])
@repeatable("what is being made is not begun twice")
@may(Permission.MARKS_READ)
def year() -> str | Reply | tuple[str, int]:
    """Choose a year, and have its marks put together."""
    form = YearForm()
    form.offer(Permission.MARKS_READ)
    kinds = [ExamKind.MONTHLY, ExamKind.WEEKLY, ExamKind.STAGE]
    form.kind.choices = select_options([(str(each), label(ExamKind, each)) for each in kinds])
    if request.method == "GET":
        form.begin(local_day(req.now()))
        return render_template("exams/sheets/year.html", form=form)
    if not form.validate():
        return render_template("exams/sheets/year.html", form=form), 422
    wanted = YearWanted(form.unit.data, form.year.data, ExamKind(form.kind.data))
    job = sheet_work.ask_year(req.caller(), wanted, sheet_reader())
    return redirect(url_for(".show", job=job.public_id), 303)


@blueprint.post("/rooms/<int:window_id>/results/sheet")
@repeatable("what is being made is not begun twice")
@may(Permission.MARKS_READ)
def make(window_id: int) -> Reply:
    """Have a window's mark sheet made."""
    job = sheet_work.ask_window(req.caller(), window_id, sheet_reader())
    return redirect(url_for(".show", job=job.public_id), 303)


@blueprint.get("/sheets/<job>")
@may(Permission.MARKS_READ)
def show(job: str) -> str:
    """A sheet that the reader asked for: how far it is, then its rows, page by page, and its files."""
    found = sheet_work.sheet_of(req.caller(), job)
    ready = found.state == WorkState.DONE and found.result is not None
    page, total = asked_page(), found.result["rows"] if found.result else 0
    table = None
    if ready:
        table = sheet_work.table_of(req.session(), found, (page - 1) * SIZE, SIZE)
    return render_template(
        "exams/sheets/show.html",
        title=table.title if table else label(WorkKind, found.kind),
        about=table.about if table else "",
        made=gettext("%(t)s 生成，共 %(n)s 人", t=moment_label(found.ended_at), n=total)
        if table and found.ended_at
        else "",
        columns=[name for name, _width in table.columns] if table else [],
        rows=[[_text(cell) for cell in row] for row in table.rows] if table else [],
        running=running_of(found if found.state in ACTIVE else None),
        failed=problem(found.error, **found.error_params)
        if found.state == WorkState.FAILED and found.error
        else "",
        files=[
            {"label": name, "url": url_for(".export", job=job, form=form)}
            for form, name in (("xlsx", "Excel"), ("docx", "Word"))
        ],
        page=pager(".show", page, total, job=job),
        back_url=_back(found),
    )


def _text(cell: str | int | float) -> str:
    return cell if isinstance(cell, str) else f"{cell:.10g}"


def _back(job: BackgroundJob) -> str:
    if job.kind == WorkKind.MARK_SHEET:
        return url_for("results.show", window_id=job.params["window"])
    return url_for(".year")


@blueprint.get("/sheets/<job>/<form>")
@own_transactions
@steps_up
@may(Permission.MARKS_READ)
def export(job: str, form: str) -> Response:
    """The sheet as a file; who took it is in the audit."""
    if form not in WRITERS:
        abort(404)
    with req.reading() as session:
        found = sheet_work.sheet_of(req.caller(session), job)
        table = sheet_work.table_of(session, found)
        window_id = found.params.get("window")
        internal = window_id is not None and classification.is_internal(
            session, {"window_id": window_id}
        )
        mark = watermark.line(session) if internal else ""
    with req.writing() as session:
        results.record_sheet(req.caller(session), found, form)
    data = WRITERS[form](table)
    if mark:
        data = stamped(data, form, mark)
    return attachment(data, f"{table.title}.{form}")
