"""名册: units and people from one workbook, whole or not at all, with their one-time codes."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as Reply
from wtforms import RadioField, SelectField

from learnapp.db.files.models import ImportJob
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.people.roster_difference import RosterScope, RowChoice, RowKind
from learnapp.reports.roster_template import roster_workbook
from learnapp.services.files import staged_imports
from learnapp.services.people import roster as roster_service
from learnapp.services.people import roster_choices, roster_entry, roster_export
from learnapp.services.people.roster_choices import Chosen
from learnapp.services.people.roster_file import read_roster
from learnapp.web.accounts.code_sheets import page_of
from learnapp.web.core import entering, uploads
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions, repeatable, takes_files
from learnapp.web.core.downloads import attachment
from learnapp.web.core.entering import EnteringPage
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import asked_page
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label, lazy_label, moment_label, problem
from learnapp.web.people import roster_preview
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("roster", __name__)
_AT_ONCE = 100_000  # bytes; a larger workbook is read in the background
_MOST_AT_ONCE = 500  # rows; more are staged in the background


class RosterUploadForm(FlaskForm):
    """A workbook, and the unit that new ones without a parent stand under."""

    file = FileField(_("名册文件（.xlsx）"))
    unit = SelectField(_("归口单位"), coerce=int)
    scope = RadioField(
        _("文件里有谁"),
        choices=select_options((str(each), lazy_label(RosterScope, each)) for each in RosterScope),
        default=str(RosterScope.ADDITIONS),
    )

    def chosen_scope(self) -> RosterScope:
        """What the file speaks of; only of who comes, where nothing was chosen."""
        asked = self.scope.data
        return RosterScope(asked) if asked in set(RosterScope) else RosterScope.ADDITIONS


def _list(form: RosterUploadForm) -> str:
    caller, session = req.caller(), req.session()
    offer_units(form.unit, Permission.ROSTER_IMPORT)
    jobs = [
        {
            "name": staged_imports.file_of(session, job).name,
            "at": moment_label(job.created_at),
            "state": label(JobState, job.state),
            "url": url_for("roster.preview", job=job.public_id),
        }
        for job in staged_imports.open_jobs(caller, ImportKind.ROSTER)
    ]
    exports = [{"value": each.value, "label": each.label.strip("　")} for each in form.unit.choices]
    return render_template("people/roster/index.html", form=form, jobs=jobs, exports=exports)


@blueprint.get("/roster")
@may(Permission.ROSTER_IMPORT)
def index() -> str:
    """What the workbook must look like, and the way in for it."""
    return _list(RosterUploadForm())


@blueprint.get("/roster/template.xlsx")
@may(Permission.ROSTER_IMPORT)
def template() -> Response:
    """An empty workbook with the right sheets and columns; its cells offer what may stand in them."""
    return attachment(roster_workbook(roster_export.blank(req.caller())), "roster.xlsx")


@blueprint.get("/roster/current.xlsx")
@own_transactions
@may(Permission.ROSTER_IMPORT)
def current() -> Response:
    """The roster as it is recorded, in the same form; who took it is in the audit."""
    unit_id = whole(request.args, "unit") or 0
    with req.reading() as session:
        sheets = roster_export.as_recorded(req.caller(session), unit_id)
    with req.writing() as session:
        roster_export.note_exported(req.caller(session), unit_id, len(sheets.people))
    name = f"{gettext('名册')}-{day_label(local_day(req.now()))}.xlsx"
    return attachment(roster_workbook(sheets), name)


@blueprint.post("/roster/import")
@makes
@takes_files
@own_transactions
@may(Permission.ROSTER_IMPORT)
def upload() -> str | Reply | tuple[str, int]:
    """Read the workbook outside any transaction, then stage it."""
    form = RosterUploadForm()
    unit_id = form.unit.data or 0
    uploads.may_keep(Permission.ROSTER_IMPORT, unit_id)
    try:
        data, name = uploads.taken(form.file.data, ("xlsx",))
        roster = read_roster(data, name) if len(data) <= _AT_ONCE else None
    except RuleBroken as broken:
        form.file.errors = [problem(broken.code, **broken.params)]
        with req.reading_page():
            return _list(form), 422
    few = roster is not None and len(roster.units) + len(roster.people) <= _MOST_AT_ONCE
    with req.reading() as session:
        scope = form.chosen_scope()
        staging = roster_service.RosterStaging(req.caller(session), unit_id, scope)
        rows = staging.rows(session, roster) if roster is not None and few else []
    with req.writing() as session:
        caller = req.caller(session)
        file = uploads.store_upload(caller, unit_id, data, name)
        job = (
            roster_service.stage_roster(caller, file, staging, rows)
            if few
            else roster_service.begin(caller, file, scope)
        )
        public_id = job.public_id
    return redirect(url_for("roster.preview", job=public_id), 303)


@blueprint.get("/roster/import/<job>")
@may(Permission.ROSTER_IMPORT)
def preview(job: str) -> str:
    """The file as a difference to what is recorded, by kind; else how far the import is."""
    session = req.session()
    found = staged_imports.job_in_reach(req.caller(session), job, ImportKind.ROSTER)
    if found.state in (JobState.READING, JobState.REFUSED) or "refused" in found.settings:
        return _reading(found)
    if found.state == JobState.ENTERING:
        return _entering(found)
    return roster_preview.page(found)


@blueprint.post("/roster/import/<job>/rows")
@repeatable("sets values")
@may(Permission.ROSTER_IMPORT)
def decide(job: str) -> Reply:
    """What is to be done with the rows of a page of the preview."""
    wanted = {
        int(name.removeprefix("row-")): Chosen.of(value)
        for name, value in request.form.items()
        if re.fullmatch(r"row-[0-9]{1,9}", name) and value
    }
    found = roster_choices.decide(req.caller(), job, wanted)
    return _decided(found)


@blueprint.post("/roster/import/<job>/rows/all")
@repeatable("sets values")
@may(Permission.ROSTER_IMPORT)
def decide_all(job: str) -> Reply:
    """Take or leave every row of a kind."""
    kind = roster_preview.shown_kind() or RowKind.NEW
    choice = RowChoice.TAKE if request.form.get("do") == "take" else RowChoice.LEAVE
    return _decided(roster_choices.decide_all(req.caller(), job, kind, choice))


def _decided(found: ImportJob) -> Reply:
    still = found.counts.get("to_confirm", 0)
    text = gettext("已记下，还有 %(n)s 行要决定。", n=still) if still else gettext("已记下。")
    say(text, at="rows")
    at: dict[str, Any] = {"show": roster_preview.shown_kind(), "page": asked_page()}
    return redirect(url_for("roster.preview", job=found.public_id, **at), 303)


def _reading(found: ImportJob) -> str:
    """The page while the workbook is read, or when it must not be."""
    refused = found.settings.get("refused")
    return render_template(
        "people/roster/reading.html",
        job=found.public_id,
        file=staged_imports.file_of(req.session(), found).name,
        refused=problem(refused["code"], **refused["params"]) if refused else None,
        waiting=found.state == JobState.REFUSED,
    )


def _entering(found: ImportJob) -> str:
    """The page while what was confirmed comes in."""
    return entering.page(
        found,
        EnteringPage(
            gettext("导入名册"),
            staged_imports.file_of(req.session(), found).name,
            url_for(".index"),
            gettext("名册"),
            url_for(".progress", job=found.public_id),
            gettext("全部导入后在这里打印启用码。"),
        ),
    )


@blueprint.get("/roster/import/<job>/progress")
@may(Permission.ROSTER_IMPORT)
def progress(job: str) -> dict[str, Any]:
    """How far the entering is, for the page that waits for it."""
    session = req.session()
    found = staged_imports.job_in_reach(req.caller(session), job, ImportKind.ROSTER)
    return entering.progress_of(found)


@blueprint.post("/roster/import/<job>/confirm")
@makes
@own_transactions
@may(Permission.ROSTER_IMPORT)
def confirm(job: str) -> Reply:
    """Bring everybody in, once; their one-time codes have a page that can be opened again."""
    with req.reading() as session:
        roster_entry.check(req.caller(session), job)
    with req.writing() as session:
        found = roster_entry.confirm(req.caller(session), job, req.seal())
        # Rows left out are named on the preview; else the codes are what comes next.
        whole = found.state == JobState.DONE and not found.counts["left"]
    return redirect(url_for("roster.codes" if whole else "roster.preview", job=job), 303)


@blueprint.get("/roster/import/<job>/codes")
@own_transactions
@may(Permission.ROSTER_IMPORT)
def codes(job: str) -> str:
    """The codes of those who were brought in, for a day."""
    with req.reading() as session:
        sheet = roster_entry.sheet_of_roster(req.caller(session), job).public_id
    return page_of(sheet, "roster.codes", job=job)


@blueprint.post("/roster/import/<job>/cancel")
@repeatable("an import is cancelled once")
@may(Permission.ROSTER_IMPORT)
def cancel(job: str) -> Reply:
    """Give the import up."""
    added = staged_imports.job_in_reach(req.caller(), job, ImportKind.ROSTER).counts.get("added")
    staged_imports.cancel(req.caller(), job, ImportKind.ROSTER)
    text = gettext("导入已取消。")
    if added:  # it was broken off once
        text = gettext("导入已取消。先前导入的 %(n)s 人留在系统里，请重新给他们发启用码。", n=added)
    flash(text, "info")
    return redirect(url_for("roster.index"), 303)
