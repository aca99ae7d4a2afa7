"""发布计划: what it will change, for whom, how many; then the action."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.study.planning import PlannedLine
from learnapp.domain.study.stage_plan import StagePlan
from learnapp.services.progress import what_if
from learnapp.services.study import endings, publishing
from learnapp.services.study.programmes import plan_in_reach
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions, repeatable
from learnapp.web.core.language import language
from learnapp.web.core.wording import (
    day_label,
    listed,
    moment_label,
    percent_label,
    person_label,
    problem,
    with_note,
)

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
        stages=_stages(found),
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
    names = listed(person_label(*each) for each in found.overdue_names)
    if found.overdue > len(found.overdue_names):
        return _("会立即逾期：%(names)s等 %(n)s 人", names=names, n=found.overdue)
    return _("会立即逾期：%(names)s", names=names)


def _stages(found: publishing.PublishingPreview) -> list[dict[str, str]]:
    """The stages that are new, changed or gone."""

    def said(stage: StagePlan | None) -> str:
        if stage is None:
            return "—"
        days = f"{day_label(stage.first_day)} – {day_label(stage.last_day)}"
        return with_note(stage.name, days)

    return [{"before": said(each.before), "after": said(each.after)} for each in found.stages]


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


@blueprint.get("/programmes/<int:programme_id>/last-week")
@may(Permission.PROGRAMME_PUBLISH)
def last_week(programme_id: int) -> str | Response:
    """What the draft would have done to last week's figures."""
    back = url_for("publishing.preview", programme_id=programme_id)
    try:
        found = what_if.last_week(req.caller(), programme_id)
    except (RuleBroken, Conflict) as broken:
        flash(problem(broken.code, **broken.params), "lost")
        return redirect(back, 303)
    plan = plan_in_reach(req.caller(), programme_id)
    return render_template(
        "study/programmes/last_week.html",
        name=plan.programme.name,
        back_url=back,
        stages=[
            {
                "name": each.stage,
                "day": day_label(each.day),
                "rows": _compared(each.before, each.after),
                "same": each.before == each.after,
            }
            for each in found
        ],
    )


def _compared(before: Counts, after: Counts) -> list[tuple[str, str, str]]:
    """Each figure by both plans."""

    def shares(counts: Counts) -> list[str]:
        return [
            _share(counts.task_share),
            _share(counts.due_share),
            _share(counts.coverage),
            _people(counts.behind),
        ]

    names = (_("任务进度"), _("到期完成"), _("不漏一人"), _("有到期没完成的"))
    return list(zip(names, shares(before), shares(after), strict=True))


def _share(share: Share) -> str:
    if not share.whole:
        return _("没有任务")
    return with_note(percent_label(share), f"{share.part}/{share.whole}")


def _people(count: int) -> str:
    return _("%(n)s 人", n=count)


@blueprint.route("/programmes/<int:programme_id>/give-up", methods=["GET", "POST"])
@repeatable("a draft that is gone is not found")
@may(Permission.PROGRAMME_PUBLISH)
def give_up(programme_id: int) -> str | Response:
    """What deleting the draft takes away; then the action."""
    back = url_for("programmes.show", programme_id=programme_id)
    try:
        found = endings.draft_to_give_up(req.caller(), programme_id)
    except Conflict as broken:
        flash(problem(broken.code, **broken.params), "info")
        return redirect(back, 303)
    if request.method == "POST":
        endings.give_up_draft(req.caller(), programme_id)
        flash(_("草稿已删除。"), "good")
        return redirect(url_for("programmes.index") if found.first else back, 303)
    tells = [
        _("草稿里有 %(s)s 个阶段、%(n)s 项任务，一起删除。", s=found.stages, n=found.lines),
        _("计划从未发布，整个计划收起，不再列出。")
        if found.first
        else _("已发布的照常有效，没有人的任务因此改变。"),
        _("为草稿新建的考试保留，在计划里可以放回。"),
    ]
    return _asking(_("删除草稿"), found.plan.programme.name, tells, back)


@blueprint.route("/programmes/<int:programme_id>/end", methods=["GET", "POST"])
@makes
@may(Permission.PROGRAMME_PUBLISH)
def end(programme_id: int) -> str | Response:
    """What ending a programme takes out; then a draft that ends it, to be published."""
    back = url_for("programmes.show", programme_id=programme_id)
    try:
        found = endings.ending_of(req.caller(), programme_id)
    except RuleBroken as broken:
        flash(problem(broken.code, **broken.params), "lost")
        return redirect(back, 303)
    if request.method == "POST":
        endings.end(req.caller(), programme_id)
        return redirect(url_for("publishing.preview", programme_id=programme_id), 303)
    tells = [
        _("计划到 %(d)s 为止：本周的任务照常到期。", d=day_label(found.last_day)),
        _("移出本周以后的 %(n)s 项任务。", n=found.lines),
        *([_("移出还没开始的阶段：%(n)s", n=_("、").join(found.stages))] if found.stages else []),
        _("学过的、考过的和以前的数字都不变。"),
        _("先做成草稿，看过预览、发布以后才结束；发布后还可以再修订。"),
    ]
    return _asking(_("结束计划"), found.plan.programme.name, tells, back)


def _asking(title: str, name: str, tells: list[str], back: str) -> str:
    return render_template(
        "study/programmes/ask.html", title=title, name=name, tells=tells, back_url=back
    )
