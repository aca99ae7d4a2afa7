"""审计: who did what to whom, in sentences with names, newest first; filtered by its address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from learnapp.db.operations.audit import AuditFilter
from learnapp.domain.core.calendar import ZONE, end_of, local_day, start_of
from learnapp.domain.core.permissions import Permission
from learnapp.reports.printed_table import PrintedTable, workbook
from learnapp.services.operations import audit_export, audit_trail
from learnapp.services.operations.audit_trail import Trail
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, own_transactions
from learnapp.web.core.downloads import attachment
from learnapp.web.core.input import whole
from learnapp.web.core.paging import SIZE
from learnapp.web.core.wording import day_label, entry_sentence, group_label, moment_label
from learnapp.web.operations.audit_links import page_of
from learnapp.wording.audit import GROUPS, SENTENCES, codes_of

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@may(Permission.AUDIT_READ)
def index() -> str:
    """A page of the audit within reach."""
    asked = _asked()
    wanted = replace(
        _filter(asked), before=whole(request.args, "before"), after=whole(request.args, "after")
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
        export_url=url_for("audit.export", **_given(asked)),
        most=audit_trail.MOST_EXPORTED,
        page=_pager(found, _given(asked)),
    )


def _asked() -> dict[str, str]:
    """What the address asks for; `object` is one thing alone, such as exam:12."""
    names = ("who", "what", "about", "object", "since", "until")
    return {name: request.args.get(name, "").strip() for name in names}


def _given(asked: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value}


def _filter(asked: dict[str, str]) -> AuditFilter:
    kind, _, number = asked["object"].partition(":")
    return AuditFilter(
        who=asked["who"],
        about=asked["about"],
        subject=(kind, int(number)) if number.isascii() and number.isdigit() else None,
        actions=codes_of(asked["what"]),
        since=_start(asked["since"]),
        until=_end(asked["until"]),
    )


@blueprint.get("/audit/export")
@own_transactions
@may(Permission.AUDIT_READ)
def export() -> Response:
    """What is filtered as a workbook, the newest first; who took it is in the audit."""
    wanted = _filter(_asked())
    with req.reading() as session:
        rows = [
            (
                f"{entry.recorded_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
                group_label(SENTENCES[entry.action][0]) if entry.action in SENTENCES else "",
                entry_sentence(entry, names),
            )
            for entry, names in audit_trail.whole(req.caller(session), wanted)
        ]
    with req.writing() as session:
        audit_export.note_exported(req.caller(session), "xlsx", len(rows))
    heads = [(gettext("时间"), 20), (gettext("什么事"), 14), (gettext("记录"), 80)]
    about = gettext("%(n)s 条，最新的在前", n=len(rows))
    table = PrintedTable(gettext("审计"), about, heads, rows, landscape=True)
    day = day_label(local_day(req.now()))
    return attachment(workbook(table), f"{table.title}-{day}.xlsx")


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
