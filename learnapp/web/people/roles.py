"""A role given by a form: over a unit, alone or with all below it, from a day until another."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission, Role
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable, steps_up
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label, person_label, problem
from learnapp.web.people import previewed
from learnapp.web.people.about import about
from learnapp.web.people.postings import person_to_change
from learnapp.web.people.previewed import Page, Refused
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("roles", __name__)


class GrantForm(FlaskForm):
    """Which role, over what, from when until when."""

    role = SelectField(_("角色"))
    unit = SelectField(_("管哪个单位"), coerce=int)
    reach = RadioField(
        _("管到哪里"),
        choices=select_options([("below", _("本单位及以下")), ("alone", _("只管本单位"))]),
        default="below",
    )
    from_day = DateField(_("自哪天起"), [InputRequired(_("请填日期"))])
    to_day = DateField(
        _("到哪天止"), [Optional()], description=_("这一天起没有这项权限；长期的不填")
    )


@blueprint.route("/people/<int:person_id>/grants", methods=["GET", "POST"])
@makes
@steps_up
@may(Permission.ROLE_GIVE)
def give(person_id: int) -> str | Response | tuple[str, int]:
    """Give a role."""
    person, form = person_to_change(person_id), GrantForm()
    form.role.choices = select_options(
        [(str(each), label(Role, each)) for each in Role if each is not Role.OFFICER]
    )
    offer_units(form.unit, Permission.ROLE_GIVE)
    back = url_for("person.show", person_id=person_id)
    page = Page(gettext("授予角色"), about(person), gettext("授予角色"), back)
    if request.method == "GET":
        form.from_day.data = local_day(req.now())
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    line = default_line(req.session()).id if form.reach.data == "below" else None
    new = NewGrant(Role(form.role.data), form.unit.data, line, form.from_day.data, form.to_day.data)
    try:
        given = roles.give(req.caller(), person_id, new)
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    text = gettext("角色已授予。")
    if not given:
        text = gettext("此人已有这个角色，没有改动。")
    elif roles.waits_for_second(req.caller(), new.role):
        text = gettext("已提交，等安全管理员复核后生效。")
    say(text, "good" if given else "info", at="grants")
    return redirect(back, 303)


@blueprint.get("/security/roles")
@may(Permission.ROLE_CONFIRM)
def waiting() -> str:
    """角色复核: the roles that wait for a second person."""
    rows = [
        {
            "id": each.request.id,
            "title": f"{person_label(each.name, each.login or '')} · {label(Role, each.request.role)}",
            "meta": gettext(
                "%(unit)s，自 %(day)s 起；%(asker)s 提出",
                unit=each.unit,
                day=day_label(each.request.from_day),
                asker=each.asker,
            ),
            "own": is_own(req.actor(), each.request.asked_by)
            or is_own(req.actor(), each.request.person_id),
        }
        for each in roles.waiting(req.caller())
    ]
    return render_template("people/roles/waiting.html", rows=rows)


@blueprint.post("/security/roles/<int:request_id>/give")
@repeatable("decided once")
@steps_up
@may(Permission.ROLE_CONFIRM)
def confirm(request_id: int) -> Response:
    """Let it hold."""
    return _decide(request_id, True, gettext("已复核，角色已授予。"))


@blueprint.post("/security/roles/<int:request_id>/refuse")
@repeatable("decided once")
@may(Permission.ROLE_CONFIRM)
def refuse(request_id: int) -> Response:
    """Let it not hold."""
    return _decide(request_id, False, gettext("已记为不同意。"))


def _decide(request_id: int, is_given: bool, done: str) -> Response:
    try:
        decided = roles.decide(req.caller(), request_id, is_given)
    except Refused as broken:
        say(problem(broken.code, **broken.params), "due", at="roles")
    else:
        early = gettext("早已办过，没有再改动。")
        say(done if decided else early, "good" if decided else "info", at="roles")
    return redirect(url_for("roles.waiting"), 303)
