"""进度: where who answers for units begins. Each running stage in a sentence, what changed since the last
Friday, who needs what, and what waits for the reader."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.progress.figure_facts import StageInForce
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.progress.verdict import Verdict
from learnapp.services.progress import figures as figures_service
from learnapp.services.progress import head_home
from learnapp.services.progress.head_home import StageNow, WorkItem
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.wording import (
    change_sentence,
    checkpoint_label,
    day_label,
    half_sentence,
    label,
    moment_label,
    percent_label,
    progress_sentence,
)
from learnapp.web.operations.desk import waiting_rows
from learnapp.web.progress.figures import deeds_about_behind, fresh, when_label
from learnapp.wording.progress import Judged

blueprint = Blueprint("head", __name__)
_MOST_UNITS = 6  # of who answers for several that are not below each other
_HERE = frozenset({"behind"})  # what the page itself says


@blueprint.get("/progress")
@may(Permission.PROGRESS_READ)
def index() -> str | Response:
    """The stages that run; to the figures of one that was chosen."""
    today = local_day(req.now())
    stages = figures_service.stages_in_reach(req.session(), req.actor(), today)
    wanted = request.args.get("stage", 0, int)
    for stage, units in stages:
        if stage.identity == wanted:
            return redirect(url_for("progress.unit", stage_id=stage.identity, unit_id=units[0]))
    running = [each for each in stages if each[0].first_day <= today <= each[0].last_day]
    return render_template(
        "progress/home.html",
        today=day_label(today),
        stages=[_stage(stage, unit) for stage, units in running for unit in units[:_MOST_UNITS]],
        others=[
            _other(stage, units[0], today)
            for stage, units in stages
            if (stage, units) not in running
        ],
        waiting=waiting_rows(_HERE),
    )


def _stage(stage: StageInForce, unit_id: int) -> dict[str, Any]:
    all_counted = fresh(stage)
    found = head_home.stage_now(req.caller(), stage, unit_id)
    judged = Judged(local_day(req.now()), found.checkpoint, found.judged)
    at: dict[str, Any] = {"stage_id": stage.identity, "unit_id": unit_id}
    half = half_sentence(found.counts, found.time, judged)
    return {
        "title": f"{stage.programme_name} · {stage.name}",
        "unit": found.unit_name,
        "all_counted": all_counted,
        "url": url_for("progress.unit", **at),
        "sentence": progress_sentence(found.counts, found.time, judged),
        "change": "" if found.change is None else change_sentence(found.change),
        "half": half.text if found.time.at_least(1, 2) else "",
        "holds": half.holds,
        "time": percent_label(found.time),
        "time_permille": found.time.permille,
        "task": percent_label(found.counts.task_share),
        "task_permille": found.counts.task_share.permille,
        "checkpoint": checkpoint_label(judged),
        **_verdict(found),
        "behind": found.counts.behind,
        "behind_url": url_for("progress.people", behind=1, **at),
        "deeds": deeds_about_behind(stage.identity, unit_id) if found.counts.behind else [],
        "work": [_work(each, at) for each in head_home.to_do(req.caller(), stage, unit_id)],
        "more_url": url_for("progress.requirements", **at),
    }


def _verdict(found: StageNow) -> dict[str, str]:
    if found.judged is None:
        return {"verdict": "", "verdict_words": ""}
    word = found.judged.verdict
    return {"verdict": str(word), "verdict_words": label(Verdict, word)}


def _work(each: WorkItem, at: dict[str, Any]) -> dict[str, Any]:
    due = _("%(t)s 已过期") if each.is_overdue else _("%(t)s 截止")
    meta = [due % {"t": moment_label(each.due_at)}]
    if each.names:
        meta.append(_("、").join(each.names))
    return {
        "title": each.title,
        "meta": " · ".join(meta),
        "state": _("%(n)s 人未完成", n=each.waiting),
        "css": "lost" if each.is_overdue else "due",
        "url": url_for("progress.item", item_id=each.item_id, **at),
    }


def _other(stage: StageInForce, unit_id: int, today: date) -> dict[str, str]:
    return {
        "label": f"{stage.programme_name} · {stage.name}",
        "when": when_label(stage, today),
        "url": url_for("progress.unit", stage_id=stage.identity, unit_id=unit_id),
    }
