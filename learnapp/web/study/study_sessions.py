"""集中学习: planned, roll called by ticking names (also without a network), ended, made up."""

from __future__ import annotations

import uuid
from itertools import count
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.study_sessions import FormMark, RollMark, SessionKind, tick_from_json
from learnapp.services.study import study_sessions
from learnapp.services.study.study_sessions import NewSession, RollPage
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import TicksField
from learnapp.web.core.wording import label, listed, moment_label, problem, with_note
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("sessions", __name__)


class SessionForm(FlaskForm):
    """When, where and by whom, for which unit, and what it covers."""

    unit = SelectField(_("参加单位（含下级）"), coerce=int)
    kind = SelectField(_("形式"))
    title = StringField(_("主题"), [InputRequired(_("请填写内容")), Length(max=200)])
    starts_at = DateTimeLocalField(_("时间"), [InputRequired(_("请填时间"))])
    place = StringField(_("地点"), [Optional(), Length(max=lengths.LINE)])
    host = StringField(_("主持人"), [Optional(), Length(max=lengths.LINE)])
    items = TicksField(_("学习内容（到场的记为完成）"), coerce=int)


@blueprint.get("/sessions")
@may(Permission.SESSION_HOLD)
def index() -> str:
    """The sessions of units within reach, the newest first."""
    page = asked_page()
    rows, total = study_sessions.listed(req.caller(), PageSpan(page, SIZE))
    return render_template(
        "study/sessions/index.html",
        rows=[
            {
                "title": row.title,
                "meta": f"{label(SessionKind, SessionKind(row.kind))} · {unit}"
                f" · {moment_label(row.starts_at)}",
                "state": gettext("已结束点名") if row.closed_at else "",
                "url": url_for("sessions.show", session_id=row.id),
            }
            for row, unit in rows
        ],
        new_url=url_for("sessions.new"),
        page=pager("sessions.index", page, total),
    )


def _form() -> SessionForm:
    form = SessionForm()
    offer_units(form.unit, Permission.SESSION_HOLD)
    form.kind.choices = select_options(
        [(str(each), label(SessionKind, each)) for each in SessionKind]
    )
    form.items.choices = select_options(study_sessions.portions_to_cover(req.caller()))
    return form


@blueprint.get("/sessions/new")
@may(Permission.SESSION_HOLD)
def new() -> str:
    """A form for a session."""
    return _form_page(_form())


def _form_page(form: SessionForm) -> str:
    return render_template("study/sessions/new.html", form=form, url=url_for("sessions.plan"))


@blueprint.post("/sessions/new")
@makes
@may(Permission.SESSION_HOLD)
def plan() -> str | Response | tuple[str, int]:
    """Plan it."""
    form = _form()
    if not form.validate():
        return _form_page(form), 422
    asked = NewSession(
        form.unit.data,
        SessionKind(form.kind.data),
        form.title.data or "",
        form.host.data or "",
        form.place.data or "",
        form.starts_at.data.replace(tzinfo=ZONE),
        tuple(form.items.data or ()),
    )
    try:
        row = study_sessions.plan(req.caller(), asked)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return _form_page(form), 422
    return redirect(url_for("sessions.show", session_id=row.id), 303)


@blueprint.get("/sessions/<int:session_id>")
@may(Permission.SESSION_HOLD)
def show(session_id: int) -> str:
    """The roll: each name with what is ticked; sums; who has still to make up."""
    page = study_sessions.roll(req.caller(), session_id)
    row = page.session
    return render_template(
        "study/sessions/show.html",
        title=row.title,
        about=" · ".join(
            filter(
                None,
                (
                    label(SessionKind, SessionKind(row.kind)),
                    moment_label(row.starts_at),
                    row.place,
                    row.host,
                ),
            )
        ),
        items=page.items,
        sums=_sums(page),
        marks=[{"value": str(each), "label": label(RollMark, each)} for each in RollMark],
        people=_people(page),
        max_seq=page.max_seq,
        session_id=session_id,
        closed=row.closed_at is not None,
        make_up=[with_note(name, unit) for name, unit in page.make_up],
        tick_url=url_for("sessions.tick", session_id=session_id),
        save_url=url_for("sessions.save", session_id=session_id),
        close_url=url_for("sessions.close", session_id=session_id),
        hours_url=_hours_url(session_id),
        screen_url=None if row.closed_at else url_for("roll_codes.screen", session_id=session_id),
        sheet_url=url_for("roll_sheets.show", session_id=session_id),
    )


