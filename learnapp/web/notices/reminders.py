"""提醒: who is meant and what they will read, shown before; what was sent; a list for calling."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length, Optional

from learnapp.domain.core import lengths
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.notices.reminders import ReminderRule
from learnapp.services.notices import reminding
from learnapp.services.notices.reminding import (
    NewReminder,
    Outlook,
    RemindedPerson,
    ReminderLine,
    Whom,
)
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import TicksField
from learnapp.web.core.wording import (
    group_chat_text,
    label,
    moment_label,
    outcome_texts,
    problem,
    reminder_text,
)

blueprint = Blueprint("reminders", __name__)


class RemindForm(FlaskForm):
    """Words of one's own, outer channels, and who was chosen by hand."""

    addition = StringField(_("补充一句"), [Optional(), Length(max=lengths.LINE)])
    channels = TicksField(_("同时发到"))
    people = TicksField(_("或只提醒勾选的人"), coerce=int, validate_choice=False)


def _rule() -> ReminderRule:
    asked = request.values.get("rule", "")
    return ReminderRule(asked) if asked in set(ReminderRule) else ReminderRule.OVERDUE


@blueprint.get("/reminders")
@may(Permission.REMIND)
def index() -> str:
    """What was sent, the newest first."""
    page = asked_page()
    lines, total = reminding.sent(req.caller(), PageSpan(page, SIZE))
    return render_template(
        "notices/reminders.html",
        rows=[_line(each) for each in lines],
        page=pager("reminders.index", page, total),
    )


def _line(line: ReminderLine) -> dict[str, str]:
    row = line.reminder
    outcomes = outcome_texts(line.people, line.deliveries)
    waits = [gettext("正在准备")] if row.expanded_at is None else [gettext("没有需要提醒的人")]
    return {
        "title": f"{line.unit} · {label(ReminderRule, ReminderRule(row.rule))}",
        "meta": f"{line.stage} · {line.by} · {moment_label(row.recorded_at)}",
        "state": " · ".join(outcomes or waits),
    }


@blueprint.get("/reminders/stages/<int:stage_id>/units/<int:unit_id>")
@may(Permission.REMIND)
def show(stage_id: int, unit_id: int) -> str:
    """Whom a reminder would reach, what it says, and a text for the group chat."""
    return _page(Whom(stage_id, unit_id, _rule()), _form())


def _form() -> RemindForm:
    form = RemindForm()
    names = sorted(current_app.extensions["learnapp.channels"].all())
    form.channels.choices = select_options([(name, name) for name in names])
    return form


def _page(whom: Whom, form: RemindForm, wrong: str = "") -> str:
    page = asked_page()
    found = reminding.outlook(req.caller(), whom, PageSpan(page, SIZE))
    at: dict[str, Any] = {"stage_id": whom.stage_id, "unit_id": whom.unit_id}
    form.people.choices = select_options(
        [(each.person_id, _described(each, whom.rule)) for each in found.people]
    )
    return render_template(
        "notices/remind.html",
        title=found.unit_name,
        stage=f"{found.stage.programme_name} · {found.stage.name}",
        rules=[
            {
                "label": label(ReminderRule, each),
                "url": url_for("reminders.show", rule=str(each), **at),
                "current": each is whom.rule,
            }
            for each in ReminderRule
        ],
        rule=str(whom.rule),
        meant=found.meant,
        reminded=found.reminded,
        text=_sample(found, whom.rule),
        form=form,
        wrong=wrong,
        group=_group(whom),
        calls_url=url_for("reminders.calls", rule=str(whom.rule), **at),
        back_url=url_for("progress.unit", **at),
        url=url_for("reminders.ask", **at),
        page=pager("reminders.show", page, found.meant, rule=str(whom.rule), **at),
    )


def _described(person: RemindedPerson, rule: ReminderRule) -> str:
    owing = _owing(person.overdue, person.counts.done, person.counts.owed, rule)
    return " · ".join(filter(None, (person.name, person.login_name, person.unit, owing)))


def _owing(overdue: int, done: int, owed: int, rule: ReminderRule) -> str:
    if rule is ReminderRule.OVERDUE:
        return gettext("到期未完成 %(n)s 项", n=overdue)
    return f"{done}/{owed}"


def _sample(found: Outlook, rule: ReminderRule) -> str:
    """The text as the first of them would read it."""
    if not found.people:
        return ""
    first = found.people[0]
    return reminder_text(
        {
            "stage": f"{found.stage.programme_name} · {found.stage.name}",
            "rule": str(rule),
            "overdue": first.overdue,
            "done": first.counts.done,
            "owed": first.counts.owed,
            "addition": request.form.get("addition", ""),
        }
    )


def _group(whom: Whom) -> str:
    found = reminding.group_text(req.caller(), whom)
    return group_chat_text(
        found.stage.name,
        (found.unit.name, found.unit.counts),
        [(each.name, each.counts) for each in found.below],
        req.now(),
    )


@blueprint.post("/reminders/stages/<int:stage_id>/units/<int:unit_id>")
@makes
@may(Permission.REMIND)
def ask(stage_id: int, unit_id: int) -> str | Response | tuple[str, int]:
    """Remind all whom the rule means, or those who were ticked."""
    whom = Whom(stage_id, unit_id, _rule())
    form = _form()
    if not form.validate():
        return _page(whom, form), 422
    chosen = None if request.form.get("do") == "all" else tuple(form.people.data or ())
    new = NewReminder(whom, tuple(form.channels.data or ()), form.addition.data or "", chosen)
    try:
        reminding.ask(req.caller(), new)
    except RuleBroken as broken:
        return _page(whom, form, problem(broken.code, **broken.params)), 422
    say(
        gettext(
            "已交办。消息在工作日的上班时间发出（值班的人在值班日发，夜里不发），同一事由每周只发一次。"
        )
    )
    return redirect(url_for("reminders.index"), 303)


@blueprint.get("/reminders/stages/<int:stage_id>/units/<int:unit_id>/calls")
@may(Permission.REMIND)
def calls(stage_id: int, unit_id: int) -> str:
    """Who is to be called, by name, with their number: for the liaison, on paper too."""
    page = asked_page()
    whom = Whom(stage_id, unit_id, _rule())
    found = reminding.outlook(req.caller(), whom, PageSpan(page, SIZE))
    at: dict[str, Any] = {"stage_id": stage_id, "unit_id": unit_id, "rule": str(whom.rule)}
    return render_template(
        "notices/calls.html",
        title=found.unit_name,
        stage=f"{found.stage.programme_name} · {found.stage.name}",
        about=gettext(
            "%(r)s %(n)s 人 · 截至 %(t)s",
            r=label(ReminderRule, whom.rule),
            n=found.meant,
            t=moment_label(req.now()),
        ),
        rows=[
            {
                "name": each.name,
                "login": each.login_name,
                "unit": each.unit,
                "mobile": each.mobile,
                "state": _owing(each.overdue, each.counts.done, each.counts.owed, whom.rule),
            }
            for each in found.people
        ],
        back_url=url_for("reminders.show", **at),
        page=pager("reminders.calls", page, found.meant, **at),
    )
