"""Figures of a unit: the sentence first, then the bar, then the table; every figure leads to who is
behind it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.progress import counters
from learnapp.db.progress.figure_facts import StageInForce, stages_in_force
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.progress.verdict import Verdict
from learnapp.services.practice import notebook
from learnapp.services.progress import drill_down as drill
from learnapp.services.progress import figures as figures_service
from learnapp.services.progress import past_figures
from learnapp.services.progress.figures import Figures
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import (
    checkpoint_label,
    day_label,
    half_sentence,
    label,
    lead_label,
    moment_label,
    percent_label,
    problem,
    progress_sentence,
    state_label,
    with_note,
)
from learnapp.web.progress.explained import (
    Explained,
    counted_label,
    explained_now,
    stage_label,
)
from learnapp.web.progress.rework import order_url
from learnapp.web.study.owed import state_css
from learnapp.wording.progress import Judged

# How often a page counts some of those who wait, before it shows what is counted so far.
_ROUNDS = 10

blueprint = Blueprint("progress", __name__)


def _choices(stages: list[StageInForce], current: StageInForce) -> list[dict[str, Any]]:
    """The stages to choose from; none where there is but one."""
    stages = figures_service.stages_beside(
        req.session(), req.actor(), stages, current, local_day(req.now())
    )
    today = local_day(req.now())
    return [
        {
            "value": stage.identity,
            "label": with_note(f"{stage.programme_name} · {stage.name}", when_label(stage, today)),
            "current": stage.identity == current.identity,
        }
        for stage in stages
        if len(stages) > 1
    ]


def when_label(stage: StageInForce, today: date) -> str:
    """Whether a stage has begun or is over."""
    if stage.first_day > today:
        return _("%(d)s 开始", d=day_label(stage.first_day))
    return _("进行中") if today <= stage.last_day else _("已结束")


def fresh(stage: StageInForce) -> bool:
    """Whether all is counted. A few people who wait to be counted are counted by the next read, if no
    scheduler did it; many are left to the scheduler."""
    for _round in range(_ROUNDS):
        if not counters.is_waiting(req.session(), stage, req.now()):
            return True
        with req.writing() as opened:
            counters.catch_up(opened, req.now())
        req.read_again()
    return not counters.is_waiting(req.session(), stage, req.now())


@blueprint.get("/progress/stages/<int:stage_id>/units/<int:unit_id>")
@may(Permission.PROGRESS_READ)
def unit(stage_id: int, unit_id: int) -> str:
    """A unit and what is right below it."""
    stages = stages_in_force(req.session())
    stage = figures_service.stage_among(req.session(), stages, stage_id)
    all_counted, wrong = fresh(stage), ""
    try:
        figures = asked_figures(stage, unit_id)
    except RuleBroken as broken:
        figures = figures_service.unit_figures(req.caller(), stage, unit_id)
        wrong = problem(broken.code, **broken.params)
    top, time = figures.top, figures.time
    judged = Judged(local_day(req.now()), figures.checkpoint, figures.rows[0].judged)
    about = explained(figures)
    return render_template(
        "progress/unit.html",
        title=figures.rows[0].name,
        stage=f"{figures.stage.programme_name} · {figures.stage.name}",
        stages=_choices(stages, figures.stage),
        span=f"{day_label(figures.stage.first_day)} – {day_label(figures.stage.last_day)}",
        sentence=progress_sentence(top, time, judged),
        half=half_sentence(top, time, judged),
        checkpoint=checkpoint_label(judged),
        all_counted=all_counted,
        time=percent_label(time),
        time_permille=time.permille,
        task=percent_label(top.task_share),
        task_permille=top.task_share.permille,
        about=about.pairs(),
        sheet_url=url_for("figure_sheets.units", stage_id=stage_id, unit_id=unit_id, **day_asked()),
        export_url=_export_url(figures, unit_id),
        past=_past(wrong),
        now_url=url_for("progress.unit", stage_id=stage_id, unit_id=unit_id),
        first_day=figures.stage.first_day.isoformat(),
        yesterday=(local_day(req.now()) - timedelta(days=1)).isoformat(),
        rows=[_row(figures, row) for row in figures.rows],
        behind=top.behind,
        deeds=deeds_about_behind(stage_id, unit_id) if top.behind else [],
        rework_url=order_url(stage_id, unit_id),
        behind_url=url_for("progress.people", stage_id=stage_id, unit_id=unit_id, behind=1),
        ways=_ways(stage_id, unit_id),
    )


def _export_url(figures: Figures, unit_id: int) -> str | None:
    """Where all units below are exported, as they are now; None where there are none."""
    if len(figures.rows) < 2 or day_asked():
        return None
    return url_for("unit_exports.make", stage_id=figures.stage.identity, unit_id=unit_id)


def _ways(stage_id: int, unit_id: int) -> list[dict[str, str]]:
    """What else there is to see of a unit."""
    pages = [
        ("progress.requirements", _("按任务看")),
        ("progress.people", _("按人员看")),
        ("indicators.rates", _("指标")),
        ("by_programme.show", _("各计划")),
        ("indicators.weeks", _("走势")),
        ("indicators.heat", _("热度")),
        ("progress.topics", _("薄弱知识点")),
        ("quality.show", _("学习质量提示")),
        ("wall.paper", _("挂图")),
    ]
    if req.actor().may(Permission.DISPLAY_MANAGE):
        pages.append(("wall.listed", _("挂图显示屏")))
    return [
        *(
            {"label": name, "url": url_for(page, stage_id=stage_id, unit_id=unit_id)}
            for page, name in pages
        ),
        {"label": _("自选动作（另计）"), "url": url_for("electives.index", unit=unit_id)},
    ]


def day_asked() -> dict[str, Any]:
    """The past day in the address and by what knowledge it is asked, as they were sent."""
    sent = {name: request.args.get(name, "") for name in ("day", "known")}
    return {name: text for name, text in sent.items() if text}


def _past(wrong: str) -> dict[str, Any]:
    """What the form of a past day shows again."""
    asked = day_asked()
    return {"day": asked.get("day", ""), "now": asked.get("known") == "now", "wrong": wrong}


def asked_figures(stage: StageInForce, unit_id: int) -> Figures:
    """The figures that the address asks for: now, or of a past day, as reported then or as known now.
    Raises RuleBroken."""
    asked = day_asked()
    if "day" not in asked:
        return figures_service.unit_figures(req.caller(), stage, unit_id)
    try:
        day = date.fromisoformat(asked["day"])
    except ValueError:
        raise RuleBroken("day", "day_not_past") from None
    if not stage.first_day <= day < local_day(req.now()):
        raise RuleBroken("day", "day_not_past")
    read = past_figures.as_known_now if asked.get("known") == "now" else past_figures.as_reported
    return read(req.caller(), stage, unit_id, day)


def explained(figures: Figures) -> Explained:
    """What explains figures of a unit."""
    top = figures.rows[0]
    stage = figures.stage
    return Explained(
        *(top.name, stage_label(stage), stage.line_name, counted_label(top.counts)),
        *(figures.as_of, figures.known_at),
    )


@blueprint.get("/progress/stages/<int:stage_id>/units/<int:unit_id>/topics")
@may(Permission.PROGRESS_READ)
def topics(stage_id: int, unit_id: int) -> str:
    """薄弱知识点: in which topics five people of a unit or more are weak; no names."""
    stage = figures_service.stage_for(req.session(), stage_id)
    at: dict[str, Any] = {"stage_id": stage_id, "unit_id": unit_id}
    return render_template(
        "progress/topics.html",
        topics=[
            {"name": name, "people": _("%(n)s 人", n=count)}
            for name, count in weak_topics(stage, unit_id)
        ],
        about=topics_explained(stage, unit_id).pairs(),
        sheet_url=url_for("figure_sheets.topics", **at),
        back_url=url_for("progress.unit", **at),
    )


def weak_topics(stage: StageInForce, unit_id: int) -> list[tuple[str, int]]:
    """(topic, people) in which five people of a unit or more are weak."""
    return list(notebook.weak_topics_of_unit(req.caller(), unit_id, stage.line_id))


def topics_explained(stage: StageInForce, unit_id: int) -> Explained:
    """What explains the weak topics of a unit: they are those of any programme."""
    top = figures_service.unit_total(req.caller(), stage, unit_id)
    counted = _("本单位及下级人员近 90 天已结束的考试；只列五人以上薄弱的，不列姓名")
    now = req.now()
    return Explained(top.name, _("各计划的考试"), stage.line_name, counted, now, now)


def deeds_about_behind(stage_id: int, unit_id: int) -> list[dict[str, str]]:
    """What can be done about those who are behind."""
    found = (
        (Permission.REMIND, "reminders.show", _("提醒他们")),
        (Permission.CHASE_DRAFT, "chases.new", _("督办")),
    )
    return [
        {"label": label_, "url": url_for(endpoint, stage_id=stage_id, unit_id=unit_id)}
        for right, endpoint, label_ in found
        if req.actor().may(right)
    ]


def _row(figures: Figures, row: figures_service.UnitFigures) -> dict[str, Any]:
    counts, judged = row.counts, row.judged
    at: dict[str, Any] = {"stage_id": figures.stage.identity, "unit_id": row.unit_id}
    return {
        "name": row.name,
        "depth": row.depth,
        "url": url_for("progress.unit", **at),
        "people": counts.people,
        "people_url": url_for("progress.people", **at),
        "task": percent_label(counts.task_share),
        "permille": counts.task_share.permille,
        "done": counts.done,
        "owed": counts.owed,
        "excused": counts.excused,
        "due": percent_label(counts.due_share),
        "due_done": counts.due_done,
        "due_count": counts.due,
        "behind": counts.behind,
        "behind_url": url_for("progress.people", behind=1, **at),
        "verdict": None if judged is None else str(judged.verdict),
        "verdict_words": "" if judged is None else label(Verdict, judged.verdict),
        "points": "" if judged is None else lead_label(judged),
    }


def list_explained(stage: StageInForce, unit_id: int) -> Explained:
    """What explains a list below a unit's figures, as they are now."""
    top = figures_service.unit_total(req.caller(), stage, unit_id)
    return explained_now(stage, top.name, counted_label(top.counts), req.now())


