"""作答线索: what was noticed in a window, with its evidence, for the exam's owner; never a verdict."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for

from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.integrity import SignalKind
from learnapp.services.exams import integrity
from learnapp.services.exams.integrity import IntegrityView
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.wording import evidence_text, label

blueprint = Blueprint("signals", __name__)
_ORDER = (SignalKind.ALIKE, SignalKind.GUESSED, SignalKind.AWAY, SignalKind.COPIED)


@blueprint.get("/rooms/<int:window_id>/signals")
@may(Permission.SIGNALS_READ)
def show(window_id: int) -> str:
    """The signals, grouped by what was noticed."""
    found = integrity.of_window(req.caller(), window_id)
    return render_template(
        "exams/integrity/show.html",
        title=found.exam.title,
        attempts=found.attempts,
        back_url=url_for("rooms.show", window_id=window_id),
        groups=[
            {"title": label(SignalKind, kind), "rows": rows}
            for kind in _ORDER
            if (rows := [_row(each) for each in found.found if each.signal.kind is kind])
        ],
    )


def _row(each: IntegrityView) -> dict[str, Any]:
    return {"people": each.people, "unit": each.unit, "evidence": evidence_text(each.signal)}