def _hours_url(session_id: int) -> str | None:
    """Where hours are set for it, for who may."""
    if not req.actor().may(Permission.PROGRAMME_EDIT):
        return None
    return url_for("credit_hours.show", kind="session", thing_id=session_id)


def _sums(page: RollPage) -> str:
    found = page.roll
    text = gettext(
        "应到 %(a)s 人，实到 %(b)s 人，请假 %(c)s 人，缺席 %(d)s 人",
        a=len(found.expected),
        b=len(found.present),
        c=len(found.on_leave),
        d=len(found.absent),
    )
    left = len(found.not_marked)
    return text + (gettext("，未点名 %(n)s 人。", n=left) if left else gettext("。"))


def _people(page: RollPage) -> list[dict[str, Any]]:
    found = page.roll
    states = {RollMark.PRESENT: found.present, RollMark.LEAVE: found.on_leave}
    states[RollMark.ABSENT] = found.absent
    return [
        {
            "id": person_id,
            "name": name,
            "unit": unit,
            "mark": next((str(each) for each, those in states.items() if person_id in those), ""),
            "based_on": page.based_on.get(person_id, ""),
            "own": is_own(req.actor(), person_id),
        }
        for person_id, name, unit in page.people
    ]


@blueprint.post("/sessions/<int:session_id>/ticks")
@repeatable("ticks have ids of their own")
@may(Permission.SESSION_HOLD)
def tick(session_id: int) -> Response:
    """Keep the ticks of a phone, and acknowledge each that is held."""
    body = request.get_json(silent=True)
    raw = body.get("ticks") if isinstance(body, dict) else None
    if not isinstance(raw, list):
        raise RuleBroken("ticks", "bad_event")
    ticks = [tick_from_json(each) for each in raw]
    received = study_sessions.receive(req.caller(), session_id, ticks)
    return jsonify(
        {"held": received.held, "refused": received.refused, "max_seq": received.max_seq}
    )


@blueprint.post("/sessions/<int:session_id>/roll")
@repeatable("the same marks saved again are the same marks")
@may(Permission.SESSION_HOLD)
def save(session_id: int) -> Response:
    """Keep the marks of the whole form, for a page without scripts: what changed against the roll that
    was drawn."""
    new_ids = (str(uuid.uuid4()) for _ in count())
    stale = study_sessions.save_form(req.caller(), session_id, _form_marks(), new_ids)
    say(gettext("点名已保存。"))
    if stale:
        names = listed(stale)
        say(gettext("这些人打开页面以后别处又点过名，没有改动，请核对：%(n)s", n=names), "info")
    return redirect(url_for("sessions.show", session_id=session_id), 303)


def _form_marks() -> list[FormMark]:
    """The marks of the form, each with what it was based on."""
    found = []
    for name, value in request.form.items():
        person = name.removeprefix("mark-")
        if person != name and person.isdecimal() and value in set(RollMark):
            drawn, _, based_on = request.form.get(f"was-{person}", "").partition(":")
            found.append(FormMark(int(person), drawn, based_on, RollMark(value)))
    return found


@blueprint.post("/sessions/<int:session_id>/close")
@repeatable("a roll call is ended once")
@may(Permission.SESSION_HOLD)
def close(session_id: int) -> Response:
    """End the roll call."""
    study_sessions.close(req.caller(), session_id)
    say(gettext("点名已结束，到场的人正在记为完成。"))
    return redirect(url_for("sessions.show", session_id=session_id), 303)
