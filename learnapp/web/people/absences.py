"""离岗: the absences of a person, recorded with what they do to what falls due, and cancelled."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learnapp.db.people.models import Absence, Person
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.programme import EFFECTS, RECORDED_KINDS, AbsenceEffect, AbsenceKind
from learnapp.services.people import absences
from learnapp.services.people.absences import NewAbsence
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label
from learnapp.web.people import previewed
from learnapp.web.people.about import about
from learnapp.web.people.previewed import Page, Refused

blueprint = Blueprint("absences", __name__)

_EFFECTS = {
    AbsenceEffect.DEFERS: _("顺延：期间到期的，回来后补学"),
    AbsenceEffect.EXCUSES: _("免除：期间到期的不计"),
    AbsenceEffect.NONE: _("不影响到期"),
}


class AbsenceForm(FlaskForm):
    """Why, from when to when, and what it does."""

    kind = SelectField(
        _("事由"), choices=select_options([(str(each), str(each)) for each in RECORDED_KINDS])
    )
    first_day = DateField(_("第一天"), [InputRequired(_("请填日期"))])
    last_day = DateField(_("最后一天"), [InputRequired(_("请填日期"))])
    effect = SelectField(_("对学习任务"))
    reason = StringField(
        _("说明"), [Optional(), Length(max=lengths.LINE)], description=_("只有登记人看得到")
    )


def _form() -> AbsenceForm:
    form = AbsenceForm()
    form.kind.choices = select_options(
        [(str(each), label(AbsenceKind, each)) for each in RECORDED_KINDS]
    )
    form.effect.choices = select_options(
        [
            ("", gettext("按事由的通常办法")),
            *((str(value), label) for value, label in _EFFECTS.items()),
        ]
    )
    if request.method == "GET":
        form.first_day.data = form.last_day.data = local_day(req.now())
    return form


@blueprint.get("/people/<int:person_id>/absences")
@may(Permission.ABSENCE_RECORD)
def index(person_id: int) -> str:
    """The absences, and a form for another."""
    return _list(person_id, _form())


def _list(person_id: int, form: AbsenceForm) -> str:
    person, rows = absences.absences_of(req.caller(), person_id)
    own = is_own(req.actor(), person_id)
    return render_template(
        "people/absences.html",
        about=about(person),
        form=form,
        may_change=not own and person.retired_at is None,
        rows=[_row(each, own) for each in rows],
        url=url_for(".record", person_id=person_id),
        back=_back(person_id),
    )


def _back(person_id: int) -> dict[str, str]:
    """The page that led here: who reads no list of people came from what the person learns."""
    if req.actor().may(Permission.PEOPLE_READ):
        return {"url": url_for("person.show", person_id=person_id), "label": gettext("返回")}
    return {
        "url": url_for("learning.index", person_id=person_id),
        "label": gettext("学习和考试"),
    }


def _row(absence: Absence, own: bool) -> dict[str, Any]:
    mine = absence.recorded_by is not None and absence.recorded_by == req.actor().person_id
    cancel = url_for(".cancel", person_id=absence.person_id, absence_id=absence.id)
    return {
        "label": f"{label(AbsenceKind, absence.kind)} · {_days(absence)}",
        "effect": str(_EFFECTS[AbsenceEffect(absence.effect)]),
        "reason": absence.reason if mine else "",
        "cancelled": absence.cancelled,
        "cancel_url": None if absence.cancelled or own else cancel,
    }


def _days(absence: Absence | NewAbsence) -> str:
    if absence.first_day == absence.last_day:
        return day_label(absence.first_day)
    return f"{day_label(absence.first_day)} – {day_label(absence.last_day)}"


@blueprint.post("/people/<int:person_id>/absences")
@makes
@may(Permission.ABSENCE_RECORD)
def record(person_id: int) -> str | Response | tuple[str, int]:
    """Preview an absence, then record it."""
    person, _rows = absences.absences_of(req.caller(), person_id)
    form, step, back = _form(), previewed.asked(), url_for(".index", person_id=person_id)
    if step == "edit":
        return _list(person_id, form)
    if not form.validate():
        return _list(person_id, form), 422
    new = NewAbsence(
        AbsenceKind(form.kind.data),
        form.first_day.data,
        form.last_day.data,
        form.reason.data or "",
        AbsenceEffect(form.effect.data) if form.effect.data else None,
    )
    try:
        if step == "confirm":
            absences.record(req.caller(), person_id, new)
            say(
                gettext("已登记：%(k)s，%(d)s。", k=label(AbsenceKind, new.kind), d=_days(new)),
                at="absences",
            )
            return redirect(back, 303)
        return _preview(person, new, back)
    except Refused as broken:
        previewed.refused(form, broken)
        return _list(person_id, form), 422


def _preview(person: Person, new: NewAbsence, back: str) -> str:
    effect = new.effect or EFFECTS[new.kind]
    page = Page(gettext("登记离岗"), about(person), gettext("登记"), back)
    facts = [
        (gettext("事由"), label(AbsenceKind, new.kind)),
        (gettext("时间"), _days(new)),
        (gettext("对学习任务"), str(_EFFECTS[effect])),
    ]
    return previewed.preview_page(
        page,
        person.id,
        facts,
        lambda: absences.record(req.caller(), person.id, new),
        [gettext("登记错了可以撤销，撤销后就当没有登记过。")],
    )


@blueprint.post("/people/<int:person_id>/absences/<int:absence_id>/cancel")
@repeatable("an absence is cancelled once, and the page says that it was")
@may(Permission.ABSENCE_RECORD)
def cancel(person_id: int, absence_id: int) -> Response:
    """Cancel an absence, as if it had not been."""
    if absences.cancel(req.caller(), person_id, absence_id):
        say(gettext("已撤销，期间到期的任务照常计。"), at="absences")
    else:
        say(gettext("早已撤销，没有再改动。"), "info", at="absences")
    return redirect(url_for(".index", person_id=person_id), 303)
