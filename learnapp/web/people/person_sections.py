"""One person over time: what the page says of names, login names and postings."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext

from learnapp.db.people.models import LoginName, Membership
from learnapp.domain.core.calendar import local_day
from learnapp.domain.people.people import Basis, Category, LoginKind
from learnapp.services.people import life
from learnapp.web.core import request_context as req
from learnapp.web.core.wording import day_label, label
from learnapp.web.people.naming import LOGIN_KINDS


def sections(person_id: int, may_change: bool) -> dict[str, Any]:
    """What the page has of the person's life in the service."""
    found = life.of_person(req.caller(), person_id)
    open_logins = sum(1 for each in found.logins if each.valid_to is None)
    return {
        "former": [
            gettext("%(n)s（自 %(d)s 起）", n=each.name, d=day_label(each.valid_from))
            for each in found.names
        ],
        "logins": [_login(each, may_change and open_logins > 1) for each in found.logins],
        "postings": [
            _posting(row, unit, line if found.many_lines else "", may_change)
            for row, unit, line in found.postings
        ],
        "may_change": may_change,
    }


def _login(row: LoginName, may_end: bool) -> dict[str, Any]:
    since = gettext("%(d)s 起", d=day_label(row.valid_from))
    ended = row.valid_to is not None
    until = gettext("%(d)s 起停用", d=day_label(row.valid_to)) if row.valid_to else ""
    return {
        "name": row.name,
        "meta": " · ".join(filter(None, (str(LOGIN_KINDS[LoginKind(row.kind)]), since, until))),
        "ended": ended,
        "end_url": url_for("naming.end_login", person_id=row.person_id, login_id=row.id)
        if may_end and not ended
        else None,
    }


def _posting(row: Membership, unit: str, line: str, may_change: bool) -> dict[str, Any]:
    today = local_day(req.now())
    over = row.valid_to is not None and row.valid_to <= today
    if row.valid_to is None:
        span = gettext("%(d)s 起", d=day_label(row.valid_from))
    else:
        span = gettext(
            "%(a)s 起，到 %(b)s 前", a=day_label(row.valid_from), b=day_label(row.valid_to)
        )
    if over:
        state = gettext("已结束")
    elif row.valid_from > today:
        state = gettext("未开始")
    else:
        state = gettext("计数") if row.counts else gettext("不计数")
    end = url_for("postings.end", person_id=row.person_id, membership_id=row.id)
    return {
        "unit": unit,
        "meta": " · ".join(
            filter(
                None, (line, label(Basis, row.basis), label(Category, row.category), row.post, span)
            )
        ),
        "state": state,
        "end_url": end if may_change and not over and not row.counts else None,
    }
