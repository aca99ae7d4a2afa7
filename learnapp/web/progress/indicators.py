"""Pages below a unit's figures: 指标, 走势 week by week, 热度 by level of units."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from learnapp.db.progress.figure_facts import StageInForce
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.people.people import Category
from learnapp.domain.progress.groups import GroupCounts
from learnapp.domain.progress.trend import WeekPoint
from learnapp.services.progress import figures as figures_service
from learnapp.services.progress import indicators, trend
from learnapp.services.progress.indicators import ExamIndicators, Indicators, UnitIndicators
from learnapp.services.progress.trend import HeatRow, Trend
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.wording import day_label, label, moment_label, percent_label
from learnapp.web.progress.explained import Explained, counted_label, explained_now
from learnapp.web.progress.figures import fresh, list_explained

blueprint = Blueprint("indicators", __name__)
BELOW = "/progress/stages/<int:stage_id>/units/<int:unit_id>"
_STEPS = 5  # shades of a share, from none to all


def stage_counted(stage_id: int) -> StageInForce:
    """A stage of which a few people who wait to be counted have been."""
    stage = figures_service.stage_for(req.session(), stage_id)
    fresh(stage)
    return stage


def _share(share: Share) -> dict[str, Any]:
    """A share with the count behind it, as the parts of pages take it."""
    return {"label": percent_label(share), "part": share.part, "whole": share.whole}


@blueprint.get(f"{BELOW}/indicators")
@may(Permission.PROGRESS_READ)
def rates(stage_id: int, unit_id: int) -> str:
    """The indicators of a unit and its branches, by category, leaders beside officers, and of exams."""
    stage = stage_counted(stage_id)
    chosen = category_asked()
    found = indicators.indicators_of(req.caller(), stage, unit_id, chosen)
    about = rates_explained(stage, found, chosen)
    at: dict[str, Any] = {"stage_id": stage_id, "unit_id": unit_id}
    return render_template(
        "progress/indicators.html",
        sheet_url=url_for("indicator_sheets.rates", category=chosen, **at),
        kinds=_kinds(found, chosen, at),
        chosen=None if chosen is None else label(Category, chosen),
        title=about.unit,
        about=about.pairs(),
        units=[_unit(each, stage_id, chosen) for each in found.rows],
        groups=[
            _group(_("负责人"), found.leaders),
            _group(_("其他人员"), found.officers),
            *(
                _group(label(Category, code), counts)
                for code, counts in sorted(found.categories.items())
            ),
        ],
        exams=[_exam(each, stage_id, unit_id) for each in found.exams],
        back_url=url_for("progress.unit", **at),
    )


def category_asked() -> Category | None:
    """The category of people in the address; None for all."""
    wanted = request.args.get("category", "")
    return Category(wanted) if wanted in set(Category) else None


def rates_explained(stage: StageInForce, found: Indicators, chosen: Category | None) -> Explained:
    """What explains the indicators of a unit."""
    top = found.rows[0]
    counted = counted_label(top.group.counts)
    if chosen is not None:
        counted = _("只计%(c)s：%(t)s", c=label(Category, chosen), t=counted)
    return explained_now(stage, top.name, counted, req.now())


def _kinds(found: Indicators, chosen: Category | None, at: dict[str, Any]) -> list[dict[str, Any]]:
    """The categories of people there are, each one tap away; none where there is but one."""
    there: list[Category | None] = [None, *(each for each in Category if each in found.categories)]
    return [
        {
            "label": _("全部人员") if each is None else label(Category, each),
            "url": url_for(".rates", category=each, **at),
            "current": each == chosen,
        }
        for each in there
        if len(there) > 2 or chosen is not None
    ]


def _group(name: str, group: GroupCounts) -> dict[str, Any]:
    counts = group.counts
    return {
        "name": name,
        "people": counts.people,
        "study": _share(group.study_rate),
        "coverage": _share(counts.coverage),
        "task": _share(counts.task_share),
        "due": _share(counts.due_share),
    }


def _unit(each: UnitIndicators, stage_id: int, chosen: Category | None) -> dict[str, Any]:
    return {
        **_group(each.name, each.group),
        "url": url_for(".rates", stage_id=stage_id, unit_id=each.unit_id, category=chosen),
        "members": each.gap.members,
        "without_account": each.gap.without_account,
        "without_programme": each.gap.without_programme,
    }


def _exam(each: ExamIndicators, stage_id: int, unit_id: int) -> dict[str, Any]:
    rates_ = each.rates
    url = url_for("progress.item", stage_id=stage_id, unit_id=unit_id, item_id=each.item_id)
    row: dict[str, Any] = {"title": each.title, "url": url, "sitting": None, "passing": None}
    if each.is_running:
        row["state"] = _("进行中，已交 %(n)s", n=rates_.sat)
        return row
    row["state"] = _("%(t)s 结束", t=moment_label(each.closed_at))
    row["sitting"] = _share(rates_.sitting_rate)
    row["passing"] = _share(rates_.pass_rate) if each.marks_shown else None
    return row


@blueprint.get(f"{BELOW}/trend")
@may(Permission.PROGRESS_READ)
def weeks(stage_id: int, unit_id: int) -> str:
    """Task share and time share at the end of each closed study week, as reported then."""
    stage = stage_counted(stage_id)
    found = trend.trend_of(req.caller(), stage, unit_id)
    about = list_explained(stage, unit_id)
    points = [*found.weeks, found.now]
    return render_template(
        "progress/trend.html",
        sheet_url=url_for("indicator_sheets.weeks", stage_id=stage_id, unit_id=unit_id),
        title=found.unit_name,
        about=about.pairs(),
        sentences=_trend_sentences(found),
        weeks=[_week(found, each) for each in reversed(points)],
        points=[
            [_short(each), each.time.permille, each.counts.task_share.permille] for each in points
        ],
        back_url=url_for("progress.unit", stage_id=stage_id, unit_id=unit_id),
    )


def _short(point: WeekPoint) -> str:
    return f"{point.day.month}/{point.day.day}"


def _week(found: Trend, each: WeekPoint) -> dict[str, Any]:
    counts, rates_ = each.counts, found.rates.get(each.day)
    return {
        "day": _("现在") if each is found.now else day_label(each.day),
        "time": percent_label(each.time),
        "task": _share(counts.task_share),
        "due": _share(counts.due_share),
        "coverage": _share(counts.coverage),
        "study": _known(rates_.study if rates_ else None),
        "sitting": _known(rates_.sitting if rates_ else None),
        "passing": _known(rates_.passing if rates_ else None),
        "people": counts.people,
        "behind": counts.behind,
    }


def _known(share: Share | None) -> dict[str, Any] | None:
    """A share of something; None where nothing is known of it."""
    return None if share is None or not share.whole else _share(share)


def _trend_sentences(found: Trend) -> list[dict[str, str]]:
    """When it is finished at the present rate, and whether it slows down."""
    stage, counts = found.stage, found.now.counts
    last = day_label(stage.last_day)
    if counts.owed == counts.done:
        sentences = [{"kind": "good", "text": _("全部完成。")}] if counts.owed else []
    elif len(found.weeks) < 2:
        sentences = [{"kind": "info", "text": _("满两个学习周后，才能按进度推算完成日期。")}]
    elif found.finish is None:
        text = _("照近几周的速度完不成（阶段 %(d)s 结束）。", d=last)
        sentences = [{"kind": "bad", "text": text}]
    else:
        late = found.finish > stage.last_day
        text = _("按近四周的速度，%(f)s 完成，晚于阶段结束日 %(d)s。")
        text = text if late else _("按近四周的速度，%(f)s 完成，不晚于阶段结束日 %(d)s。")
        kind = "info" if late else "good"
        sentences = [{"kind": kind, "text": text % {"f": day_label(found.finish), "d": last}}]
    if found.slowing:
        warned = _("前紧后松：上一周每个学习日完成的，不到此前各周的三分之二。")
        sentences.append({"kind": "info", "text": warned})
    return sentences


@blueprint.get(f"{BELOW}/heat")
@may(Permission.PROGRESS_READ)
def heat(stage_id: int, unit_id: int) -> str:
    """上热中温下冷: the share of due duties done, by branch and level of units."""
    stage = stage_counted(stage_id)
    found = trend.heat_of(req.caller(), stage, unit_id)
    levels = sorted({level for each in found for level in each.levels})
    about = list_explained(stage, unit_id)
    return render_template(
        "progress/heat.html",
        sheet_url=url_for("indicator_sheets.heat", stage_id=stage_id, unit_id=unit_id),
        title=about.unit,
        about=about.pairs(),
        levels=[level_label(each) for each in levels],
        rows=[_heat_row(each, levels, stage_id) for each in found],
        back_url=url_for("progress.unit", stage_id=stage_id, unit_id=unit_id),
    )


def level_label(level: int) -> str:
    """A level of units in words."""
    return _("第 %(n)s 级", n=level)


def _heat_row(each: HeatRow, levels: list[int], stage_id: int) -> dict[str, Any]:
    nothing = Share(0, 0)
    cells = [
        _share(each.levels.get(level, nothing))
        | {"column": level_label(level), "shade": _shade(each.levels.get(level, nothing))}
        for level in levels
    ]
    return {
        "name": each.name,
        "url": url_for(".heat", stage_id=stage_id, unit_id=each.unit_id),
        "cells": cells,
        "lost": "" if each.lost_at is None else level_label(each.lost_at),
    }


def _shade(share: Share) -> int:
    """0 where nothing is due, else from 1 to 5: the lower the share, the lighter."""
    found = share.of(_STEPS)
    return 0 if found is None else max(1, found)
