"""学时: set for a thing, recognised by a document, exported for the training file; one's own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DecimalField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import Category
from learnapp.domain.study.credit_hours import HoursKind, HoursState, in_hours, totals
from learnapp.reports.figure_sheet import FigureSheet, workbook
from learnapp.services.study import credit_hours
from learnapp.services.study.credit_hours import Earner, HoursOfThing, Worth
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable, signed_in
from learnapp.web.core.downloads import attachment
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import day_label, label
from learnapp.web.people import previewed

blueprint = Blueprint("credit_hours", __name__)


def _in_tenths(_form: FlaskForm, field: DecimalField) -> None:
    """Refuse what would be cut to a tenth."""
    if field.data is not None and field.data != round(field.data, 1):
        raise ValidationError(gettext("学时最多一位小数"))


class HoursForm(FlaskForm):
    """What a thing is worth, and for whom."""

    hours = DecimalField(
        _("学时"),
        [InputRequired(_("请填学时")), NumberRange(0, 80, _("0 至 80")), _in_tenths],
        places=1,
    )
    everybody = BooleanField(_("辅警也给学时"))


class RecognitionForm(FlaskForm):
    """By which document hours are recognised."""

    document = StringField(_("认定依据"), [Length(max=200)], description=_("文号或文件名"))


def _worth(kind: str, thing_id: int) -> Worth:
    if kind not in ("reading", "exam", "session"):
        abort(404)
    return Worth(**{f"{kind}_id": thing_id})


@blueprint.get("/hours/<kind>/<int:thing_id>")
@may(Permission.PROGRAMME_EDIT)
def show(kind: str, thing_id: int) -> str:
    """What a thing is worth, and who has earned it."""
    found = credit_hours.of_thing(req.caller(), _worth(kind, thing_id))
    return _page(kind, thing_id, found, _hours_form(found), RecognitionForm(formdata=None))


def _hours_form(found: HoursOfThing) -> HoursForm:
    """The hours as they are set."""
    return HoursForm(
        formdata=None,
        data={
            "hours": Decimal(found.set.tenths if found.set else 0) / 10,
            "everybody": bool(found.set and found.set.for_everybody),
        },
    )


def _page(
    kind: str, thing_id: int, found: HoursOfThing, form: HoursForm, by: RecognitionForm
) -> str:
    page = asked_page()
    return render_template(
        "study/hours/thing.html",
        at={"kind": kind, "thing_id": thing_id},
        title=found.title,
        training=_worth(kind, thing_id).kind is HoursKind.TRAINING,
        back=_back(kind, thing_id),
        form=form,
        by=by,
        rows=[_row(each) for each in found.earners[(page - 1) * SIZE : page * SIZE]],
        total=len(found.earners),
        waiting=len(found.waiting),
        page=pager("credit_hours.show", page, len(found.earners), kind=kind, thing_id=thing_id),
    )


def _back(kind: str, thing_id: int) -> tuple[str, str]:
    """The address and the name of the page that led here."""
    if kind == "session":
        return url_for("sessions.show", session_id=thing_id), gettext("集中学习")
    return url_for("programmes.index"), gettext("学习计划")


def _row(each: Earner) -> dict[str, Any]:
    held = each.recognition
    return {
        "name": each.name,
        "unit": each.unit,
        "category": label(Category, each.category),
        "at": day_label(each.earned_at),
        "state": label(HoursState, HoursState.RECOGNISED if held else HoursState.AWAITING),
        "document": held.document if held else "",
    }


@blueprint.post("/hours/<kind>/<int:thing_id>")
@repeatable("a thing has the hours it was given last")
@may(Permission.PROGRAMME_EDIT)
def set_hours(kind: str, thing_id: int) -> Response | tuple[str, int]:
    """Give the thing its hours."""
    worth, form = _worth(kind, thing_id), HoursForm()
    if not form.validate():
        found = credit_hours.of_thing(req.caller(), worth)
        return _page(kind, thing_id, found, form, RecognitionForm(formdata=None)), 422
    tenths = int(form.hours.data * 10)
    changed = credit_hours.set_hours(req.caller(), worth, tenths, form.everybody.data)
    say(gettext("学时已设定。") if changed else gettext("没有改动。"), at="hours")
    return redirect(url_for(".show", kind=kind, thing_id=thing_id), 303)


@blueprint.post("/hours/<kind>/<int:thing_id>/recognise")
@repeatable("who is recognised is not found again")
@may(Permission.PROGRAMME_EDIT)
def recognise(kind: str, thing_id: int) -> Response | tuple[str, int]:
    """Recognise the hours of everybody who earned them."""
    worth, form, count = _worth(kind, thing_id), RecognitionForm(), None
    if form.validate():
        try:
            count = credit_hours.recognise(req.caller(), worth, form.document.data or "")
        except RuleBroken as broken:
            previewed.refused(form, broken)
    if count is None:
        found = credit_hours.of_thing(req.caller(), worth)
        return _page(kind, thing_id, found, _hours_form(found), form), 422
    say(gettext("已认定 %(n)s 人的学时。", n=count), at="hours")
    return redirect(url_for(".show", kind=kind, thing_id=thing_id), 303)


@blueprint.get("/hours/<kind>/<int:thing_id>.xlsx")
@may(Permission.PROGRAMME_EDIT)
def export(kind: str, thing_id: int) -> Response:
    """The hours of one thing for the training file."""
    found = credit_hours.of_thing(req.caller(), _worth(kind, thing_id))
    own = in_hours(found.set.tenths) if found.set else "0"
    rows = []
    for each in found.earners:
        row, held = _row(each), each.recognition
        hours = in_hours(held.tenths) if held else own
        rows.append(
            [
                row["name"],
                row["unit"],
                row["category"],
                row["at"],
                hours,
                row["state"],
                row["document"],
            ]
        )
    columns = [
        gettext("姓名"),
        gettext("单位"),
        gettext("类别"),
        gettext("完成日期"),
        gettext("学时"),
        gettext("认定"),
        gettext("认定依据"),
    ]
    heading = [
        (gettext("学时类别"), label(HoursKind, _worth(kind, thing_id).kind)),
        (gettext("截至"), day_label(local_day(req.now()))),
    ]
    sheet = FigureSheet(gettext("学时登记：%(t)s", t=found.title), heading, columns, rows)
    return attachment(workbook(sheet), f"{found.title}-{gettext('学时')}.xlsx")


@blueprint.get("/me/hours")
@signed_in
def mine() -> str:
    """What one earned: each kind apart, recognised or not."""
    found = credit_hours.own(req.own_caller())
    sums = totals(each.hours for each in found)
    page = asked_page()
    return render_template(
        "study/hours/mine.html",
        totals=[
            (
                label(HoursKind, kind),
                gettext(
                    "已认定 %(a)s 学时，待认定 %(b)s 学时",
                    a=in_hours(sums[kind, HoursState.RECOGNISED]),
                    b=in_hours(sums[kind, HoursState.AWAITING]),
                ),
            )
            for kind in HoursKind
        ],
        rows=[
            {
                "title": each.title,
                "meta": f"{label(HoursKind, each.hours.kind)} · {day_label(each.earned_at)}"
                + (f" · {each.document}" if each.document else ""),
                "state": f"{in_hours(each.hours.tenths)} · {label(HoursState, each.hours.state)}",
            }
            for each in found[(page - 1) * SIZE : page * SIZE]
        ],
        page=pager("credit_hours.mine", page, len(found)),
    )
