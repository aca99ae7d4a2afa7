"""审计: who did what to whom, by ids, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from learnapp.domain.permissions import Permission
from learnapp.services import house
from learnapp.web import request as req
from learnapp.web.language import moment_label
from learnapp.web.rules import may

blueprint = Blueprint("audit", __name__)
_SIZE = 50


@blueprint.get("/audit")
@may(Permission.AUDIT_READ)
def index() -> str:
    """A page of the audit."""
    page = max(1, request.args.get("page", 1, type=int))
    entries, total = house.audit_entries(req.session(), req.actor(), page, _SIZE)
    rows = [
        {
            "at": moment_label(entry.recorded_at),
            "actor": entry.actor_id or "—",
            "action": entry.action,
            "subject": f"{entry.subject_kind} {entry.subject_id or ''}",
            "detail": " ".join(f"{name}={value}" for name, value in entry.detail.items()),
        }
        for entry in entries
    ]
    pages = max(1, -(-total // _SIZE))
    return render_template(
        "audit/index.html",
        rows=rows,
        total=total,
        page={
            "label": f"{page} / {pages}",
            "previous_url": url_for("audit.index", page=page - 1) if page > 1 else None,
            "next_url": url_for("audit.index", page=page + 1) if page < pages else None,
        },
    )
