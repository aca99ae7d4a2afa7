"""单位: the tree on each line with members and heads; a unit added, renamed, moved, put away by forms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from learnapp.db.people.units import UnitHead
from learnapp.db.people.units import lines as all_lines
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden
from learnapp.domain.core.permissions import Permission, Role
from learnapp.domain.people.people import UnitKind
from learnapp.services.people import units
from learnapp.services.people.naming import NameKind, NewName
from learnapp.services.people.units import NewUnit, TreeRow, UnitPage
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label, person_label
from learnapp.web.people import previewed, unit_deeds
from learnapp.web.people.previewed import Page, Refused
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("units", __name__)
Reply = str | Response | tuple[str, int]
_DEEPEST_INDENT = 4


class UnitForm(FlaskForm):
    """A unit to come."""

    name = StringField(_("单位名称"), [DataRequired(_("请填名称")), Length(max=200)])
    kind = SelectField(_("类别"))
    parent = SelectField(_("上级单位"), coerce=int)
    line = SelectField(_("哪条线"), coerce=int)
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])


class RenameForm(FlaskForm):
    """A name, and whether the old one was ever right."""

    name = StringField(_("单位名称"), [DataRequired(_("请填名称")), Length(max=200)])
    kind = RadioField(
        _("怎么改"),
        choices=select_options([("correction", _("原来写错了")), ("change", _("更名，自某天起"))]),
        default="correction",
    )
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])


class MoveForm(FlaskForm):
    """Under which unit, on which line, from which day on."""

    line = SelectField(_("哪条线"), coerce=int)
    parent = SelectField(_("归到哪个单位下面"), coerce=int)
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])


@blueprint.get("/units")
@may(Permission.ROSTER_IMPORT)
def index() -> str:
    """The tree of a line."""
    tree = units.tree_of(req.caller(), whole(request.args, "line"))
    return render_template(
        "people/units/index.html",
        lines=[
            {
                "label": line.name,
                "url": url_for(".index", line=line.id),
                "current": line.id == tree.line.id,
            }
            for line in tree.lines
        ],
        placed=[_row(each) for each in tree.placed],
        unplaced=[_row(each) for each in tree.unplaced],
        retired=[_row(each) for each in tree.retired],
        line_id=tree.line.id,
        beside=[line.name for line in tree.lines if line.id != tree.line.id],
    )


def _row(row: TreeRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "depth": min(row.depth, _DEEPEST_INDENT),
        "kind": label(UnitKind, row.unit.kind),
        "members": row.members,
        "heads": gettext("、").join(_head(each) for each in row.heads),
        "elsewhere": [_elsewhere(each) for each in row.elsewhere],
        "url": url_for(".show", unit_id=row.unit.id),
    }


def _elsewhere(above: str | None) -> str:
    """Under what a unit is on another line."""
    return "—" if above is None else above or gettext("最上级")


def _head(head: UnitHead) -> str:
    who = person_label(head.name, head.login_name)
    return who if head.role == "unit_head" else gettext("%(n)s 联络", n=who)


@blueprint.get("/units/<int:unit_id>")
@may(Permission.ROSTER_IMPORT)
def show(unit_id: int) -> str:
    """A unit: its places, its heads, the units under it, its former names."""
    found = units.page_of(req.caller(), unit_id)
    return render_template(
        "people/units/show.html",
        name=found.label,
        unit_id=unit_id,
        retired=found.unit.retired_at is not None,
        facts=_facts(found),
        heads=[
            {
                "label": f"{person_label(each.name, each.login_name)} · {label(Role, each.role)}",
                "url": url_for("person.show", person_id=each.person_id),
            }
            for each in found.heads
        ],
        children=[
            {"label": name, "url": url_for(".show", unit_id=child)}
            for child, name in found.children
        ],
        former=[
            gettext("%(n)s（自 %(d)s 起）", n=each.name, d=day_label(each.valid_from))
            for each in found.names
        ],
        members=gettext("%(n)s 人", n=found.members),
        people_url=url_for("people.index", unit=found.unit.id),
        deeds=unit_deeds.rows_of(unit_id),
    )


def _facts(found: UnitPage) -> list[tuple[str, str]]:
    several = len(found.places) > 1
    rows = [(gettext("类别"), label(UnitKind, found.unit.kind))]
    for place in found.places:
        above = gettext("上级（%(l)s）", l=place.line.name) if several else gettext("上级")
        top = gettext("最上级") if place.placed else gettext("不在这条线上")
        rows.append((above, place.parent or top))
    return rows


def _line_choices() -> list[tuple[int, str]]:
    return [(line.id, line.name) for line in all_lines(req.session())]


def _page(found: UnitPage, title: str, button: str, *hints: str) -> Page:
    back = url_for(".show", unit_id=found.unit.id)
    return Page(title, found.label, button, back, hints)


@blueprint.route("/units/new", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def add() -> Reply:
    """A new unit under another."""
    form = UnitForm()
    form.kind.choices = select_options([(str(each), label(UnitKind, each)) for each in UnitKind])
    form.line.choices = select_options(_line_choices())
    offer_units(form.parent, Permission.ROSTER_IMPORT)
    about = gettext("一次加很多个，用名册里的“单位”表。")
    page = Page(gettext("新建单位"), about, gettext("新建单位"), url_for(".index"))
    if request.method == "GET":
        form.from_day.data = local_day(req.now())
        form.parent.data = whole(request.args, "parent")
        form.line.data = whole(request.args, "line") or form.line.choices[0].value
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    new = NewUnit(
        form.name.data,
        UnitKind(form.kind.data),
        form.parent.data,
        form.line.data,
        form.from_day.data,
    )
    try:
        unit = units.add(req.caller(), new)
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    say(gettext("单位已建。"), at="unit")
    return redirect(url_for(".show", unit_id=unit.id), 303)


@blueprint.route("/units/<int:unit_id>/rename", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def rename(unit_id: int) -> Reply:
    """Put a unit's name right, or change it from a day on."""
    found, form = units.page_of(req.caller(), unit_id), RenameForm()
    hint = gettext("以前的名称留在单位页上；已出的报表不变。")
    page = _page(found, gettext("更名"), gettext("更名"), hint)
    if request.method == "GET":
        form.name.data, form.from_day.data = found.unit.name, local_day(req.now())
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    new = NewName(form.name.data, NameKind(form.kind.data), form.from_day.data)
    try:
        changed = units.rename(req.caller(), unit_id, new)
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    text = gettext("名称已改。") if changed else gettext("名称本来就是这样，没有改动。")
    say(text, "good" if changed else "info", at="unit")
    return redirect(page.back_url, 303)


