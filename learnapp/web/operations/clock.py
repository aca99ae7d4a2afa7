"""时钟: the machine's time beside the installation's time, and the confirmation after a jump."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.clock import MachineClock
from learnapp.domain.core.permissions import Permission
from learnapp.services.operations import timekeeping
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable
from learnapp.web.core.wording import moment_label

blueprint = Blueprint("clock", __name__)


@blueprint.get("/clock")
@may(Permission.CLOCK_CONFIRM)
def index() -> str:
    """Both times, and what each choice means."""
    jump = req.clock().jump()
    trusted = req.now()
    return render_template(
        "operations/clock/index.html",
        trusted=moment_label(trusted),
        machine=moment_label(trusted + (jump or timedelta())),
        jumped=jump is not None,
        ahead=jump is not None and jump > timedelta(),
        apart=_span(abs(jump)) if jump else "",
    )


@blueprint.post("/clock/confirm")
@repeatable("a clock that was confirmed needs no more")
@may(Permission.CLOCK_CONFIRM)
def confirm() -> Response:
    """Go by the machine's clock from here on; what ran out by it is handed in next."""
    clock = req.clock()
    jump = clock.jump()
    if not isinstance(clock, MachineClock) or jump is None:
        flash(_("时钟正常，无需确认。"), "info")
        return redirect(url_for("clock.index"), 303)
    timekeeping.confirm(req.session(), req.actor(), clock.read(), jump)
    flash(_("已采用服务器时钟，自动交卷、开考、收卷恢复。"), "good")
    return redirect(url_for("clock.index"), 303)


def _span(length: timedelta) -> str:
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("%(d)s 天 %(h)s 小时", d=days, h=hours)
    if hours:
        return _("%(h)s 小时 %(m)s 分", h=hours, m=minutes)
    return _("%(m)s 分 %(s)s 秒", m=minutes, s=seconds)
