"""审计: who did what to whom, by ids, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template

from learnapp.domain.permissions import Permission
from learnapp.services import house
from learnapp.web import request as req
from learnapp.web.language import moment_label
from learnapp.web.paging import SIZE, asked_page, pager
from learnapp.web.rules import may

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@may(Permission.AUDIT_READ)
def index() -> str:
    """A page of the audit."""
    page = asked_page()
    entries, total = house.audit_entries(req.session(), req.actor(), page, SIZE)
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
    return render_template(
        "audit/index.html",
        rows=rows,
        total=total,
        page=pager("audit.index", page, total),
    )
