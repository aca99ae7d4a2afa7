"""各计划: a unit by programme and stage on each line, as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Verdict
from learnapp.services.progress import by_programme
from learnapp.services.progress.by_programme import ProgrammeFigures
from learnapp.services.progress.head_home import StageNow
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.wording import (
    checkpoint_label,
    day_label,
    label,
    lead_label,
    percent_label,
)
from learnapp.web.progress.explained import Explained, sheet
from learnapp.web.progress.indicators import BELOW, stage_counted
from learnapp.wording.progress import Judged

blueprint = Blueprint("by_programme", __name__)


@blueprint.get(f"{BELOW}/programmes")
@may(Permission.PROGRESS_READ)
def show(stage_id: int, unit_id: int) -> str:
    """Each programme that asks anything of the unit, with its stages."""
    stage_counted(stage_id)
    found = by_programme.by_programme(req.caller(), unit_id)
    about = _about(found)
    return render_template(
        "progress/by_programme.html",
        title=about.unit,
        about=about.pairs(),
        rows=[row for each in found for row in _rows(each)],
        sheet_url=url_for(".as_sheet", stage_id=stage_id, unit_id=unit_id),
        back_url=url_for("progress.unit", stage_id=stage_id, unit_id=unit_id),
    )


def _about(found: Sequence[ProgrammeFigures]) -> Explained:
    """What explains the figures: each row names its own programme and line."""
    unit = next((each.stages[0].unit_name for each in found), "")
    lines = list(dict.fromkeys(each.line_name for each in found))
    counted = _("本单位及下级计入人员；各计划已开始的阶段，必学必考，免除不计；合计只加项次")
    programmes = _("%(n)s 个计划", n=len(found))
    return Explained(unit, programmes, _("、").join(lines), counted, req.now(), req.now())


def _rows(programme: ProgrammeFigures) -> list[dict[str, Any]]:
    """The programme's sum where it has several stages, then its stages."""
    whole = {"name": programme.name, "line": programme.line_name, "url": None, "depth": 0}
    rows = []
    if len(programme.stages) > 1:
        rows.append(whole | _shares(programme.duties) | _UNKNOWN)
    return rows + [_stage(programme, each) for each in programme.stages]


_UNKNOWN = {"time": None, "people": None, "behind": None, "verdict": "", "points": "", "day": ""}


def _shares(counts: Counts) -> dict[str, Any]:
    return {
        "task": _share(counts.done, counts.owed, percent_label(counts.task_share)),
        "due": _share(counts.due_done, counts.due, percent_label(counts.due_share)),
    }


def _share(part: int, whole: int, text: str) -> dict[str, Any]:
    return {"label": text, "part": part, "whole": whole}


def _stage(programme: ProgrammeFigures, now: StageNow) -> dict[str, Any]:
    judged = Judged(local_day(req.now()), now.checkpoint, now.judged)
    at: dict[str, Any] = {"stage_id": now.stage.identity, "unit_id": now.unit_id}
    verdict = "" if now.judged is None else label(Verdict, now.judged.verdict)
    only = len(programme.stages) == 1
    name = f"{programme.name} · {now.stage.name}" if only else now.stage.name
    return {
        "name": name,
        "line": programme.line_name,
        "span": f"{day_label(now.stage.first_day)} – {day_label(now.stage.last_day)}",
        "url": url_for("progress.unit", **at),
        "depth": 0 if only else 1,
        "time": percent_label(now.time),
        "people": now.counts.people,
        "behind": now.counts.behind,
        "behind_url": url_for("progress.people", behind=1, **at),
        "verdict": verdict,
        "points": "" if now.judged is None else lead_label(now.judged),
        "day": checkpoint_label(judged),
        **_shares(now.counts),
    }


@blueprint.get(f"{BELOW}/programmes.xlsx")
@may(Permission.PROGRESS_READ)
def as_sheet(stage_id: int, unit_id: int) -> Response:
    """The same as a workbook."""
    stage_counted(stage_id)
    found = by_programme.by_programme(req.caller(), unit_id)
    columns = [
        _("计划和阶段"), _("条块"), _("起止"), _("时间进度"), _("任务进度"), _("完成项次"), _("任务项次"),
        _("到期完成"), _("到期完成项次"), _("到期项次"), _("人数"), _("到期未完成人数"), _("考核点"),
        _("考核结果"), _("与时间进度相比"),
    ]  # fmt: skip
    rows = [_cells(row) for each in found for row in _rows(each)]
    return sheet(_("各计划"), _about(found), columns, rows)


def _cells(row: dict[str, Any]) -> list[str | int]:
    shares = [cell for each in (row["task"], row["due"]) for cell in each.values()]
    rest = [row[name] for name in ("people", "behind", "day", "verdict", "points")]
    cells = [row["name"], row["line"], row.get("span", ""), row["time"], *shares, *rest]
    return ["" if each is None else each for each in cells]
