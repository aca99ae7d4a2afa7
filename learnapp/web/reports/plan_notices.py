"""月计划通知: a month chosen, the notice previewed and drafted; then it is read and issued as a briefing is."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional

from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.reports.month_files import MonthOfUnit
from learnapp.services.reports import plan_notices
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.wording import problem
from learnapp.web.people.unit_span_forms import UnitMonthForm
from learnapp.wording.briefings import OwnWords

blueprint = Blueprint("plan_notices", __name__)


class PlanNoticeForm(UnitMonthForm):
    """Of which unit and month, to whom, what is asked."""

    to = StringField(_("主送"), [Optional(), Length(max=lengths.LINE)])
    next_steps = TextAreaField(_("工作要求"), [Optional(), Length(max=lengths.PARAGRAPH)])


@blueprint.route("/plan-notices/new", methods=["GET", "POST"])
@makes
@may(Permission.BRIEFING_EDIT)
def new() -> str | Response | tuple[str, int]:
    """Choose a month, and draft its notice from the plan."""
    form, today = PlanNoticeForm(), local_day(req.now())
    form.offer(Permission.BRIEFING_EDIT)
    if request.method == "GET":
        form.begin(today)
        form.to.data = gettext("各单位")
        return render_template("reports/plan_notice_new.html", form=form)
    if not form.validate():
        return render_template("reports/plan_notice_new.html", form=form), 422
    wanted = MonthOfUnit(form.unit.data, form.year.data, form.month.data)
    words = OwnWords(next_steps=form.next_steps.data or "", to=form.to.data or "")
    try:
        row = plan_notices.draft(req.caller(), wanted, words)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return render_template("reports/plan_notice_new.html", form=form), 422
    return redirect(url_for("briefings.show", briefing_id=row.id), 303)
