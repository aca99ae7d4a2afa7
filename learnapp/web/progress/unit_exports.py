"""Figures of all units below one, made in the background: how far, then what they say they are, and the
workbook."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.background_jobs import ACTIVE, WorkKind, WorkState
from learnapp.services.progress import all_units_work
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable
from learnapp.web.core.downloads import attachment
from learnapp.web.core.language import language
from learnapp.web.core.running import running_of
from learnapp.web.core.wording import label, moment_label, problem
from learnapp.web.progress.indicators import BELOW

blueprint = Blueprint("unit_exports", __name__)


@blueprint.post(f"{BELOW}/all-units")
@repeatable("what is being made is not begun twice")
@may(Permission.PROGRESS_READ)
def make(stage_id: int, unit_id: int) -> Reply:
    """Have the figures of a unit and of all below it made."""
    job = all_units_work.ask(req.caller(), stage_id, unit_id, language())
    return redirect(url_for(".show", job=job.public_id), 303)


@blueprint.get("/progress/exports/<job>")
@may(Permission.PROGRESS_READ)
def show(job: str) -> str:
    """How far they are; then what they are of, and the workbook."""
    found = all_units_work.export_of(req.caller(), job)
    ready = found.state == WorkState.DONE and found.result is not None
    result: dict[str, Any] = found.result or {}
    at: dict[str, Any] = {"stage_id": found.params["stage"], "unit_id": found.params["unit"]}
    return render_template(
        "progress/unit_export.html",
        title=result.get("title", label(WorkKind, found.kind)),
        about=result.get("about", []) if ready else [],
        made=_made(found) if ready else "",
        running=running_of(found if found.state in ACTIVE else None),
        failed=problem(found.error, **found.error_params)
        if found.state == WorkState.FAILED and found.error
        else "",
        file_url=url_for(".workbook", job=job),
        again_url=url_for(".make", **at),
        back_url=url_for("progress.unit", **at),
    )


def _made(job: BackgroundJob) -> str:
    at = "" if job.ended_at is None else moment_label(job.ended_at)
    return _("%(t)s 生成，共 %(n)s 个单位", t=at, n=(job.result or {})["rows"])


@blueprint.get("/progress/exports/<job>/units.xlsx")
@may(Permission.PROGRESS_READ)
def workbook(job: str) -> Response:
    """The workbook, as often as it is asked for."""
    found = all_units_work.export_of(req.caller(), job)
    data = all_units_work.workbook_of(req.session(), found)
    about = dict((found.result or {})["about"])
    return attachment(data, f"{next(iter(about.values()))} {(found.result or {})['title']}.xlsx")
