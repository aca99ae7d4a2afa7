"""自选动作: what units offer beside what is required; offered, counted apart, taken out again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.unit_electives import ElectiveKind, OfferedThing, usual_last_day
from learnapp.services.study import unit_electives
from learnapp.services.study.unit_electives import ListedElective, NewElective
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, headed, label, moment_label, with_note
from learnapp.web.people import previewed
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("electives", __name__)


class ElectiveForm(FlaskForm):
    """What is offered, in which unit, and a reading until when."""

    thing = SelectField(_("内容"))
    unit = SelectField(_("单位（含下级）"), coerce=int)
    last_day = DateField(
        _("到哪天"), [Optional()], description=_("只对学习材料；考试和集中学习按它们的时间")
    )


@blueprint.get("/electives")
@may(Permission.PROGRESS_READ)
def index() -> str:
    """What units within reach offer, the newest first; `unit` in the address leaves one with all below."""
    unit_id, page = whole(request.args, "unit"), asked_page()
    found, total = unit_electives.listed(req.caller(), PageSpan(page, SIZE), unit_id)
    return render_template(
        "study/electives/index.html",
        rows=[_row(each) for each in found],
        unit=unit_id,
        may_offer=req.actor().may(Permission.ELECTIVE_OFFER),
        page=pager(".index", page, total, unit=unit_id),
    )


def _row(each: ListedElective) -> dict[str, Any]:
    about = each.about
    return {
        "title": about.title,
        "unit": about.unit,
        "until": day_label(about.row.last_day),
        "people": each.taken.people,
        "done": each.taken.done,
        "take_out": url_for(".take_out", elective_id=about.row.id) if each.may_take_out else None,
    }


def _form() -> ElectiveForm:
    form = ElectiveForm()
    things = unit_electives.choices(req.caller(), request.args.get("q", ""))
    form.thing.choices = select_options(
        (f"{each.kind}:{each.id}", _thing_label(each)) for each in things
    )
    offer_units(form.unit, Permission.ELECTIVE_OFFER)
    if request.method == "GET":
        form.last_day.data = usual_last_day(local_day(req.now()))
        form.unit.data = whole(request.args, "unit") or form.unit.choices[0].value
    return form


def _thing_label(thing: OfferedThing) -> str:
    named = headed(label(ElectiveKind, thing.kind), thing.title)
    if thing.starts_at is not None:
        return with_note(named, moment_label(thing.starts_at))
    if thing.last_day is not None:
        return gettext("%(t)s（到 %(d)s）", t=named, d=day_label(thing.last_day))
    return named


@blueprint.get("/electives/new")
@may(Permission.ELECTIVE_OFFER)
def new() -> str:
    """A form to offer something; `q` in the address leaves what is called so."""
    return _form_page(_form())


def _form_page(form: ElectiveForm) -> str:
    return render_template("study/electives/new.html", form=form, words=request.args.get("q", ""))


@blueprint.post("/electives/new")
@repeatable("what is offered already stays as it is")
@may(Permission.ELECTIVE_OFFER)
def offer() -> str | Response | tuple[str, int]:
    """Offer it."""
    form = _form()
    if not form.validate():
        return _form_page(form), 422
    kind, _colon, thing_id = form.thing.data.partition(":")
    last_day = form.last_day.data or usual_last_day(local_day(req.now()))
    wanted = NewElective(form.unit.data, ElectiveKind(kind), int(thing_id), last_day)
    try:
        row = unit_electives.offer(req.caller(), wanted)
    except RuleBroken as broken:
        previewed.refused(form, broken)
        return _form_page(form), 422
    say(gettext("已加自选动作：本单位的人在“本周”里看到，不计入任务进度。"), at="electives")
    return redirect(url_for(".index", unit=row.unit_id), 303)


@blueprint.post("/electives/<int:elective_id>/take-out")
@repeatable("what was taken out stays out")
@may(Permission.ELECTIVE_OFFER)
def take_out(elective_id: int) -> Response:
    """Offer it no longer."""
    unit_electives.take_out(req.caller(), elective_id)
    say(gettext("已撤下；已经完成的仍算完成。"), at="electives")
    return redirect(url_for(".index"), 303)
