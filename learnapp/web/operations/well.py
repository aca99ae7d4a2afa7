"""运行状况: whether the installation is well, what to do where not, and its backups."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, render_template

from learnapp.clock import read_wall
from learnapp.config import Config
from learnapp.db.operations import backup_runs
from learnapp.db.operations.models import BackupRun
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.backups import BackupState
from learnapp.domain.operations.doctor import Level, worst
from learnapp.services.operations import doctor
from learnapp.services.operations.doctor import Examined
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, own_transactions
from learnapp.web.core.wording import (
    advice_text,
    backup_fault_text,
    finding_text,
    level_label,
    moment_label,
)

blueprint = Blueprint("well", __name__)

_CSS = {Level.GOOD: "good", Level.WARNING: "due", Level.BAD: "lost"}
_BACKUPS = 10


@blueprint.get("/well")
@own_transactions
@may(Permission.SYSTEM_READ)
def index() -> str:
    """The findings, the worst first; a frozen part costs two seconds, and no transaction waits for it."""
    config = cast(Config, current_app.extensions["learnapp.config"])
    what = Examined(
        req.database(),
        config.database_url,
        config.home,
        config.backups,
        read_wall,
        req.clock().jump(),
    )
    found = doctor.findings(what, req.now())
    found.sort(key=lambda each: list(Level).index(each.level), reverse=True)
    rows = [
        {
            "text": finding_text(each),
            "advice": advice_text(each),
            "state": level_label(each.level),
            "css": _CSS[each.level],
        }
        for each in found
    ]
    with req.reading_page():
        runs = [_backup(each) for each in backup_runs.newest(req.session(), _BACKUPS)]
        ill = [each for each in rows if each["css"] != "good"]
        well = [each for each in rows if each["css"] == "good"]
        level = _CSS[worst(found)]
        return render_template(
            "operations/well.html", level=level, ill=ill, well=well, runs=runs, at=_now()
        )


def _now() -> str:
    return moment_label(req.now())


def _backup(run: BackupRun) -> dict[str, object]:
    good = run.state == BackupState.GOOD
    detail = run.detail
    return {
        "good": good,
        "at": moment_label(run.begun_at),
        "name": run.name or "",
        "folder": run.folder or "",
        "size": f"{(run.size or 0) / 1_000_000:.1f} MB" if good else "",
        "why": "" if good else backup_fault_text(str(detail["fault"]), detail["params"]),
    }
