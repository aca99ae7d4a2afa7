"""阶段: the stages of a programme as rows; added, changed and taken out in the draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from learnapp.db.progress.figure_facts import calendar_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.stage_plan import StagePlan, overlap, usual_days
from learnapp.services.study import programmes, stages
from learnapp.services.study.programmes import Plan
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.wording import day_label, problem
from learnapp.web.people import previewed
from learnapp.web.study.programmes import head_of, to_programme

blueprint = Blueprint("stages", __name__)


class StageForm(FlaskForm):
    """A stage: its name and its days."""

    stage_name = StringField(_("阶段名称"), [DataRequired(_("请填名称")), Length(max=200)])
    first_day = DateField(_("第一天"), [InputRequired(_("请填日期"))])
    last_day = DateField(_("最后一天"), [InputRequired(_("请填日期"))])

    def plan(self) -> StagePlan:
        """What was filled in."""
        return StagePlan(self.stage_name.data, self.first_day.data, self.last_day.data)


@blueprint.get("/programmes/<int:programme_id>/stages")
@may(Permission.PROGRAMME_EDIT)
def index(programme_id: int) -> str:
    """The stages, and a form for another."""
    plans = programmes.plans_in_reach(req.caller(), programme_id)
    first, last = usual_days(max(each.stage.last_day for each in plans))
    name = gettext("第 %(n)s 阶段", n=len(plans) + 1)
    usual = {"stage_name": name, "first_day": first, "last_day": last}
    return _list(programme_id, StageForm(data=usual))


def _list(programme_id: int, form: StageForm) -> str:
    plans = programmes.plans_in_reach(req.caller(), programme_id)
    calendar = calendar_of(req.session(), plans[0].in_force)
    rows = []
    for plan in plans:
        stage = plan.stage
        days = len(calendar.study_days(stage.first_day, stage.last_day))
        rows.append(
            {
                "name": stage.name,
                "span": f"{day_label(stage.first_day)} – {day_label(stage.last_day)}",
                "days": gettext("%(n)s 个学习日", n=days),
                "overlaps": _overlaps(plan, plans),
                "url": _url("stages.change", plan),
                "tasks_url": url_for(
                    "programmes.show", programme_id=programme_id, stage=plan.identity
                ),
                "accept_url": url_for(
                    "acceptance.index", programme_id=programme_id, stage=plan.identity
                ),
            }
        )
    return render_template(
        "study/programmes/stages.html", **head_of(plans[0]), rows=rows, form=form
    )


def _overlaps(plan: Plan, plans: list[Plan]) -> str:
    """The stages that run at the same time, by name."""
    return gettext("、").join(
        each.stage.name for each in plans if each is not plan and overlap(each.stage, plan.stage)
    )


def _url(endpoint: str, plan: Plan) -> str:
    return url_for(endpoint, programme_id=plan.programme.id, identity=plan.identity)


def _back(programme_id: int) -> Response:
    return redirect(url_for("stages.index", programme_id=programme_id), 303)


@blueprint.post("/programmes/<int:programme_id>/stages")
@makes
@may(Permission.PROGRAMME_EDIT)
def add(programme_id: int) -> str | Response | tuple[str, int]:
    """A further stage in the draft."""
    form = StageForm()
    if not form.validate():
        return _list(programme_id, form), 422
    try:
        made = stages.add_stage(req.caller(), programme_id, form.plan())
    except RuleBroken as broken:
        previewed.refused(form, broken)
        return _list(programme_id, form), 422
    say(gettext("已加入阶段，在草稿里；发布后生效。"), at="lines")
    return to_programme(made)


@blueprint.route("/programmes/<int:programme_id>/stages/<int:identity>", methods=["GET", "POST"])
@makes
@may(Permission.PROGRAMME_EDIT)
def change(programme_id: int, identity: int) -> str | Response | tuple[str, int]:
    """Another name or other days for a stage, in the draft."""
    plan = programmes.plan_in_reach(req.caller(), programme_id, identity)
    stage = plan.stage
    form = StageForm(
        data={
            "stage_name": stage.name,
            "first_day": stage.first_day,
            "last_day": stage.last_day,
        }
    )
    if request.method == "GET":
        return _form(plan, form)
    if not form.validate():
        return _form(plan, form), 422
    try:
        with req.session().begin_nested():
            stages.change_stage(req.caller(), programme_id, identity, form.plan())
    except RuleBroken as broken:
        previewed.refused(form, broken)
        return _form(plan, form), 422
    say(gettext("已改阶段，在草稿里；发布前可以在预览里看到改了哪些任务。"), at="stages")
    return _back(programme_id)


def _form(plan: Plan, form: StageForm) -> str:
    values: dict[str, Any] = head_of(plan)
    return render_template(
        "study/programmes/stage.html", **values, form=form, drop_url=_url("stages.drop", plan)
    )


@blueprint.post("/programmes/<int:programme_id>/stages/<int:identity>/drop")
@repeatable("a stage that is out of the draft is not found")
@may(Permission.PROGRAMME_EDIT)
def drop(programme_id: int, identity: int) -> Response:
    """Take a stage with its lines out of the draft."""
    try:
        with req.session().begin_nested():
            stages.drop_stage(req.caller(), programme_id, identity)
    except RuleBroken as broken:
        say(problem(broken.code, **broken.params), "lost", at="stages")
        return _back(programme_id)
    say(gettext("已从草稿移出这个阶段；发布以前原来的照常有效。"), at="stages")
    return _back(programme_id)
