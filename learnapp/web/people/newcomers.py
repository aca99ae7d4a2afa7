"""来了新人: a person added by a form, with the one-time code to hand over."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.names import clean_name
from learnapp.domain.people.people import Basis, Category, LoginKind
from learnapp.domain.people.postings import LONGEST_POST
from learnapp.services.accounts import code_sheets
from learnapp.services.people import joining
from learnapp.services.people.people import MembershipSpec
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.input import whole
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import label
from learnapp.web.people import previewed
from learnapp.web.people.naming import LOGIN_KINDS
from learnapp.web.people.previewed import Page, Refused
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("newcomers", __name__)


class NewcomerForm(FlaskForm):
    """Who comes, by which login name, where and as what."""

    name = StringField(_("姓名"), [DataRequired(_("请填姓名")), Length(max=200)])
    kind = SelectField(
        _("登录名是什么"),
        choices=select_options([(str(kind), label) for kind, label in LOGIN_KINDS.items()]),
    )
    login_name = StringField(_("登录名"), [DataRequired(_("请填登录名")), Length(max=40)])
    unit = SelectField(_("单位"), coerce=int)
    category = SelectField(_("人员类别"))
    basis = SelectField(_("任职依据"))
    post = StringField(_("岗位"), [Optional(), Length(max=LONGEST_POST)])
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])
    another = BooleanField(_("不是同名的那个人，是另一人"))


@blueprint.route("/people/new", methods=["GET", "POST"])
@makes
@may(Permission.ROSTER_IMPORT)
def add() -> str | Response | tuple[str, int]:
    """Add a person; what they owe begins with their first day."""
    form = NewcomerForm()
    offer_units(form.unit, Permission.ROSTER_IMPORT)
    form.basis.choices = select_options([(str(each), label(Basis, each)) for each in Basis])
    form.category.choices = select_options(
        [(str(each), label(Category, each)) for each in Category]
    )
    page = Page(
        gettext("登记新人"),
        gettext("登记后得到一次性启用码，本人凭它设密码。来的人多，用名册导入。"),
        gettext("登记，发启用码"),
        url_for("people.index"),
    )
    if request.method == "GET":
        form.from_day.data = local_day(req.now())
        form.unit.data = whole(request.args, "unit")
        return _page(page, form)
    if not form.validate():
        return _page(page, form, 422)
    post = MembershipSpec(
        form.unit.data,
        default_line(req.session()).id,
        Basis(form.basis.data),
        Category(form.category.data),
        clean_name(form.post.data or ""),
    )
    login = (LoginKind(form.kind.data), form.login_name.data)
    try:
        person = joining.add(
            req.caller(),
            form.name.data,
            login,
            joining.Joining(post, form.from_day.data, form.another.data),
        )
    except Refused as broken:
        previewed.refused(form, broken)
        return _page(page, form, 422)
    sheet = code_sheets.issue_to_one(req.caller(), req.seal(), person.id)
    return redirect(url_for("codes.show", sheet=sheet.public_id), 303)


def _page(page: Page, form: NewcomerForm, status: int = 200) -> tuple[str, int]:
    """The form; about a namesake it asks only where there is one."""
    if not form.another.errors and not form.another.data:
        del form.another
    return previewed.form_page(page, form, status)
