"""When reports are cut off: shown, and chosen by whoever publishes programmes."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, TimeField
from wtforms.validators import InputRequired

from learnapp.domain.core.permissions import Permission
from learnapp.domain.reports.weekly import DEFAULT_CUT_OFFS, CutOff, ReportKind
from learnapp.services.reports import cut_offs
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options

blueprint = Blueprint("cut_offs", __name__)

_WEEKDAYS = [
    ("0", _("周一")),
    ("1", _("周二")),
    ("2", _("周三")),
    ("3", _("周四")),
    ("4", _("周五")),
    ("5", _("周六")),
    ("6", _("周日")),
]


class CutOffForm(FlaskForm):
    """Weekday and time of both kinds."""

    weekly_day = SelectField(_("周报截止日"))
    weekly_at = TimeField(_("周报截止时间"), [InputRequired(_("请填时间"))])
    with_flash = BooleanField(_("另出快报"))
    flash_day = SelectField(_("快报截止日"))
    flash_at = TimeField(_("快报截止时间"), [InputRequired(_("请填时间"))])

    def cut_offs(self) -> tuple[CutOff, CutOff | None]:
        """What was chosen; None where there is no 快报."""
        weekly = CutOff(int(self.weekly_day.data), self.weekly_at.data)
        flash = CutOff(int(self.flash_day.data), self.flash_at.data)
        return weekly, flash if self.with_flash.data else None


def _form() -> CutOffForm:
    form = CutOffForm()
    form.weekly_day.choices = form.flash_day.choices = select_options(
        [(value, str(name)) for value, name in _WEEKDAYS]
    )
    if request.method == "GET":
        found = cut_offs.in_force(req.session())
        weekly = found[ReportKind.WEEKLY]
        flash = found.get(ReportKind.FLASH, DEFAULT_CUT_OFFS[ReportKind.FLASH])
        form.weekly_day.data, form.weekly_at.data = str(weekly.weekday), weekly.at
        form.flash_day.data, form.flash_at.data = str(flash.weekday), flash.at
        form.with_flash.data = ReportKind.FLASH in found
    return form


@blueprint.get("/weekly/times")
@may(Permission.PROGRAMME_PUBLISH)
def show() -> str:
    """The times in force, in a form."""
    return _page(_form())


def _page(form: CutOffForm) -> str:
    return render_template("reports/cut_offs.html", form=form, url=url_for("cut_offs.choose"))


@blueprint.post("/weekly/times")
@repeatable("the same times chosen again are the same times")
@may(Permission.PROGRAMME_PUBLISH)
def choose() -> str | Response | tuple[str, int]:
    """Choose the times from the next report on."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    cut_offs.choose(req.caller(), *form.cut_offs())
    say(gettext("已保存，从下一期起按此截止。"))
    return redirect(url_for("cut_offs.show"), 303)
