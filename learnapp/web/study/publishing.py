"""发布计划: what it will change, for whom, how many; then the action."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.planning import PlannedLine
from learnapp.services.study import publishing
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions
from learnapp.web.core.language import language
from learnapp.web.core.wording import day_label, moment_label, problem

blueprint = Blueprint("publishing", __name__)


@blueprint.get("/programmes/<int:programme_id>/publish")
@may(Permission.PROGRAMME_PUBLISH)
def preview(programme_id: int) -> str | Response:
    """What publishing would change; nothing is written."""
    return _preview(programme_id)


def _preview(programme_id: int, wrong: str | None = None) -> str | Response:
    back = url_for("programmes.show", programme_id=programme_id)
    caller = req.caller()
    try:
        found = publishing.preview(caller, programme_id)
    except (RuleBroken, Conflict) as broken:
        flash(problem(broken.code, **broken.params), "lost")
        return redirect(back, 303)
    return render_template(
        "study/programmes/publish.html",
        programme_id=programme_id,
        name=found.plan.programme.name,
        first=found.plan.revision.number == 1,
        people=found.people,
        sentence=_sentence(found),
        overdue=found.overdue,
        late=_late(found),
        groups=_groups(found),
        seen=found.seen,
        wrong=wrong,
        back_url=back,
    )


def _sentence(found: publishing.PublishingPreview) -> str:
    """What publishing comes to, in a line."""
    if found.added or found.moved or found.dropped:
        changed = _(
            "新增 %(a)s 项，改期 %(m)s 项，移出 %(d)s 项。",
            a=len(found.added), m=len(found.moved), d=len(found.dropped),
        )  # fmt: skip
    else:
        changed = _("任务和日期都不变。")
    late = (
        _("%(n)s 人会立即逾期。", n=found.overdue) if found.overdue else _("没有人因此立即逾期。")
    )
    between = "" if language() == "zh" else " "
    return between.join((_("涉及 %(n)s 人。", n=found.people), changed, late))


def _late(found: publishing.PublishingPreview) -> str:
    """Who would be overdue at once, the first of them by name."""
    names = "、".join(found.overdue_names)
    if found.overdue > len(found.overdue_names):
        return _("会立即逾期：%(names)s等 %(n)s 人", names=names, n=found.overdue)
    return _("会立即逾期：%(names)s", names=names)


def _groups(found: publishing.PublishingPreview) -> list[dict[str, Any]]:
    """The lines that change, by kind of change; those without any are left out."""
    kinds = (
        (_("新增"), found.added),
        (_("改期"), found.moved),
        (_("移出"), found.dropped),
        (_("保留（排在今天以前，不能移出）"), found.restored),
    )
    return [
        {
            "title": title,
            "count": len(lines),
            "lines": [
                {"title": each.title, "before": _days(each.before), "after": _days(each.after)}
                for each in lines
            ],
        }
        for title, lines in kinds
        if lines
    ]


def _days(line: PlannedLine | None) -> str:
    if line is None:
        return "—"
    day, due = day_label(line.plan_day), moment_label(line.due_at)
    if due.startswith(f"{day} "):  # the day once, where it is planned for the day it is due
        return _("%(t)s 截止", t=due)
    return _("%(day)s，%(due)s 截止", day=day, due=due)


@blueprint.post("/programmes/<int:programme_id>/publish")
@makes
@own_transactions
@may(Permission.PROGRAMME_PUBLISH)
def publish(programme_id: int) -> str | Response | tuple[str | Response, int]:
    """Put the draft in force, as it was previewed; people are counted before the lock is taken."""
    accepted = "accept_overdue" in request.form
    seen = request.form.get("seen", "")
    try:
        with req.reading() as session:
            reached = publishing.published_to(req.caller(session), programme_id)
            ahead = None
            if reached is None:
                ahead = publishing.preview(req.caller(session), programme_id)
        if ahead is not None:
            with req.writing() as session:
                caller = req.caller(session)
                reached = publishing.publish(caller, programme_id, accepted, seen, ahead)
    except (RuleBroken, Conflict) as broken:
        with req.reading_page():
            return _preview(programme_id, problem(broken.code, **broken.params)), 422
    flash(_("计划已发布，涉及 %(n)s 人。", n=reached), "good")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)