@blueprint.get("/progress/stages/<int:stage_id>/units/<int:unit_id>/people")
@may(Permission.PROGRESS_READ)
def people(stage_id: int, unit_id: int) -> str:
    """The people behind the figure, by name; people are never ranked."""
    stage = figures_service.stage_for(req.session(), stage_id)
    fresh(stage)
    only_behind = request.args.get("behind") == "1"
    page = asked_page()
    found, total = figures_service.people_of(
        req.caller(), stage_id, unit_id, only_behind, PageSpan(page, SIZE)
    )
    at: dict[str, Any] = {"stage_id": stage_id, "unit_id": unit_id}
    more: dict[str, Any] = {"behind": 1} if only_behind else {}
    rows = [
        {
            "name": each.name,
            "login": each.login_name,
            "url": url_for("learning.index", person_id=each.person_id),
            "unit": each.unit_name,
            "done": each.counts.done,
            "owed": each.counts.owed,
            "outstanding": each.counts.due - each.counts.due_done,
            "excused": each.counts.excused,
        }
        for each in found
    ]
    return render_template(
        "progress/people.html",
        rows=rows,
        total=total,
        only_behind=only_behind,
        about=list_explained(stage, unit_id).pairs(),
        sheet_url=url_for("figure_sheets.people", **more, **at),
        all_url=url_for("progress.people", **at),
        behind_url=url_for("progress.people", behind=1, **at),
        back_url=url_for("progress.unit", **at),
        page=pager("progress.people", page, total, **more, **at),
    )


