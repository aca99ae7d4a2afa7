"""名册: units and people from one workbook, whole or not at all, with their one-time codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as Reply
from wtforms import SelectField

from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.reports.roster_template import roster_template
from learnapp.services.files import staged_imports
from learnapp.services.people import roster as roster_service
from learnapp.services.people import roster_entry
from learnapp.services.people.roster_file import BASES, CATEGORIES, KINDS, ROLES, read_roster
from learnapp.web.accounts.code_sheets import page_of
from learnapp.web.core import entering, uploads
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions, repeatable, takes_files
from learnapp.web.core.downloads import attachment
from learnapp.web.core.entering import EnteringPage
from learnapp.web.core.wording import label, moment_label, problem
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("roster", __name__)
_LISTED = 100  # people and units of a preview; the rest is a number
_MAY_BE: dict[str, Mapping[str, StrEnum]] = {
    "role_unknown": ROLES,
    "category_unknown": CATEGORIES,
    "basis_unknown": BASES,
    "kind_unknown": KINDS,
}


class RosterUploadForm(FlaskForm):
    """A workbook, and the unit that new ones without a parent stand under."""

    file = FileField(_("名册文件（.xlsx）"))
    unit = SelectField(_("归口单位"), coerce=int)


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
    return render_template("people/roster/index.html", form=form, jobs=jobs)


@blueprint.get("/roster")
@may(Permission.ROSTER_IMPORT)
def index() -> str:
    """What the workbook must look like, and the way in for it."""
    return _list(RosterUploadForm())


@blueprint.get("/roster/template.xlsx")
@may(Permission.ROSTER_IMPORT)
def template() -> Response:
    """An empty workbook with the right sheets and columns."""
    return attachment(roster_template(), "roster.xlsx")


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
        roster = read_roster(data, name)
    except RuleBroken as broken:
        form.file.errors = [problem(broken.code, **broken.params)]
        with req.reading_page():
            return _list(form), 422
    with req.writing() as session:
        file = uploads.store_upload(req.caller(session), unit_id, data, name)
        public_id = roster_service.stage_roster(req.caller(session), file, roster).public_id
    return redirect(url_for("roster.preview", job=public_id), 303)


@blueprint.get("/roster/import/<job>")
@may(Permission.ROSTER_IMPORT)
def preview(job: str) -> str:
    """The rows with trouble by sheet and row; else what will be brought in."""
    session = req.session()
    found = staged_imports.job_in_reach(req.caller(session), job, ImportKind.ROSTER)
    if found.state == JobState.ENTERING:
        return _entering(found)
    rows = import_queries.rows_of(session, found)
    troubles = [
        {
            "where": gettext("%(s)s 第 %(r)s 行", s=row.place["sheet"], r=row.place["row"]),
            "name": row.record.get("name", ""),
            "texts": [_text(r["code"], r["params"]) for r in row.reasons],
        }
        for row in rows
        if row.outcome != "ready"
    ]
    units = [row.record["name"] for row in rows if row.place["sheet"] == "单位"]
    people = [row for row in rows if row.place["sheet"] != "单位"]
    return render_template(
        "people/roster/preview.html",
        job=job,
        open=found.state == JobState.STAGED,
        done=found.state == JobState.DONE,
        broken_off=found.counts["added"] if found.settings.get("broken_off") else None,
        units=len(units),
        people=len(people),
        new_units=units[:_LISTED] + (["…"] if len(units) > _LISTED else []),
        newcomers=[_newcomer(row) for row in people[:_LISTED]],
        more=max(0, len(people) - _LISTED),
        troubles=troubles,
        roles=[
            {"name": row.record["name"], "login": roster_service.first_login_of(row), **each}
            for row in rows
            for each in row.record.get("roles_over") or []
        ],
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


def _newcomer(row: ImportRow) -> dict[str, str]:
    """A person whom the roster brings: who, where, as what."""
    about = (row.record.get("category"), row.record.get("role"))
    return {
        "name": row.record.get("name", ""),
        "login": roster_service.first_login_of(row),
        "unit": row.record.get("unit", ""),
        "about": "、".join(each for each in about if each),
    }


def _text(code: str, params: dict[str, str]) -> str:
    """What is wrong with a row; of a word that is not known, with those that are."""
    known = _MAY_BE.get(code)
    if known is None:
        return problem(code, **params)
    # One word for each, though several are understood.
    words = {meaning: word for word, meaning in list(known.items())[::-1]}
    text = gettext("可以填：%(words)s。", words="、".join(reversed(words.values())))
    return f"{problem(code, **params)}{text}"


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
