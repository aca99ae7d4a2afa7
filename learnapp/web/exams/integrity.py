"""作答线索: what was noticed in a window, with its evidence, for the exam's owner; never a verdict."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.integrity import Signal, SignalKind
from learnapp.services.exams import integrity
from learnapp.services.exams.integrity import IntegrityView, Signals
from learnapp.services.exams.integrity_work import ORDER
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.running import running_of
from learnapp.web.core.wording import evidence_text, label, moment_label

blueprint = Blueprint("signals", __name__)


@blueprint.get("/rooms/<int:window_id>/signals")
@may(Permission.SIGNALS_READ)
def show(window_id: int) -> str:
    """The signals as they were counted last, grouped by what was noticed."""
    page = asked_page()
    found = integrity.of_window(req.caller(), window_id, (page - 1) * SIZE, SIZE)
    return render_template(
        "exams/integrity/show.html",
        title=found.exam.title,
        window_id=window_id,
        counted=None if found.counted is None else _counted(found, found.counted),
        running=running_of(found.running),
        waiting=found.since,
        back_url=url_for("rooms.show", window_id=window_id),
        groups=[
            {"title": label(SignalKind, kind), "rows": rows}
            for kind in ORDER
            if (rows := [_row(each) for each in found.found if each.kind is kind])
        ],
        pager=pager("signals.show", page, found.total, window_id=window_id),
    )


@blueprint.post("/rooms/<int:window_id>/signals")
@repeatable("asked twice, it is counted once")
@may(Permission.SIGNALS_READ)
def count(window_id: int) -> Response:
    """Have them counted again, in the background."""
    integrity.ask(req.caller(), window_id)
    return redirect(url_for("signals.show", window_id=window_id, _anchor="told"), 303)


def _counted(found: Signals, job: BackgroundJob) -> str:
    """Of what instant the signals are, of how many attempts, and how many came since."""
    at = moment_label(job.begun_at or job.asked_at)
    text = gettext("截至 %(at)s，%(n)s 份答卷", at=at, n=found.attempts)
    if not found.since:
        return text
    return text + gettext("；此后又交了 %(n)s 份，还没有算进来", n=found.since)


def _row(each: IntegrityView) -> dict[str, Any]:
    evidence = evidence_text(Signal(each.kind, (), each.evidence))
    return {"people": each.people, "unit": each.unit, "evidence": evidence}
