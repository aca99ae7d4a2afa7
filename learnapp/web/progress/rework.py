"""补课重做: chosen, previewed and ordered for a unit; watched; done again by its people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from learnapp.domain.core import lengths
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.rework import NewRework, ReworkCounts
from learnapp.services.progress import rework
from learnapp.services.progress.figures import stage_for
from learnapp.services.progress.rework import ReadAgain, ReworkLine
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable, signed_in
from learnapp.web.core.html import mark_safe
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import TicksField
from learnapp.web.core.wording import day_label, moment_label, percent_label, problem
from question_bank.options import letter_of

blueprint = Blueprint("rework", __name__)
_OF_UNIT = "/rework/stages/<int:stage_id>/units/<int:unit_id>"


class ReworkForm(FlaskForm):
    """Which readings, why, by when."""

    items = TicksField(_("重做哪些篇目"), coerce=int)
    reason = TextAreaField(
        _("原因，本人会看到"), [InputRequired(_("请填写内容")), Length(max=lengths.LINE)]
    )
    due_on = DateField(_("重做期限"), [InputRequired(_("请填日期"))])


@blueprint.get("/rework")
@may(Permission.PROGRESS_READ)
def index() -> str:
    """The reworks of units within reach, the newest first."""
    page = asked_page()
    lines, total = rework.listed(req.caller(), PageSpan(page, SIZE))
    return render_template(
        "progress/reworks.html",
        rows=[_row(each) for each in lines],
        page=pager("rework.index", page, total),
    )


def order_url(stage_id: int, unit_id: int) -> str | None:
    """Where a rework of a unit is ordered, for who may."""
    if not req.actor().may(Permission.REWORK_ORDER):
        return None
    return url_for("rework.order", stage_id=stage_id, unit_id=unit_id)


def _row(line: ReworkLine) -> dict[str, str]:
    return {
        "title": f"{line.unit} · {line.stage}",
        "meta": gettext("期限 %(d)s", d=day_label(line.rework.due_on)),
        "state": _state(line),
        "css": "lost" if line.overdue else "muted",
        "url": url_for("rework.show", rework_id=line.rework.id),
    }


def _state(line: ReworkLine) -> str:
    if line.rework.withdrawn_at is not None:
        return gettext("已撤回")
    share = _share(line.counts)
    return gettext("%(s)s，已逾期", s=share) if line.overdue else share


def _share(counts: ReworkCounts) -> str:
    return f"{percent_label(counts.share)} {counts.done}/{counts.owed}"


@blueprint.route(_OF_UNIT, methods=["GET", "POST"])
@makes
@may(Permission.REWORK_ORDER)
def order(stage_id: int, unit_id: int) -> str | Response | tuple[str, int]:
    """Choose, preview, order: a first post shows what it asks again of whom, a second one orders it."""
    form = ReworkForm()
    offered = rework.offered(req.caller(), stage_id, unit_id)
    form.items.choices = select_options(
        (each.item_id, gettext("%(t)s（%(n)s 人）", t=each.title, n=len(each.people)))
        for each in offered
    )
    at: dict[str, Any] = {"stage_id": stage_id, "unit_id": unit_id}
    if request.method == "GET":
        return _form_page(form, at)
    if not form.validate():
        return _form_page(form, at), 422
    new = NewRework(
        stage_id,
        unit_id,
        frozenset(form.items.data or ()),
        form.reason.data or "",
        form.due_on.data,
    )
    try:
        if request.form.get("confirmed") != "1":
            return _form_page(form, at, _preview(new))
        row = rework.order(req.caller(), new)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return _form_page(form, at), 422
    say(gettext("已安排重做，本人会收到通知。"))
    return redirect(url_for("rework.show", rework_id=row.id), 303)


def _preview(new: NewRework) -> str:
    chosen = rework.meant(req.caller(), new)
    people = set().union(*(each.people for each in chosen))
    return gettext(
        "将要求 %(n)s 人重做 %(m)s 篇，共 %(k)s 人次，%(d)s 前完成。过去的进度和周报不变，重做另列一行。",
        n=len(people),
        m=len(chosen),
        k=sum(len(each.people) for each in chosen),
        d=day_label(new.due_on),
    )


def _form_page(form: ReworkForm, at: dict[str, Any], preview: str = "") -> str:
    stage = stage_for(req.session(), at["stage_id"])
    return render_template(
        "progress/rework_order.html",
        stage=f"{stage.programme_name} · {stage.name}",
        form=form,
        preview=preview,
        back_url=url_for("progress.unit", **at),
    )


@blueprint.get("/rework/<int:rework_id>")
@may(Permission.PROGRESS_READ)
def show(rework_id: int) -> str:
    """How far a rework is, by item, and who has something left."""
    page = rework.one(req.caller(), rework_id)
    line, row = page.line, page.line.rework
    return render_template(
        "progress/rework.html",
        title=gettext("补课重做 · %(u)s", u=line.unit),
        stage=line.stage,
        sentence=_state(line),
        facts=[
            (gettext("原因"), row.reason),
            (gettext("期限"), day_label(row.due_on)),
            (gettext("安排"), moment_label(row.recorded_at)),
        ],
        items=[{"title": title, "share": _share(counts)} for title, counts in page.items],
        people=[
            {"name": name, "login": login, "left": gettext("还差 %(n)s 篇", n=left)}
            for name, login, left in page.people
        ],
        withdraw_url=url_for("rework.withdraw", rework_id=rework_id) if page.may_withdraw else None,
    )


@blueprint.post("/rework/<int:rework_id>/withdraw")
@repeatable("a rework is taken back once")
@may(Permission.REWORK_ORDER)
def withdraw(rework_id: int) -> Response:
    """Take it back."""
    rework.withdraw(req.caller(), rework_id)
    say(gettext("已撤回。"))
    return redirect(url_for("rework.show", rework_id=rework_id), 303)


@blueprint.get("/rework/<int:rework_id>/items/<int:item_id>")
@signed_in
def read(rework_id: int, item_id: int) -> str:
    """What the reader does again: why, by when, the text, the question after it."""
    return _read_page(rework.read_again(req.own_caller(), rework_id, item_id))


def _read_page(opened: ReadAgain, wrong: str = "") -> str:
    row, item = opened.own.rework, opened.own.item
    check = opened.check
    return render_template(
        "progress/rework_read.html",
        title=item.title,
        reason=row.reason,
        due=day_label(row.due_on),
        done=opened.own.done,
        wrong=wrong,
        sections=[{"heading": e.heading, "html": mark_safe(e.html)} for e in opened.sections],
        check=None
        if check is None
        else {
            "stem": check.stem,
            "many": check.type == "multiple",
            "options": [
                {"id": each["id"], "letter": letter_of(n), "content": each["content"]}
                for n, each in enumerate(check.options)
            ],
        },
        url=url_for("rework.do", rework_id=row.id, item_id=item.id),
    )


@blueprint.post("/rework/<int:rework_id>/items/<int:item_id>")
@repeatable("tries are unlimited, and the first right one counts")
@signed_in
def do(rework_id: int, item_id: int) -> str | Response | tuple[str, int]:
    """Answer the question after the text, or say that it was read where there is none."""
    caller = req.own_caller()
    opened = rework.read_again(caller, rework_id, item_id)
    chosen = request.form.getlist("answer")
    if opened.check is not None and not chosen:
        return _read_page(opened, gettext("请先作答。")), 422
    if not rework.do_again(caller, opened, {"options": chosen}):
        return _read_page(opened, gettext("不对，再看看正文，可以再试。")), 422
    say(gettext("“%(t)s”已重做。", t=opened.own.item.title), at="notices")
    return redirect(url_for("week.index"), 303)
