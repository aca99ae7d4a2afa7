"""挂图作战: a unit's chart on a screen of its own or on A3, without names; and the screens' addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.progress.verdict import Verdict
from learnapp.domain.progress.wall import sheets, turn
from learnapp.services.progress import displays
from learnapp.services.progress import figures as figures_service
from learnapp.services.progress.displays import NewDisplay
from learnapp.services.progress.figures import Figures, UnitFigures
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, public
from learnapp.web.core.language import language
from learnapp.web.core.messages import say
from learnapp.web.core.wording import (
    checkpoint_label,
    day_label,
    half_sentence,
    label,
    lead_label,
    moment_label,
    percent_label,
    problem,
)
from learnapp.web.progress.figures import fresh
from learnapp.wording.progress import Judged

blueprint = Blueprint("wall", __name__)


@blueprint.get("/wall/<token>")
@public
def screen(token: str) -> str:
    """The chart of a display's address, for a screen in its network; some of the units, in turn."""
    display = displays.shown_at(req.session(), token, request.remote_addr or "")
    found = displays.chart(req.caller(), display)
    pages = [] if found is None else sheets([_row(each) for each in found.rows[1:]])
    at = turn(len(pages), req.now())
    number = f"{at + 1}/{len(pages)}" if len(pages) > 1 else ""
    return _chart(found, pages[at : at + 1], number, refreshes=True)


@blueprint.get("/progress/stages/<int:stage_id>/units/<int:unit_id>/wall")
@may(Permission.PROGRESS_READ)
def paper(stage_id: int, unit_id: int) -> str:
    """The same for A3: a sheet for every ten units."""
    stage = figures_service.stage_for(req.session(), stage_id)
    fresh(stage)
    found = figures_service.unit_figures(req.caller(), stage, unit_id)
    return _chart(found, sheets([_row(each) for each in found.rows[1:]]))


def _chart(
    found: Figures | None, pages: list[Any], number: str = "", refreshes: bool = False
) -> str:
    chart = None if found is None else _shown(found) | {"number": number}
    return render_template(
        "progress/wall.html", lang=language(), chart=chart, pages=pages, refreshes=refreshes
    )


def _shown(found: Figures) -> dict[str, Any]:
    """A unit's figures in words, as far as they are on a wall."""
    top, time = found.top, found.time
    judged = Judged(local_day(req.now()), found.checkpoint, found.rows[0].judged)
    half = half_sentence(top, time, judged)
    stage = found.stage
    left = (stage.last_day - local_day(req.now())).days
    ends = day_label(stage.last_day)
    return {
        "unit": found.rows[0].name,
        "stage": f"{stage.programme_name} · {stage.name}",
        "until": _("到 %(d)s，还剩 %(n)s 天", d=ends, n=left)
        if left >= 0
        else _("已于 %(d)s 结束", d=ends),
        "time": percent_label(time),
        "task": percent_label(top.task_share),
        "counts": f"{top.done}/{top.owed}",
        "coverage": percent_label(top.coverage),
        "behind": top.behind,
        "half": half.text,
        "holds": half.holds,
        "checkpoint": checkpoint_label(judged),
        "time_permille": time.permille,
        "as_of": moment_label(found.as_of),
        "line": stage.line_name,
        **_verdict(found.rows[0]),
    }


def _verdict(row: UnitFigures) -> dict[str, str]:
    if row.judged is None:
        return {"verdict": "", "verdict_words": "", "points": ""}
    word = row.judged.verdict
    return {
        "verdict": str(word),
        "verdict_words": label(Verdict, word),
        "points": lead_label(row.judged),
    }


def _row(each: UnitFigures) -> dict[str, Any]:
    counts = each.counts
    return {
        "name": each.name,
        "task": percent_label(counts.task_share),
        "permille": counts.task_share.permille,
        "behind": counts.behind,
        **_verdict(each),
    }


_BELOW = "/progress/stages/<int:stage_id>/units/<int:unit_id>"


@blueprint.get(f"{_BELOW}/displays")
@may(Permission.DISPLAY_MANAGE)
def listed(stage_id: int, unit_id: int) -> str:
    """The displays in force within reach, and the form of a new one for this unit."""
    return _page(stage_id, unit_id, request.args, {})


def _page(stage_id: int, unit_id: int, typed: Mapping[str, str], wrong: dict[str, str]) -> str:
    stage = figures_service.stage_for(req.session(), stage_id)
    at: dict[str, Any] = {"stage_id": stage_id, "unit_id": unit_id}
    unit = figures_service.unit_total(req.caller(), stage, unit_id).name
    found = displays.in_reach(req.caller(), req.seal())
    return render_template(
        "progress/displays.html",
        unit=unit,
        typed={name: typed.get(name, "") for name in ("name", "networks")},
        wrong=wrong,
        own_address=request.remote_addr or "",
        add_url=url_for(".add", **at),
        back_url=url_for("progress.unit", **at),
        paper_url=url_for(".paper", **at),
        displays=[
            {
                "name": each.name,
                "about": f"{each.unit} · {_('、').join(each.networks)}",
                "url": each.token and url_for(".screen", token=each.token, _external=True),
                "revoke_url": url_for(".revoke", display_id=each.id, **at),
            }
            for each in found
        ],
    )


@blueprint.post(f"{_BELOW}/displays")
@makes
@may(Permission.DISPLAY_MANAGE)
def add(stage_id: int, unit_id: int) -> Reply | tuple[str, int]:
    """Open an address for a screen."""
    stage = figures_service.stage_for(req.session(), stage_id)
    name, networks = (request.form.get(each, "") for each in ("name", "networks"))
    try:
        new = NewDisplay(name, unit_id, stage.programme_id, networks)
        displays.add(req.caller(), new, req.seal())
    except RuleBroken as broken:
        wrong = {broken.field: problem(broken.code, **broken.params)}
        return _page(stage_id, unit_id, request.form, wrong), 422
    say(_("已开通“%(n)s”，在那块屏幕上打开下面的地址。", n=name.strip()))
    return redirect(url_for(".listed", stage_id=stage_id, unit_id=unit_id), 303)


@blueprint.post(f"{_BELOW}/displays/<int:display_id>/revoke")
@makes
@may(Permission.DISPLAY_MANAGE)
def revoke(stage_id: int, unit_id: int, display_id: int) -> Reply:
    """Close an address for good."""
    displays.revoke(req.caller(), display_id)
    say(_("已停用，那块屏幕不再显示。"))
    return redirect(url_for(".listed", stage_id=stage_id, unit_id=unit_id), 303)