@blueprint.get("/progress/stages/<int:stage_id>/units/<int:unit_id>/requirements")
@may(Permission.PROGRESS_READ)
def requirements(stage_id: int, unit_id: int) -> str:
    """The figure by requirement."""
    page = asked_page()
    stage = figures_service.stage_for(req.session(), stage_id)
    fresh(stage)
    rows, total = drill.requirements_of(req.caller(), stage_id, unit_id, PageSpan(page, SIZE))
    at: dict[str, Any] = {"stage_id": stage_id, "unit_id": unit_id}
    lines = [
        {
            "title": row.title,
            "day": day_label(row.plan_day),
            "due": moment_label(row.due_at),
            "done": row.done,
            "owed": row.owed,
            "share": percent_label(Share(row.done, row.owed)),
            "waiting": row.waiting,
            "url": url_for("progress.item", item_id=row.item_id, **at),
        }
        for row in rows
    ]
    return render_template(
        "progress/requirements.html",
        lines=lines,
        about=list_explained(stage, unit_id).pairs(),
        sheet_url=url_for("figure_sheets.requirements", **at),
        back_url=url_for("progress.unit", **at),
        page=pager("progress.requirements", page, total, **at),
    )


@blueprint.get(
    "/progress/stages/<int:stage_id>/units/<int:unit_id>/requirements/<int:requirement_id>"
)
@may(Permission.PROGRESS_READ)
def requirement(stage_id: int, unit_id: int, requirement_id: int) -> Response:
    """An address of a former form: a requirement's row lasts only as long as its revision."""
    item_id = drill.item_of_requirement(req.caller(), stage_id, unit_id, requirement_id)
    return redirect(
        url_for("progress.item", stage_id=stage_id, unit_id=unit_id, item_id=item_id), 301
    )


@blueprint.get("/progress/stages/<int:stage_id>/units/<int:unit_id>/items/<int:item_id>")
@may(Permission.PROGRESS_READ)
def item(stage_id: int, unit_id: int, item_id: int) -> str:
    """Who has not completed one item yet."""
    page = asked_page()
    found = drill.behind(req.caller(), stage_id, unit_id, item_id, PageSpan(page, SIZE))
    at: dict[str, Any] = {"stage_id": stage_id, "unit_id": unit_id}
    return render_template(
        "progress/requirement.html",
        title=found.title,
        due=moment_label(found.due_at),
        done=found.done,
        owed=found.owed,
        waiting=found.waiting,
        about=list_explained(found.stage, unit_id).pairs(),
        sheet_url=url_for("figure_sheets.item", item_id=item_id, **at),
        page=pager("progress.item", page, found.waiting, item_id=item_id, **at),
        people=[
            {
                "name": each.name,
                "meta": " · ".join(filter(None, (each.login_name, each.unit))),
                "url": url_for("learning.index", person_id=each.person_id),
                "state": state_label(each.owed, req.now()),
                "css": state_css(each.owed),
            }
            for each in found.people
        ],
        back_url=url_for("progress.requirements", **at),
    )
