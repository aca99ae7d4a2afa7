"""The page of a staged roster: what it comes to by kind, row by row, with what may be chosen for each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.domain.files.imports import JobState
from learnapp.domain.people.people import Basis, Category, LoginKind
from learnapp.domain.people.postings import day_written
from learnapp.domain.people.roster_difference import Field, RosterScope, RowChoice, RowKind
from learnapp.services.people import roster as roster_service
from learnapp.services.people import roster_choices
from learnapp.services.people.roster_choices import Chosen
from learnapp.services.people.roster_file import BASES, CATEGORIES, KINDS, ROLES, UNIT_SHEET
from learnapp.web.core import request_context as req
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import day_label, label, listed, problem

_LISTED = 100  # rows that did not come in, and roles over other units; the rest is told by number
_MAY_BE: dict[str, Mapping[str, StrEnum]] = {
    "role_unknown": ROLES,
    "category_unknown": CATEGORIES,
    "basis_unknown": BASES,
    "kind_unknown": KINDS,
}
_IN_ORDER = (
    RowKind.DOUBTFUL,
    RowKind.NEW,
    RowKind.MOVED,
    RowKind.CHANGED,
    RowKind.GONE,
    RowKind.UNIT,
    RowKind.UNCHANGED,
)
_BY_ALL = (RowKind.DOUBTFUL, RowKind.NEW, RowKind.MOVED, RowKind.CHANGED, RowKind.UNIT)


def shown_kind() -> RowKind | None:
    """The kind of rows that the address asks for."""
    asked = request.args.get("show", "")
    return RowKind(asked) if asked in _IN_ORDER else None


def page(found: ImportJob) -> str:
    """A roster that waits to be confirmed, or that came in."""
    caller, session = req.caller(), req.session()
    is_open, done = found.state == JobState.STAGED, found.state == JobState.DONE
    counts = roster_choices.counts_of(caller, found)
    happens = roster_choices.what_happens(caller, found)
    left = import_queries.first_of(session, found.id, ("left",), _LISTED)
    roles = import_queries.rows_at(session, found.id, found.settings.get("with_roles", ()))
    return render_template(
        "people/roster/preview.html",
        job=found.public_id,
        open=is_open,
        done=done,
        scope=label(RosterScope, found.settings.get("scope", RosterScope.ADDITIONS)),
        broken_off=found.counts["added"] if found.settings.get("broken_off") else None,
        units=found.counts.get("units", 0),
        people=found.counts.get("people", 0),
        doubtful=roster_choices.open_rows(caller, found),
        left=found.counts.get("left", 0),
        troubles=[_trouble(row) for row in left],
        press_label=_press_label(happens),
        summary=_summary(found, happens),
        **(_listed(found, counts) if is_open else {"rows": []}),
        roles=[
            {"name": row.record["name"], "login": roster_service.first_login_of(row), **each}
            for row in roles
            for each in row.record.get("roles_over") or []
        ],
    )


def _press_label(happens: Mapping[RowKind, int]) -> str:
    """What the button does: nobody presses it without the numbers."""
    changed = happens.get(RowKind.MOVED, 0) + happens.get(RowKind.CHANGED, 0)
    new, gone = happens.get(RowKind.NEW, 0), happens.get(RowKind.GONE, 0)
    if not changed and not gone:
        return gettext("导入 %(n)s 人", n=new)
    return gettext("新增 %(n)s、更新 %(c)s、离退 %(g)s 人", n=new, c=changed, g=gone)


def _summary(found: ImportJob, happens: Mapping[RowKind, int]) -> str:
    """What came in; before that, what has no number on the button, and what cannot be overlooked."""
    if found.state == JobState.DONE:
        return gettext(
            "新增 %(n)s 人，更新和离退 %(c)s 人。",
            n=found.counts.get("added", 0),
            c=found.counts.get("changed", 0),
        )
    made = import_queries.rows_of_kind(req.session(), found.id, RowKind.UNIT, 1, SIZE)
    names = [row.record.get("name", "") for row in made if row.decision == RowChoice.TAKE]
    more = ["…"] if happens.get(RowKind.UNIT, 0) > len(names) else []
    texts = (
        [gettext("新建单位：%(names)s。", names=gettext("、").join(names + more))] if names else []
    )
    if gone := happens.get(RowKind.GONE, 0):
        texts.append(gettext("离退 %(n)s 人：当天起不能登录，学习记录都留着。", n=gone))
    return " ".join(texts)


def _listed(found: ImportJob, counts: Mapping[RowKind, int]) -> dict[str, Any]:
    """The rows of the kind that is looked at, a page of them, and the ways to the other kinds."""
    there = [kind for kind in _IN_ORDER if counts.get(kind)]
    shown = shown_kind() or next(iter(there), RowKind.NEW)
    at = asked_page()
    rows = import_queries.rows_of_kind(req.session(), found.id, shown, at, SIZE)
    address = {"job": found.public_id, "show": shown.value}
    return {
        "shown": shown,
        "at": at,
        "title": label(RowKind, shown),
        "by_all": shown in _BY_ALL and bool(rows),
        "rows": [_row(row) for row in rows],
        "by_kind": [
            {
                "label": label(RowKind, kind),
                "count": counts.get(kind, 0),
                "url": url_for(".preview", job=found.public_id, show=kind.value),
                "current": kind is shown,
            }
            for kind in _IN_ORDER
            if counts.get(kind) or kind is shown
        ],
        "page": pager(".preview", at, max(counts.get(shown, 0), len(rows)), **address),
    }


def _row(row: ImportRow) -> dict[str, Any]:
    kind, chosen = RowKind(row.type or RowKind.NEW), roster_choices.chosen_for(row)
    offered = roster_choices.choices_for(row)
    return {
        "ordinal": row.ordinal,
        "where": _place(row),
        "name": row.record.get("name", ""),
        "login": _login(row),
        "text": " · ".join(filter(None, _texts(row, kind))),
        "choices": [
            {"value": _sent(each), "label": _choice_label(each, kind, row), "on": each == chosen}
            for each in offered
        ],
        "open": chosen is None,
    }


def _login(row: ImportRow) -> str:
    if row.type == RowKind.UNIT:
        return ""
    return row.record.get("login") or roster_service.first_login_of(row)


def _place(row: ImportRow) -> str:
    place = row.place
    if not place["row"]:
        return ""
    return gettext("%(s)s 第 %(r)s 行", s=place["sheet"], r=place["row"])


def _texts(row: ImportRow, kind: RowKind) -> list[str]:
    """What the row says or changes, and what is doubtful about it."""
    record = row.record
    texts = [_text(each["code"], each["params"]) for each in row.reasons]
    if kind is RowKind.UNIT:
        return [*texts, record.get("parent", "")]
    changes = [_change(each) for each in record.get("changes") or ()]
    if changes:
        return [*texts, *changes]
    about = [record.get(each) for each in ("unit", "category", "post", "role")]
    since = day_written(record.get("since") or "")
    if since is not None:
        about.append(gettext("自 %(d)s 起", d=day_label(since)))
    return [*texts, gettext("、").join(each for each in about if each)]


def _change(change: Mapping[str, str]) -> str:
    """What becomes of what: 单位：城关所 → 东城所."""
    field, of = Field(change["field"]), change["of"]
    before, after = change["before"], change["after"]
    if field is Field.SERVICE:
        return gettext("已离退，恢复任职")
    name = label(Field, field)
    if field is Field.SINCE:
        return gettext("自 %(d)s 起", d=day_label(date.fromisoformat(after)))
    if field is Field.LOGIN:
        name = label(LoginKind, of)
    elif field is Field.ROLE:
        return gettext("增加角色：%(r)s@%(u)s", r=_role_word(of), u=after)
    elif field in (Field.BASIS, Field.CATEGORY):
        words = Basis if field is Field.BASIS else Category
        before, after = (label(words, each) if each else "" for each in (before, after))
    return gettext("%(f)s：%(b)s → %(a)s", f=name, b=before or "—", a=after)


def _role_word(code: str) -> str:
    """The word by which a roster names a role."""
    return next((word for word, role in ROLES.items() if role == code), code)


def _sent(chosen: Chosen) -> str:
    return f"{chosen.choice}:{chosen.person_id}" if chosen.person_id else str(chosen.choice)


def _choice_label(chosen: Chosen, kind: RowKind, row: ImportRow) -> str:
    take = {
        RowKind.NEW: gettext("新增"),
        RowKind.MOVED: gettext("调动"),
        RowKind.CHANGED: gettext("更新"),
        RowKind.GONE: gettext("登记离退"),
        RowKind.UNIT: gettext("新建"),
    }
    if chosen.choice is RowChoice.TAKE:
        return take.get(kind, gettext("导入"))
    if chosen.choice is RowChoice.LEAVE:
        return gettext("不动") if kind is RowKind.GONE else gettext("不导入")
    if chosen.choice is RowChoice.SAME:
        return _candidate(chosen, row)
    params = row.reasons[0]["params"]
    if chosen.choice is RowChoice.PADDED:
        return gettext("补成 %(v)s", v=params["proposed"])
    if chosen.choice is RowChoice.AS_WRITTEN:
        return gettext("就是 %(v)s", v=params["value"])
    if row.place["sheet"] == UNIT_SHEET:
        return gettext("是另一个同名单位，新建")
    return gettext("是另一人，新增")


def _candidate(chosen: Chosen, row: ImportRow) -> str:
    """Whom the row may mean, told apart from namesakes."""
    may_be = row.record.get("candidates") or ()
    one = next(each for each in may_be if each["person"] == chosen.person_id)
    about = listed(each for each in (one["login"], one["unit"]) if each)
    return gettext("是在册的%(n)s（%(a)s）", n=one["name"], a=about)


def _trouble(row: ImportRow) -> dict[str, Any]:
    """A row that did not come in, and why."""
    return {
        "where": _place(row),
        "name": row.record.get("name", ""),
        "texts": [_text(each["code"], each["params"]) for each in row.reasons],
    }


def _text(code: str, params: dict[str, str]) -> str:
    """What is wrong with a row; of a word that is not known, with those that are."""
    known = _MAY_BE.get(code)
    if known is None:
        return problem(code, **params)
    # One word for each, though several are understood.
    words = {meaning: word for word, meaning in list(known.items())[::-1]}
    text = gettext("可以填：%(words)s。", words=gettext("、").join(reversed(words.values())))
    return f"{problem(code, **params)}{text}"
