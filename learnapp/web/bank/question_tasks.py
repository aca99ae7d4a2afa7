"""命题任务: units owe questions of a bank by a day, in our template, straight into review."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from learnapp.db.bank import question_tasks as queries
from learnapp.domain.bank.question_tasks import TaskPlan, TaskState
from learnapp.domain.core import lengths
from learnapp.domain.core.permissions import Permission
from learnapp.services.bank import question_tasks
from learnapp.services.bank.question_tasks import TaskLine
from learnapp.services.people import choices
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import SeveralField
from learnapp.web.core.wording import day_label, label
from learnapp.web.people import previewed
from learnapp.web.people.previewed import Refused

blueprint = Blueprint("question_tasks", __name__)
_CSS = {TaskState.MET: "good", TaskState.LATE: "lost", TaskState.RUNNING: "due"}


class TaskForm(FlaskForm):
    """Which units owe how many questions of which bank, by when."""

    bank = SelectField(_("题库"), coerce=int)
    units = SeveralField(_("单位（可多选，含下级）"), coerce=int, option_widget=CheckboxInput())
    count = IntegerField(_("每个单位几题"), [InputRequired(_("请填题数"))])
    due_on = DateField(_("最晚哪天交"), [InputRequired(_("请填日期"))])
    note = StringField(_("要求"), [Optional(), Length(max=lengths.LINE)])


def _form() -> TaskForm:
    form = TaskForm()
    form.bank.choices = select_options(queries.banks_of(req.caller()))
    found = choices.units_within(req.caller(), Permission.QUESTION_TASK_SET)
    form.units.choices = [(unit_id, "　" * depth + name) for unit_id, name, depth in found]
    return form


@blueprint.get("/banks/tasks")
@may(Permission.BANK_READ)
def index() -> str:
    """The tasks within reach, with what came of each."""
    return _page(None)


def _page(form: TaskForm | None) -> str:
    page, sets = asked_page(), req.actor().may(Permission.QUESTION_TASK_SET)
    rows, total = question_tasks.listed(req.caller(), (page - 1) * SIZE, SIZE)
    return render_template(
        "bank/tasks.html",
        rows=[_row(each, sets) for each in rows],
        form=(form or _form()) if sets else None,
        template_url=url_for("bank.template"),
        page=pager(".index", page, total),
        back_url=url_for("bank.index"),
    )


def _row(each: TaskLine, sets: bool) -> dict[str, object]:
    row, over = each.row, each.state is TaskState.WITHDRAWN
    return {
        "unit": each.unit,
        "bank": each.bank,
        "bank_url": url_for("bank.show", bank_id=row.bank_id),
        "due": day_label(row.due_on),
        "count": row.count,
        "sent": each.done.sent,
        "published": each.done.published,
        "note": row.note,
        "state": label(TaskState, each.state),
        "css": _CSS.get(each.state, "muted"),
        "withdraw_url": url_for(".withdraw", task_id=row.id) if sets and not over else "",
    }


@blueprint.post("/banks/tasks")
@makes
@may(Permission.QUESTION_TASK_SET)
def add() -> str | Response | tuple[str, int]:
    """Set a task for each of the units chosen."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    plan = TaskPlan(form.count.data or 0, form.due_on.data)
    try:
        count = question_tasks.set_tasks(
            req.caller(), form.bank.data, form.units.data, plan, form.note.data or ""
        )
    except Refused as broken:
        previewed.refused(form, broken)
        return _page(form), 422
    say(gettext("已给 %(n)s 个单位布置。", n=count), at="tasks")
    return redirect(url_for(".index", _anchor="told"), 303)


@blueprint.post("/banks/tasks/<int:task_id>/withdrawal")
@repeatable("what is withdrawn stays withdrawn")
@may(Permission.QUESTION_TASK_SET)
def withdraw(task_id: int) -> Response:
    """Ask no more for it."""
    question_tasks.withdraw(req.caller(), task_id)
    say(gettext("已撤销，交来的题留着。"), at="tasks")
    return redirect(url_for(".index", _anchor="told"), 303)
