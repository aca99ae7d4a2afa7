"""整体顺延: what falls due on some days is put off for everybody of some units; shown first, undone."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.services.people import choices, unit_deferrals
from learnapp.services.people.unit_deferrals import Deferral, DeferralEffect
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import TicksField
from learnapp.web.core.wording import day_label, moment_label
from learnapp.web.people import previewed
from learnapp.web.people.previewed import Page, Refused

blueprint = Blueprint("unit_deferrals", __name__)
Reply = str | Response | tuple[str, int]
_RIGHT = Permission.ABSENCE_RECORD
_UNITS = 12  # units that a preview names; the rest is told by number


class DeferralForm(FlaskForm):
    """Units, days, what for."""

    first_day = DateField(_("从哪天"), [InputRequired(_("请填日期"))])
    last_day = DateField(_("到哪天（含）"), [InputRequired(_("请填日期"))])
    reason = StringField(_("事由"), [Optional(), Length(max=200)], description=_("如：两会安保"))
    units = TicksField(_("哪些单位，连同它们下面的"), coerce=int)


@blueprint.route("/units/deferral", methods=["GET", "POST"])
@makes
@may(_RIGHT)
def plan() -> Reply:
    """Put off what falls due on some days for whole units: who and what moves, then the action."""
    form = DeferralForm()
    found = choices.units_within(req.caller(), _RIGHT)
    form.units.choices = select_options(
        (unit_id, "　" * depth + name) for unit_id, name, depth in found
    )
    about = gettext("安保、维稳等整体任务：这些天到期的，一步全部顺延。")
    page, step = Page(gettext("整体顺延"), about, gettext("预览"), _back()), previewed.asked()
    if step in ("form", "edit"):
        if step == "form":
            form.first_day.data = form.last_day.data = local_day(req.now())
            form.units.data = [each for each in [whole(request.args, "unit")] if each]
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    wanted = Deferral(
        set(form.units.data or ()), form.first_day.data, form.last_day.data, form.reason.data or ""
    )
    try:
        if step == "confirm":
            people = unit_deferrals.record(req.caller(), wanted)
            say(gettext("已登记，%(n)s 人顺延。", n=people))
            return redirect(_back(), 303)
        effect = unit_deferrals.what_moves(req.caller(), wanted)
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    return _preview(Page(page.title, about, gettext("确认顺延"), _back()), wanted, effect)


def _back() -> str:
    """Where the actor sees units: their page, else the list of people away."""
    may_see = req.actor().may(Permission.ROSTER_IMPORT)
    return url_for("units.index") if may_see else url_for("leave.waiting")


def _preview(page: Page, wanted: Deferral, effect: DeferralEffect) -> str:
    named = [gettext("%(u)s %(n)s 人", u=name, n=n) for name, n in effect.by_unit[:_UNITS]]
    more = len(effect.by_unit) - len(named)
    if more > 0:
        named.append(gettext("另有 %(n)s 个单位", n=more))
    dues = [
        gettext(
            "%(t)s：%(b)s → %(a)s",
            t=each.title,
            b=moment_label(each.before),
            a=moment_label(each.after),
        )
        for each in effect.dues
    ]
    tells = dues or [gettext("这些天没有到期的任务。")]
    if effect.without_me:
        tells.append(gettext("您自己不在内，由别人登记。"))
    tells.append(gettext("今天在册的人算在内；以后来的人另行登记。可以在单位页上一步撤回。"))
    return render_template(
        "people/action_preview.html",
        page=page,
        facts=[
            (gettext("从哪天"), day_label(wanted.first_day)),
            (gettext("到哪天（含）"), day_label(wanted.last_day)),
            (gettext("顺延的人"), gettext("共 %(n)s 人", n=effect.people)),
            (gettext("单位"), gettext("、").join(named)),
        ],
        changes=[],
        unchanged=False,
        tells=tells,
        carried=previewed.carried(),
    )


@blueprint.post("/units/deferrals/<int:deed_id>/undo")
@repeatable("what was undone is undone once, and the page says so")
@may(_RIGHT)
def undo(deed_id: int) -> Response:
    """Cancel a deferral for everybody."""
    done = unit_deferrals.undo(req.caller(), deed_id)
    text = gettext("已撤回。") if done else gettext("早已撤回，没有再改动。")
    say(text, "good" if done else "info")
    return redirect(_back(), 303)
