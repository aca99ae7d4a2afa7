"""评估验收和转段: recorded unit by unit at the end of a stage, with a way back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.acceptance import StageStep, position, standing_places
from learnapp.services.study import acceptance
from learnapp.services.study.acceptance import NewStep, UnitOfStage
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label, lazy_label
from learnapp.web.people import previewed
from learnapp.web.study.programmes import asked_stage, head_of, stages_of

blueprint = Blueprint("acceptance", __name__)


class StepForm(FlaskForm):
    """What is recorded of the ticked units."""

    step = SelectField(
        _("登记"), choices=select_options((str(s), lazy_label(StageStep, s)) for s in StageStep)
    )
    on = DateField(_("日期"), [InputRequired(_("请填日期"))])
    note = StringField(_("说明"), [Optional(), Length(max=lengths.LINE)])


@blueprint.get("/programmes/<int:programme_id>/acceptance")
@may(Permission.PROGRAMME_EDIT)
def index(programme_id: int) -> str:
    """The units that the programme asks, each with where it is, and what can be recorded."""
    form = StepForm(data={"on": local_day(req.now())})
    return _page(programme_id, form)


def _page(programme_id: int, form: StepForm) -> str:
    page = asked_page()
    plan, units, total = acceptance.units_of_stage(
        req.caller(), programme_id, asked_stage(), ((page - 1) * SIZE, SIZE)
    )
    ticked = set(request.form.getlist("unit"))
    return render_template(
        "study/programmes/acceptance.html",
        **head_of(plan),
        stages=stages_of(plan, "acceptance.index"),
        rows=[_row(each, ticked) for each in units],
        total=total,
        form=form,
        page=pager("acceptance.index", page, total, programme_id=programme_id, stage=plan.identity),
    )


def _row(each: UnitOfStage, ticked: set[str]) -> dict[str, Any]:
    steps = [StageStep(step.step) for step in each.steps]
    at, places = position(steps), standing_places(steps)
    last = each.steps[places[-1]] if places else None
    return {
        "id": each.unit_id,
        "name": each.name,
        "ticked": str(each.unit_id) in ticked,
        "state": gettext("未登记") if at is None else label(StageStep, at),
        "on": "" if last is None else day_label(last.on_day),
        "note": "" if last is None else last.note,
    }


@blueprint.post("/programmes/<int:programme_id>/acceptance")
@makes
@may(Permission.PROGRAMME_EDIT)
def record(programme_id: int) -> str | Response | tuple[str, int]:
    """Record a step of the ticked units."""
    form, stage = StepForm(), asked_stage()
    if not form.validate() or stage is None:
        return _page(programme_id, form), 422
    units = sorted({int(each) for each in request.form.getlist("unit") if each.isdecimal()})
    new = NewStep(StageStep(form.step.data), form.on.data, form.note.data or "")
    try:
        with req.session().begin_nested():
            count = acceptance.record(req.caller(), programme_id, stage, units, new)
    except (RuleBroken, Conflict) as broken:
        previewed.refused(form, broken)
        return _page(programme_id, form), 422
    say(
        gettext("已登记：%(s)s，%(n)s 个单位。", s=label(StageStep, new.step), n=count),
        at="acceptance",
    )
    return redirect(url_for("acceptance.index", programme_id=programme_id, stage=stage), 303)