@blueprint.route("/units/<int:unit_id>/move", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def move(unit_id: int) -> Reply:
    """Put a unit with all below it under another: what moves, then the action."""
    found, form = units.page_of(req.caller(), unit_id), MoveForm()
    form.line.choices = select_options(_line_choices())
    offer_units(form.parent, Permission.ROSTER_IMPORT)
    page, step = _page(found, gettext("改隶属"), gettext("预览")), previewed.asked()
    if step in ("form", "edit"):
        if step == "form":
            form.from_day.data = local_day(req.now())
            form.line.data = found.places[0].line.id
            form.parent.data = found.places[0].parent_id
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    about = (unit_id, form.line.data, form.parent.data, form.from_day.data)
    try:
        if step == "confirm":
            moved = units.move(req.caller(), *about)
            say(gettext("已改隶属，连同下级共 %(n)s 人。", n=moved), at="unit")
            return redirect(page.back_url, 303)
        return _move_preview(found, form, about)
    except (*Refused, Forbidden) as broken:
        if isinstance(broken, Forbidden) and broken.code != "unit_above_reach":
            raise
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)


def _move_preview(found: UnitPage, form: MoveForm, about: tuple[Any, ...]) -> str:
    """What would move."""
    moved = units.people_moved(req.caller(), *about)
    names = {each.value: each.label for each in form.parent.choices}
    place = next(each for each in found.places if each.line.id == form.line.data)
    return render_template(
        "people/action_preview.html",
        page=_page(found, gettext("改隶属"), gettext("确认改隶属")),
        facts=[
            (gettext("现在的上级"), place.parent or gettext("没有")),
            (gettext("改为"), names[form.parent.data].strip("　")),
            (gettext("自哪天起"), day_label(form.from_day.data)),
        ],
        changes=[],
        unchanged=False,
        tells=[
            gettext("连同下级共 %(n)s 人，一起算到新的上级里。", n=moved),
            gettext("管到原上级的角色不再管到这里，管到新上级的角色管到这里。"),
            gettext("自那天起的数字按现在所知重算；当时报出的数字按当时所知，不变。"),
            gettext("改错了，再改回去即可：后一次从它的日子起算数。"),
        ],
        carried=[(f.name, f.raw_data[0]) for f in form if f.type != "CSRFTokenField"],
    )


@blueprint.route("/units/<int:unit_id>/retire", methods=["GET", "POST"])
@repeatable("sets a state, and says that it was so already")
@may(Permission.ROSTER_IMPORT)
def retire(unit_id: int) -> Reply:
    """Put a unit away: what it means, then the action."""
    found, form = units.page_of(req.caller(), unit_id), FlaskForm()
    page = _page(
        found,
        gettext("撤销单位"),
        gettext("撤销单位"),
        gettext("没有人、没有下级、没有角色的单位才能撤销；先把人调走。"),
        gettext("名册、表单里不再列出；过去的数字不变。撤销错了可以恢复。"),
    )
    if request.method == "GET":
        return previewed.form_page(page, form)
    try:
        done = units.retire(req.caller(), unit_id)
    except Conflict as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    text = gettext("单位已撤销。") if done else gettext("早已撤销，没有再改动。")
    say(text, "good" if done else "info", at="unit")
    return redirect(page.back_url, 303)


@blueprint.post("/units/<int:unit_id>/restore")
@repeatable("sets a state, and says that it was so already")
@may(Permission.ROSTER_IMPORT)
def restore(unit_id: int) -> Reply:
    """Bring a unit back."""
    done = units.restore(req.caller(), unit_id)
    text = gettext("单位已恢复。") if done else gettext("没有撤销过，没有再改动。")
    say(text, "good" if done else "info", at="unit")
    return redirect(url_for(".show", unit_id=unit_id), 303)
