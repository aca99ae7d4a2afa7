"""审计: who did what to whom, in sentences with names, newest first; filtered by its address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from learnapp.db.operations.audit import AuditFilter
from learnapp.domain.core.calendar import end_of, start_of
from learnapp.domain.core.permissions import Permission
from learnapp.services.operations import audit_trail
from learnapp.services.operations.audit_trail import Trail
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.input import whole
from learnapp.web.core.paging import SIZE
from learnapp.web.core.wording import entry_sentence, group_label, moment_label
from learnapp.web.operations.audit_links import page_of
from learnapp.wording.audit import GROUPS, codes_of

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@may(Permission.AUDIT_READ)
def index() -> str:
    """A page of the audit within reach."""
    asked = {name: request.args.get(name, "").strip() for name in ("who", "what", "since", "until")}
    wanted = AuditFilter(
        who=asked["who"],
        actions=codes_of(asked["what"]),
        since=_start(asked["since"]),
        until=_end(asked["until"]),
        before=whole(request.args, "before"),
        after=whole(request.args, "after"),
    )
    found = audit_trail.trail(req.caller(), wanted, SIZE)
    rows = [
        {
            "at": moment_label(entry.recorded_at),
            "text": entry_sentence(entry, found.names),
            "url": page_of(entry, found.names),
        }
        for entry in found.entries
    ]
    return render_template(
        "operations/audit/index.html",
        rows=rows,
        asked=asked,
        groups=[(code, group_label(code)) for code in GROUPS],
        filtered=any(asked.values()),
        page=_pager(found, {name: value for name, value in asked.items() if value}),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start(text: str) -> datetime | None:
    day = _day(text)
    return None if day is None or day == date.min else start_of(day)


def _end(text: str) -> datetime | None:
    day = _day(text)
    return None if day is None or day == date.max else end_of(day)


def _pager(found: Trail, at: dict[str, Any]) -> dict[str, Any]:
    """By entries, not by numbers of pages: the audit only grows."""
    first = found.entries[0].id if found.entries else None
    last = found.entries[-1].id if found.entries else None
    return {
        "label": gettext("本页 %(n)s 条", n=len(found.entries)),
        "previous_url": url_for("audit.index", after=first, **at)
        if found.newer and first
        else None,
        "next_url": url_for("audit.index", before=last, **at) if found.older and last else None,
    }
