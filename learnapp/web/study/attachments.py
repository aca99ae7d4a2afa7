"""附件 of a reading: attached and taken off on its page, played or opened beside its text, part by part."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.files.models import StoredFile
from learnapp.db.study.attachments import AttachedFile, attachments_of
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.attachments import KINDS, AttachmentKind, ending_of
from learnapp.services.study import attachments
from learnapp.web.core import request_context as req
from learnapp.web.core import uploads
from learnapp.web.core.access import (
    makes,
    may,
    own_transactions,
    repeatable,
    signed_in,
    takes_files,
)
from learnapp.web.core.messages import say
from learnapp.web.core.wording import label, problem

blueprint = Blueprint("attachments", __name__)

# A browser shows a PDF by a viewer of its own, which is an object of that page.
_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def shown(attached: AttachedFile, url: str) -> dict[str, Any]:
    """What components/attachments.html wants of one attachment."""
    kind = KINDS[ending_of(attached.file.name)]
    size = attached.file.size / 1_000_000
    return {
        "title": attached.row.title,
        "kind": kind.shown,
        "media_type": kind.media_type,
        "meta": _(
            "%(k)s，%(n)s MB", k=label(AttachmentKind, kind.shown), n=f"{max(size, 0.1):.1f}"
        ),
        "transcript": attached.row.transcript,
        "url": url,
        "id": attached.file.public_id,
    }


def beside_portion(reading_id: int, portion_id: int) -> list[dict[str, Any]]:
    """What goes along with a reading, at the addresses for who reads the portion."""
    return [
        shown(each, url_for("attachments.read", portion_id=portion_id, file_id=each.file.public_id))
        for each in attachments_of(req.session(), reading_id)
    ]


def beside_reading(reading_id: int) -> list[dict[str, Any]]:
    """What goes along with a reading, at the addresses for staff."""
    return [
        shown(each, url_for("attachments.show", reading_id=reading_id, file_id=each.file.public_id))
        for each in attachments_of(req.session(), reading_id)
    ]


@blueprint.post("/readings/<int:reading_id>/files")
@makes
@takes_files
@own_transactions
@may(Permission.READING_EDIT)
def attach(reading_id: int) -> Response:
    """Check a file outside any transaction, then attach it."""
    words = (request.form.get("title", "")[:200], request.form.get("transcript", ""))
    try:
        data, name = uploads.taken(request.files.get("file"), tuple(KINDS))
        with req.reading() as session:
            attachments.may_attach(req.caller(session), reading_id, name, data, words[1])
        attachments.check_content(name, data)
        req.files().put(data)
        with req.writing() as session:
            caller = req.caller(session)
            reading = attachments.may_attach(caller, reading_id, name, data, words[1])
            file = uploads.store_upload(caller, reading.owner_unit_id, data, name)
            attachments.attach(caller, reading, file, words)
        say(_("已附上。"), at="attachments")
    except RuleBroken as broken:
        say(problem(broken.code, **broken.params), "lost", at="attachments")
    return redirect(url_for("readings.show", reading_id=reading_id, _anchor="told"), 303)


@blueprint.post("/readings/<int:reading_id>/files/<file_id>/remove")
@repeatable("an attachment is taken off once")
@may(Permission.READING_EDIT)
def remove(reading_id: int, file_id: str) -> Response:
    """Take an attachment off."""
    attachments.take_off(req.caller(), reading_id, file_id)
    say(_("已取下。"), at="attachments")
    return redirect(url_for("readings.show", reading_id=reading_id, _anchor="told"), 303)


@blueprint.get("/readings/<int:reading_id>/files/<file_id>")
@may(Permission.READING_EDIT)
def show(reading_id: int, file_id: str) -> Response:
    """The file for who looks after the reading."""
    return _sent(attachments.of_staff(req.caller(), reading_id, file_id))


@blueprint.get("/portions/<int:portion_id>/files/<file_id>")
@signed_in
def read(portion_id: int, file_id: str) -> Response:
    """The file for who reads the portion."""
    return _sent(attachments.of_reader(req.own_caller(), portion_id, file_id))


def _sent(file: StoredFile) -> Response:
    """The bytes that are asked for: a player fetches ranges, and what is kept is asked for by its hash."""
    try:
        reply = send_file(
            req.files().path(file.sha256),
            KINDS[ending_of(file.name)].media_type,
            download_name=file.name,
            etag=file.sha256,
            conditional=True,
            max_age=7 * 86400,
        )
    except FileNotFoundError as lacking:
        raise NotFound("file_missing") from lacking
    reply.headers["Cache-Control"] = "private, max-age=604800"
    reply.headers["Content-Security-Policy"] = _POLICY
    return reply
