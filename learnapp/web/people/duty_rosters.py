"""值班表: a workbook uploaded, who is on duty when shown, then recorded."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.people.duty_rosters import DutySpan
from learnapp.domain.study.programme import AbsenceEffect
from learnapp.services.files import staged_imports
from learnapp.services.people import duty_rosters
from learnapp.services.people.duty_file import read_duties
from learnapp.services.people.duty_rosters import DutyLine
from learnapp.web.core import request_context as req
from learnapp.web.core import uploads
from learnapp.web.core.access import makes, may, own_transactions, repeatable, takes_files
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label, listed, moment_label, problem
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("duty", __name__)
_RIGHT = Permission.ABSENCE_RECORD
_KIND = ImportKind.DUTY_ROSTER


class DutyForm(FlaskForm):
    """A workbook, whose it is, and whether what falls due is put off."""

    file = FileField(_("值班表（.xlsx）"))
    unit = SelectField(_("单位"), coerce=int)
    effect = RadioField(
        _("值班那几天到期的任务"),
        choices=select_options(
            [("none", _("照常；值班表只用于提醒时间和考试分批")), ("defers", _("顺延补学"))]
        ),
        default="none",
    )


def _list(form: DutyForm) -> str:
    offer_units(form.unit, _RIGHT)
    jobs = [
        {
            "name": staged_imports.file_of(req.session(), job).name,
            "at": moment_label(job.created_at),
            "state": label(JobState, job.state),
            "url": url_for("duty.preview", job=job.public_id),
        }
        for job in staged_imports.open_jobs(req.caller(), _KIND)
    ]
    return render_template("people/duty/index.html", form=form, jobs=jobs)


@blueprint.get("/duty")
@may(_RIGHT)
def index() -> str:
    """What a duty roster may look like, and the way in for it."""
    return _list(DutyForm())


@blueprint.post("/duty/import")
@makes
@takes_files
@own_transactions
@may(_RIGHT)
def upload() -> str | Response | tuple[str, int]:
    """Read the workbook outside any transaction, then stage it."""
    form = DutyForm()
    unit_id = form.unit.data or 0
    uploads.may_keep(_RIGHT, unit_id)
    try:
        data, name = uploads.taken(form.file.data, ("xlsx",))
        duties = read_duties(data, local_day(req.now()))
    except RuleBroken as broken:
        form.file.errors = [problem(broken.code, **broken.params)]
        with req.reading_page():
            return _list(form), 422
    effect = AbsenceEffect.DEFERS if form.effect.data == "defers" else AbsenceEffect.NONE
    with req.writing() as session:
        caller = req.caller(session)
        file = uploads.store_upload(caller, unit_id, data, name)
        public_id = duty_rosters.stage(caller, file, duties, effect).public_id
    return redirect(url_for("duty.preview", job=public_id), 303)


@blueprint.get("/duty/import/<job>")
@may(_RIGHT)
def preview(job: str) -> str:
    """Who is on duty when by the file, and what is not taken, with why."""
    found = staged_imports.job_in_reach(req.caller(), job, _KIND)
    lines = duty_rosters.lines_of(req.caller(), found)
    taken = [each for each in lines if each.why_not is None and each.spans]
    return render_template(
        "people/duty/preview.html",
        job=job,
        file=staged_imports.file_of(req.session(), found).name,
        open=found.state == JobState.STAGED,
        done=found.counts.get("added") if found.state == JobState.DONE else None,
        defers=found.settings.get("effect") == AbsenceEffect.DEFERS,
        people=len(taken),
        taken=[_row(each) for each in taken],
        known=sum(1 for each in lines if each.why_not is None and not each.spans),
        doubtful=[_row(each) for each in lines if each.why_not is not None],
    )


def _row(line: DutyLine) -> dict[str, str]:
    return {
        "name": line.written,
        "login": line.login,
        "days": listed(_span(each) for each in line.spans),
        "why_not": problem(line.why_not) if line.why_not else "",
        "place": line.place,
    }


def _span(span: DutySpan) -> str:
    if span.first == span.last:
        return day_label(span.first)
    return gettext("%(a)s 至 %(b)s", a=day_label(span.first), b=day_label(span.last))


@blueprint.post("/duty/import/<job>/confirm")
@makes
@may(_RIGHT)
def confirm(job: str) -> Response:
    """Record the days."""
    people = duty_rosters.confirm(req.caller(), job)
    say(gettext("已登记 %(n)s 人的值班。", n=people))
    return redirect(url_for("duty.preview", job=job), 303)


@blueprint.post("/duty/import/<job>/cancel")
@repeatable("an import is cancelled once")
@may(_RIGHT)
def cancel(job: str) -> Response:
    """Give the import up."""
    staged_imports.cancel(req.caller(), job, _KIND)
    say(gettext("导入已取消。"), "info")
    return redirect(url_for("duty.index"), 303)
