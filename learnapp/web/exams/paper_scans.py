"""Scans of paper answer sheets: attached by a form, shown to who enters answers."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.scans import KINDS, ending_of
from learnapp.services.exams import paper_scans
from learnapp.web.core import request_context as req
from learnapp.web.core import uploads
from learnapp.web.core.access import makes, may, takes_files
from learnapp.web.core.messages import say
from learnapp.web.core.wording import problem

blueprint = Blueprint("scans", __name__)


@blueprint.post("/paper/<public_id>/scans")
@makes
@takes_files
@may(Permission.ANSWER_ENTER)
def attach(public_id: str) -> Reply:
    """Attach a scan of the answer sheet."""
    caller = req.caller()
    try:
        data, name = uploads.taken(request.files.get("file"), tuple(KINDS))
        found = paper_scans.may_attach(caller, public_id, name, data)
        file = uploads.store_upload(caller, found.exam.owner_unit_id, data, name)
        paper_scans.attach(caller, found, file)
        say(_("已附上扫描件。"), at="scans")
    except RuleBroken as broken:
        say(problem(broken.code, **broken.params), "lost", at="scans")
    return redirect(url_for("on_paper.show", public_id=public_id, _anchor="told"), 303)


@blueprint.get("/paper/<public_id>/scans/<file_id>")
@may(Permission.ANSWER_ENTER)
def show(public_id: str, file_id: str) -> Response:
    """A scan as it was attached; a browser keeps it beside the page and runs nothing in it."""
    file = paper_scans.scan(req.caller(), public_id, file_id)
    _begins, kind = KINDS[ending_of(file.name)]
    headers = {"Content-Disposition": "attachment", "Cache-Control": "private, no-store"}
    return Response(req.files().get(file.sha256), mimetype=kind, headers=headers)
