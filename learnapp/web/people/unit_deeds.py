"""A unit merged into another or split, by forms: what it does for whom first; undone; 建制序."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from learnapp.db.people import unit_contents, unit_paths
from learnapp.db.people.login_names import logins_of
from learnapp.db.people.models import UnitDeed
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import UnitKind
from learnapp.domain.people.unit_deeds import DeedKind, RolesBecome
from learnapp.services.people import unit_deeds, unit_positions, units
from learnapp.services.people.unit_deeds import DeedOutcome, Merge, Split
from learnapp.services.people.units import UnitPage
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import TicksField
from learnapp.web.core.wording import day_label, label, person_label, problem
from learnapp.web.people import previewed
from learnapp.web.people.previewed import Page, Refused
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("unit_deeds", __name__)
Reply = str | Response | tuple[str, int]


class MergeForm(FlaskForm):
    """Into which unit, from which day on, and what the roles become."""

    into = SelectField(_("并入哪个单位"), coerce=int)
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])
    roles = RadioField(
        _("管原单位的角色"),
        choices=select_options(
            [("ended", _("今天结束，需要的另行授予")), ("carried", _("转到并入的单位"))]
        ),
        default="ended",
    )


class SplitForm(FlaskForm):
    """The new unit, and who and what goes there."""

    name = StringField(_("新单位名称"), [DataRequired(_("请填名称")), Length(max=200)])
    kind = SelectField(_("类别"))
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])
    people = TicksField(_("去新单位的人"), coerce=int)
    below = TicksField(_("一起划过去的下级单位"), coerce=int)


def _page(found: UnitPage, title: str, button: str, *hints: str) -> Page:
    back = url_for("units.show", unit_id=found.unit.id)
    return Page(title, found.label, button, back, hints)


@blueprint.route("/units/<int:unit_id>/merge", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def merge(unit_id: int) -> Reply:
    """Let everybody and everything of a unit go to another, and put it away."""
    found, form = units.page_of(req.caller(), unit_id), MergeForm()
    offer_units(form.into, Permission.ROSTER_IMPORT)
    form.into.choices = [each for each in form.into.choices if each.value != unit_id]
    page, step = _page(found, gettext("并入别的单位"), gettext("预览")), previewed.asked()
    if step in ("form", "edit"):
        if step == "form":
            form.from_day.data = local_day(req.now())
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    plan = Merge(form.into.data, form.from_day.data, RolesBecome(form.roles.data))
    try:
        if step == "confirm":
            unit_deeds.merge(req.caller(), unit_id, plan)
            say(gettext("已并入。"), at="unit")
            return redirect(url_for("units.show", unit_id=plan.into_id), 303)
        outcome = unit_deeds.what_it_does(
            req.caller(), lambda: unit_deeds.merge(req.caller(), unit_id, plan)
        )
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    into = next(each.label for each in form.into.choices if each.value == plan.into_id)
    facts = [
        (gettext("并入"), into.strip("　")),
        (gettext("自哪天起"), day_label(plan.from_day)),
    ]
    return _preview(_page(found, page.title, gettext("确认并入")), facts, _of_merge(outcome))


def _of_merge(outcome: DeedOutcome) -> list[str]:
    """What a merge does, for whom."""
    owned = sum(outcome.owned.values())
    return [
        gettext("%(n)s 人转到并入的单位，任职依据和类别不变。", n=outcome.people),
        gettext("%(n)s 个下级单位改归并入的单位。", n=outcome.below),
        gettext("%(n)s 件归它所有的东西（题库、学习材料、计划、考试、文件等）转过去。", n=owned),
        gettext(
            "管原单位的角色：结束 %(e)s 个，其中 %(c)s 个转到并入的单位；您自己的不动。",
            e=outcome.roles_ended,
            c=outcome.roles_carried,
        ),
        gettext("没办结的督办、命题任务留在原单位名下，请另行办结。"),
        *_of_both(),
        gettext("原单位撤销，不再列出。"),
    ]


def _of_both() -> list[str]:
    return [
        gettext("那天以前的数字、已出的报表都不变。"),
        gettext("做错了可以在单位页上撤回：还在新位置上的都退回去，后来另有变动的不动。"),
    ]


@blueprint.route("/units/<int:unit_id>/split", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def split(unit_id: int) -> Reply:
    """Make a unit beside this one, with some of its people and units."""
    found, form = units.page_of(req.caller(), unit_id), SplitForm()
    _offer(form, found)
    page, step = _page(found, gettext("分设"), gettext("预览")), previewed.asked()
    if step in ("form", "edit"):
        if step == "form":
            form.from_day.data = local_day(req.now())
            form.kind.data = found.unit.kind
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    plan = Split(
        form.name.data,
        UnitKind(form.kind.data),
        form.from_day.data,
        set(form.people.data or ()),
        set(form.below.data or ()),
    )
    try:
        if step == "confirm":
            made = unit_deeds.split(req.caller(), unit_id, plan).unit_id
            say(gettext("新单位已设。"), at="unit")
            return redirect(url_for("units.show", unit_id=made), 303)
        outcome = unit_deeds.what_it_does(
            req.caller(), lambda: unit_deeds.split(req.caller(), unit_id, plan)
        )
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    facts = [(gettext("新单位"), plan.name), (gettext("自哪天起"), day_label(plan.from_day))]
    tells = [
        gettext("%(n)s 人转到新单位，任职依据和类别不变。", n=outcome.people),
        gettext("%(n)s 个下级单位改归新单位。", n=outcome.below),
        gettext("新单位和原单位归同样的上级；负责人、联络员另行授予。"),
        *_of_both(),
    ]
    return _preview(_page(found, page.title, gettext("确认分设")), facts, tells)


def _offer(form: SplitForm, found: UnitPage) -> None:
    session, day = req.session(), local_day(req.now())
    form.kind.choices = select_options([(str(each), label(UnitKind, each)) for each in UnitKind])
    there = unit_deeds.serving_in(req.caller(), found.unit.id)
    logins = logins_of(session, [each.person_id for each in there])
    form.people.choices = select_options(
        (each.person_id, person_label(each.name, logins.get(each.person_id, ""))) for each in there
    )
    names = unit_paths.labels(session, [child for child, _name in found.children], day)
    form.below.choices = select_options(names.items())


def _preview(page: Page, facts: Sequence[tuple[str, str]], tells: Sequence[str]) -> str:
    return render_template(
        "people/action_preview.html",
        page=page,
        facts=facts,
        changes=[],
        unchanged=False,
        tells=tells,
        carried=previewed.carried(),
    )


@blueprint.post("/units/deeds/<int:deed_id>/undo")
@repeatable("what was undone is undone once, and the page says so")
@may(Permission.ROSTER_IMPORT)
def undo(deed_id: int) -> Response:
    """Undo a merge or a split."""
    done = unit_deeds.undo(req.caller(), deed_id)
    text = gettext("已撤回。") if done else gettext("早已撤回，没有再改动。")
    say(text, "good" if done else "info", at="unit")
    deed = unit_contents.deed(req.session(), deed_id)
    return redirect(url_for("units.show", unit_id=deed.unit_id if deed else 0), 303)


def rows_of(unit_id: int) -> list[dict[str, Any]]:
    """What was done to a unit and can be undone, as its page lists it."""
    deeds = unit_deeds.deeds_of(req.caller(), unit_id)
    ids = {each for deed in deeds for each in (deed.unit_id, deed.other_id) if each}
    names = unit_paths.labels(req.session(), ids, local_day(req.now()))
    return [
        {
            "label": _deed_label(deed, names),
            "about": gettext("自 %(d)s 起", d=day_label(deed.valid_from)),
            "undo_url": url_for(
                "unit_deferrals.undo" if deed.other_id is None else "unit_deeds.undo",
                deed_id=deed.id,
            ),
        }
        for deed in deeds
    ]


def _deed_label(deed: UnitDeed, names: dict[int, str]) -> str:
    about = {"a": names.get(deed.unit_id, ""), "b": names.get(deed.other_id or 0, "")}
    if deed.kind == DeedKind.MERGED:
        return gettext("%(a)s 并入 %(b)s", **about)
    if deed.kind == DeedKind.SPLIT:
        return gettext("%(a)s 分设 %(b)s", **about)
    people = len(deed.details.get("absences", ()))
    if deed.kind == DeedKind.ROSTERED:
        return gettext("值班表 %(n)s 段", n=people)
    return gettext("整体顺延 %(n)s 人", n=people)


@blueprint.get("/units/<int:unit_id>/order")
@may(Permission.ROSTER_IMPORT)
def order(unit_id: int) -> str:
    """The units under one, with their places to fill in."""
    return _order_page(unit_id)


def _order_page(unit_id: int, wrong: str = "") -> str:
    found = unit_positions.order_of(req.caller(), unit_id)
    return render_template(
        "people/units/order.html",
        name=units.page_of(req.caller(), unit_id).label,
        unit_id=unit_id,
        wrong=wrong,
        rows=[
            {"id": each.unit_id, "name": each.name, "position": each.position or ""}
            for each in found
        ],
    )


@blueprint.post("/units/<int:unit_id>/order")
@repeatable("sets values")
@may(Permission.ROSTER_IMPORT)
def put_in_order(unit_id: int) -> Reply:
    """Give the units under one their places."""
    wanted: dict[int, int | None] = {}
    try:
        for name, value in request.form.items():
            if re.fullmatch(r"at-[0-9]{1,18}", name):
                wanted[int(name.removeprefix("at-"))] = _position(value.strip())
        unit_positions.put_in_order(req.caller(), unit_id, wanted)
    except RuleBroken as broken:
        return _order_page(unit_id, problem(broken.code, **broken.params)), 422
    say(gettext("建制序已排好。"), at="unit")
    return redirect(url_for("units.show", unit_id=unit_id), 303)


def _position(text: str) -> int | None:
    if not text:
        return None
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0
