"""迎检台账: one press makes a unit's month; then 卷内目录, each paper, and all of it as a zip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.background_jobs import ACTIVE, WorkKind, WorkState
from learnapp.domain.reports.month_files import FilePart, MissingWhy, MonthOfUnit
from learnapp.reports import printed_table
from learnapp.services.exams.mark_sheets import SheetReader
from learnapp.services.reports import month_work
from learnapp.web.core import request_context as req
from learnapp.web.core import watermark
from learnapp.web.core.access import may, own_transactions, repeatable, steps_up
from learnapp.web.core.downloads import attachment
from learnapp.web.core.language import language
from learnapp.web.core.running import running_of
from learnapp.web.core.wording import label, moment_label, problem
from learnapp.web.people.unit_span_forms import UnitMonthForm
from question_bank.formats.packages.stamp import stamped

blueprint = Blueprint("month_files", __name__)


@blueprint.route("/files", methods=["GET", "POST"])
@repeatable("what is being made is not begun twice")
@may(Permission.FILES_MAKE)
def index() -> str | BaseResponse | tuple[str, int]:
    """Choose a unit and a month, and have its files made."""
    form, today = UnitMonthForm(), local_day(req.now())
    form.offer(Permission.FILES_MAKE)
    if request.method == "GET":
        form.begin(today)
        return render_template("reports/month_files.html", form=form)
    if not form.validate():
        return render_template("reports/month_files.html", form=form), 422
    who = req.reader()
    reader = SheetReader(language(), today, who.name)
    try:
        wanted = MonthOfUnit(form.unit.data, form.year.data, form.month.data)
        job = month_work.ask(req.caller(), wanted, reader)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return render_template("reports/month_files.html", form=form), 422
    return redirect(url_for(".show", job=job.public_id), 303)


@blueprint.get("/files/<job>")
@may(Permission.FILES_MAKE)
def show(job: str) -> str:
    """How far they are; then 卷内目录 with what is missing, and each paper."""
    found = month_work.files_of(req.caller(), job)
    ready = found.state == WorkState.DONE
    papers = month_work.papers_of(req.session(), found) if ready else []
    lines = month_work.contents_of(papers)
    month = month_work.month_of(found)
    unit = (found.result or {}).get("unit", "")
    return render_template(
        "reports/month_files_made.html",
        title=gettext("%(y)s年%(m)s月迎检台账", y=month.year, m=month.month),
        about=" · ".join(filter(None, (unit, _made(found.ended_at)))),
        running=running_of(found if found.state in ACTIVE else None),
        failed=problem(found.error, **found.error_params)
        if found.state == WorkState.FAILED and found.error
        else "",
        parts=[_part(job, part, lines) for part in FilePart] if ready else [],
        missing=sum(1 for each in lines if each.number is None),
        there=sum(1 for each in lines if each.number is not None),
        zip_url=url_for(".archive", job=job),
        contents_url=url_for(".contents", job=job),
        kind=label(WorkKind, WorkKind.MONTH_FILES),
    )


def _made(ended_at: Any) -> str:
    return "" if ended_at is None else gettext("%(t)s 生成", t=moment_label(ended_at))


def _part(job: str, part: FilePart, lines: list[Any]) -> dict[str, Any]:
    mine = [each for each in lines if each.part is part]
    return {
        "label": label(FilePart, part),
        "rows": [
            {
                "title": f"{each.number}. {each.title}" if each.number else each.title,
                "missing": "" if each.missing is None else label(MissingWhy, each.missing),
                "url": url_for(".paper", job=job, number=each.number) if each.number else None,
            }
            for each in mine
        ],
    }


def _stamp(session: Session) -> Callable[[bytes], bytes]:
    """What is internal bears the name of who takes it out."""
    mark = watermark.line(session)
    return lambda data: stamped(data, "docx", mark)


@blueprint.get("/files/<job>/zip")
@own_transactions
@steps_up
@may(Permission.FILES_MAKE)
def archive(job: str) -> Response:
    """All of it; who took it is in the audit."""
    with req.reading() as session:
        found = month_work.files_of(req.caller(session), job)
        data = month_work.archive(language(), found, session, _stamp(session))
        month, unit = month_work.month_of(found), (found.result or {}).get("unit", "")
    with req.writing() as session:
        month_work.record_taken(req.caller(session), found)
    name = gettext("%(y)s年%(m)s月迎检台账", y=month.year, m=month.month)
    return attachment(data, f"{name} {unit}.zip")


@blueprint.get("/files/<job>/contents.docx")
@may(Permission.FILES_MAKE)
def contents(job: str) -> Response:
    """卷内目录."""
    found = month_work.files_of(req.caller(), job)
    lines = month_work.contents_of(month_work.papers_of(req.session(), found))
    table = month_work.contents_table(language(), found, lines)
    return attachment(printed_table.document(table), f"{table.title}.docx")


@blueprint.get("/files/<job>/papers/<int:number>")
@own_transactions
@steps_up
@may(Permission.FILES_MAKE)
def paper(job: str, number: int) -> Response:
    """One paper; who took it is in the audit."""
    with req.reading() as session:
        found = month_work.files_of(req.caller(session), job)
        papers = month_work.numbered(month_work.papers_of(session, found))
        if not 1 <= number <= len(papers):
            abort(404)
        wanted = papers[number - 1]
        data = month_work.content_of(wanted, _stamp(session))
    with req.writing() as session:
        month_work.record_taken(req.caller(session), found)
    return attachment(data, month_work.paper_name(number, wanted))
