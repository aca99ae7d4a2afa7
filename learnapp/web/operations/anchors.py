"""审计锚: the hash that seals each day of the audit, to be printed and stored elsewhere."""

from __future__ import annotations

from flask import Blueprint, render_template

from learnapp.db.operations import audit_blocks
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.audit_chain import anchor
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.wording import moment_label

blueprint = Blueprint("anchors", __name__)
_DAYS = 31


@blueprint.get("/audit/anchors")
@may(Permission.AUDIT_READ)
def index() -> str:
    """The anchors of the last month; a hash names nobody."""
    rows = [
        {"at": moment_label(block.sealed_at), "last": block.last_id, "anchor": anchor(block)}
        for block in audit_blocks.last_blocks_of_days(req.session(), _DAYS)
    ]
    return render_template("operations/audit/anchors.html", rows=rows)
