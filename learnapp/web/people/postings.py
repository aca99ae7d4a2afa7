"""Postings by forms: transfer, a second posting, its end, retirement and return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Person
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.names import clean_name
from learnapp.domain.people.people import Basis, Category
from learnapp.domain.people.postings import LONGEST_POST, counts_there
from learnapp.services.accounts import access
from learnapp.services.people import postings
from learnapp.services.people.people import DaySpan, MembershipSpec
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label
from learnapp.web.people import previewed
from learnapp.web.people.about import about
from learnapp.web.people.previewed import Page, Refused
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("postings", __name__)
Reply = str | Response | tuple[str, int]


class PostForm(FlaskForm):
    """Where, on what ground, as what, from when."""

    unit = SelectField(_("单位"), coerce=int)
    basis = SelectField(_("任职依据"))
    category = SelectField(_("人员类别"))
    post = StringField(_("岗位"), [Optional(), Length(max=LONGEST_POST)])
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])


class SecondForm(PostForm):
    """The same, until when."""

    to_day = DateField(_("到哪天止"), [Optional()], description=_("这一天起不再任职；不知道就不填"))


class EndForm(FlaskForm):
    """From which day on a posting is over."""

    ends_on = DateField(_("自哪天起结束"), [InputRequired(_("请填日期"))])


def person_to_change(person_id: int) -> Person:
    """The person of an action, within reach; 404 and 403 as reaching says."""
    return access.may_change(req.caller(), Permission.ROSTER_IMPORT, person_id)


def _page(person: Person, title: str, button: str) -> Page:
    back = url_for("person.show", person_id=person.id)
    return Page(title, about(person), button, back)


def _offer(form: PostForm, person: Person, bases: list[Basis]) -> None:
    offer_units(form.unit, Permission.ROSTER_IMPORT)
    form.basis.choices = select_options([(str(each), label(Basis, each)) for each in bases])
    form.category.choices = select_options(
        [(str(each), label(Category, each)) for each in Category]
    )
    if request.method == "GET":
        form.from_day.data = local_day(req.now())
        now = postings.counting_today(req.caller(), person.id)
        if now is not None:
            form.unit.data, form.category.data = now.unit_id, now.category
            form.post.data = now.post


def _spec(form: PostForm) -> MembershipSpec:
    line = default_line(req.session())
    return MembershipSpec(
        *(form.unit.data, line.id, Basis(form.basis.data), Category(form.category.data)),
        clean_name(form.post.data or ""),
    )


def _facts(form: PostForm) -> list[tuple[str, str]]:
    unit = next((each.label for each in form.unit.choices if each.value == form.unit.data), "")
    return [
        (gettext("单位"), unit.strip("　")),
        (gettext("任职依据"), label(Basis, form.basis.data)),
        (gettext("人员类别"), label(Category, form.category.data)),
        (gettext("岗位"), clean_name(form.post.data or "") or "—"),
        (gettext("自哪天起"), day_label(form.from_day.data)),
    ]


def _past(first: date) -> list[str]:
    """What a day in the past means for figures that were reported."""
    days = (local_day(req.now()) - first).days
    if days <= 0:
        return []
    return [
        gettext(
            "自 %(d)s 起的 %(n)s 天补记：这些天的数字按现在所知重算时，此人算在新单位；"
            "当时报出的数字按当时所知，不变。",
            d=day_label(first),
            n=days,
        )
    ]


@blueprint.route("/people/<int:person_id>/transfer", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def transfer(person_id: int) -> Reply:
    """Move a person to another unit, also from a past day on."""
    person, form = person_to_change(person_id), PostForm()
    _offer(form, person, list(Basis))
    page, step = _page(person, gettext("调动"), gettext("预览")), previewed.asked()
    if step in ("form", "edit"):
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    post, first = _spec(form), form.from_day.data
    try:
        if step == "confirm":
            postings.move(req.caller(), person_id, post, first)
            say(gettext("已调动，自 %(d)s 起。", d=day_label(first)), at="postings")
            return redirect(page.back_url, 303)
        done = _page(person, gettext("调动"), gettext("确认调动"))
        return previewed.preview_page(
            done,
            person_id,
            _facts(form),
            lambda: postings.move(req.caller(), person_id, post, first),
            [*_past(first), gettext("调错了，再调一次即可：后一次从它的日子起算数。")],
        )
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)


@blueprint.route("/people/<int:person_id>/posting", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def second(person_id: int) -> Reply:
    """A posting beside the one that counts."""
    person, form = person_to_change(person_id), SecondForm()
    _offer(form, person, [each for each in Basis if each is not Basis.ESTABLISHMENT])
    page, step = _page(person, gettext("另任一职"), gettext("预览")), previewed.asked()
    if step in ("form", "edit"):
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    post, span = _spec(form), DaySpan(form.from_day.data, form.to_day.data)
    try:
        if step == "confirm":
            counts = postings.second(req.caller(), person_id, post, span)
            where = gettext("在那边计数。") if counts else gettext("仍在原单位计数。")
            say(gettext("已登记，%(w)s", w=where), at="postings")
            return redirect(page.back_url, 303)
        until = day_label(span.end) if span.end else gettext("不定")
        return previewed.preview_page(
            _page(person, gettext("另任一职"), gettext("确认登记")),
            person_id,
            [*_facts(form), (gettext("到哪天止"), until)],
            lambda: postings.second(req.caller(), person_id, post, span),
            [_counting(post.basis, span), *_past(span.first)],
        )
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)


def _counting(basis: Basis, span: DaySpan) -> str:
    if counts_there(basis, span.first, span.end):
        return gettext("借调、派驻超过六个月，在那边计数；期满回原单位计数。")
    return gettext("仍在原单位计数，在那边不计数。")


@blueprint.route(
    "/people/<int:person_id>/postings/<int:membership_id>/end", methods=["GET", "POST"]
)
@repeatable("a posting ends once, and the page says that it has ended")
@may(Permission.ROSTER_IMPORT)
def end(person_id: int, membership_id: int) -> Reply:
    """End a posting that does not count."""
    person, form = person_to_change(person_id), EndForm()
    postings.second_of(req.caller(), person_id, membership_id)
    page = _page(person, gettext("结束任职"), gettext("结束任职"))
    if request.method == "GET":
        form.ends_on.data = local_day(req.now())
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    try:
        ended = postings.end_second(req.caller(), person_id, membership_id, form.ends_on.data)
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    text = gettext("任职已结束。") if ended else gettext("早已结束，没有再改动。")
    say(text, "good" if ended else "info", at="postings")
    return redirect(page.back_url, 303)


@blueprint.route("/people/<int:person_id>/retire", methods=["GET", "POST"])
@repeatable("who has retired is out of reach of a second press")
@may(Permission.ROSTER_IMPORT)
def retire(person_id: int) -> Reply:
    """The person leaves the service today."""
    person = person_to_change(person_id)
    page, step = _page(person, gettext("离退"), gettext("预览")), previewed.asked()
    tells = [
        gettext("自今天起不能再登录，所有设备退出，没用的启用码失效。"),
        gettext("现有的角色全部结束。"),
        gettext("学习记录和成绩都留着；今天以前的数字不变。"),
        gettext("登记错了可以恢复，角色要另行授予。"),
    ]
    form = FlaskForm()
    if step in ("form", "edit"):
        return previewed.form_page(replace(page, hints=tells), form)
    try:
        if step == "confirm":
            postings.retire(req.caller(), person_id)
            say(gettext("已登记离退。"), at="postings")
            return redirect(page.back_url, 303)
        return previewed.preview_page(
            replace(page, button=gettext("确认离退")),
            person_id,
            [],
            lambda: postings.retire(req.caller(), person_id),
            tells,
        )
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)


@blueprint.post("/people/<int:person_id>/return")
@repeatable("sets a state, and says that it was so already")
@may(Permission.ROSTER_IMPORT)
def bring_back(person_id: int) -> Reply:
    """Undo a retirement."""
    if postings.bring_back(req.caller(), person_id):
        say(gettext("已恢复；角色请另行授予。"), at="postings")
    else:
        say(gettext("没有离退，没有再改动。"), "info", at="postings")
    return redirect(url_for("person.show", person_id=person_id), 303)
