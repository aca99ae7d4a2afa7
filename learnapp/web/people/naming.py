"""Names and login names of a person by forms."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import LoginKind
from learnapp.services.people import naming
from learnapp.services.people.naming import NameKind, NewName
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, problem
from learnapp.web.people import previewed
from learnapp.web.people.about import about
from learnapp.web.people.postings import person_to_change
from learnapp.web.people.previewed import Page, Refused

blueprint = Blueprint("naming", __name__)
Reply = str | Response | tuple[str, int]

LOGIN_KINDS = {
    LoginKind.BADGE: _("警号"),
    LoginKind.STAFF_NUMBER: _("工号"),
    LoginKind.MOBILE: _("手机号"),
}


class NameForm(FlaskForm):
    """A name, and whether the old one was ever right."""

    name = StringField(_("姓名"), [DataRequired(_("请填姓名")), Length(max=200)])
    kind = RadioField(
        _("怎么改"),
        choices=select_options([("correction", _("原来写错了")), ("change", _("改名，自某天起"))]),
        default="correction",
    )
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])


class LoginForm(FlaskForm):
    """A further login name."""

    kind = SelectField(
        _("是什么"),
        choices=select_options([(str(kind), label) for kind, label in LOGIN_KINDS.items()]),
    )
    login_name = StringField(
        _("登录名"),
        [DataRequired(_("请填登录名")), Length(max=40)],
        description=_("3 至 32 位字母、数字、点、横线或下划线；身份证号不行"),
    )


@blueprint.route("/people/<int:person_id>/name", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def rename(person_id: int) -> Reply:
    """Put a name right, or change it from a day on."""
    person, form = person_to_change(person_id), NameForm()
    page = Page(
        gettext("改姓名"),
        about(person),
        gettext("改姓名"),
        url_for("person.show", person_id=person_id),
        [gettext("以前的姓名留在此人页上；已出的成绩册、报表不变。")],
    )
    if request.method == "GET":
        form.name.data, form.from_day.data = person.name, local_day(req.now())
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    new = NewName(form.name.data, NameKind(form.kind.data), form.from_day.data)
    try:
        changed = naming.rename(req.caller(), person_id, new)
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    text = gettext("姓名已改。") if changed else gettext("姓名本来就是这样，没有改动。")
    say(text, "good" if changed else "info", at="naming")
    return redirect(page.back_url, 303)


@blueprint.route("/people/<int:person_id>/logins", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def add_login(person_id: int) -> Reply:
    """A further login name for a person."""
    person, form = person_to_change(person_id), LoginForm()
    back = url_for("person.show", person_id=person_id)
    page = Page(gettext("加登录名"), about(person), gettext("加登录名"), back)
    if request.method == "GET":
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    kind = LoginKind(form.kind.data)
    try:
        added = naming.add_login(req.caller(), person_id, kind, form.login_name.data)
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    text = gettext("登录名已加，马上可用。") if added else gettext("此人已有这个登录名。")
    say(text, "good" if added else "info", at="naming")
    return redirect(page.back_url, 303)


@blueprint.post("/people/<int:person_id>/logins/<int:login_id>/end")
@repeatable("a login name ends once, and the page says that it has ended")
@may(Permission.ROSTER_IMPORT)
def end_login(person_id: int, login_id: int) -> Reply:
    """A login name that opens nothing any more."""
    try:
        ended = naming.end_login(req.caller(), person_id, login_id)
    except Conflict as broken:
        say(problem(broken.code), "lost", at="naming")
    else:
        day = day_label(local_day(req.now()))
        text = gettext("自 %(d)s 起不能用它登录；可再加回来。", d=day)
        say(text if ended else gettext("早已停用，没有再改动。"), "good", at="naming")
    return redirect(url_for("person.show", person_id=person_id), 303)
