"""Notices in words: what each says to its reader, with the way to its place."""

from __future__ import annotations

from typing import Any

from flask import url_for

from learnapp.services.notices.inbox import Telling
from learnapp.web.core.wording import notice_text
from learnapp.wording import notices


def told(telling: Telling) -> dict[str, Any]:
    """What a person is told once, in words, with the way to it."""
    each = telling.notice
    text = notice_text(notices.Telling(each.code, each.params, telling.whole))
    return {"id": each.id, "url": _place(telling), "text": text}


def _place(telling: Telling) -> str | None:
    each, params = telling.notice, telling.notice.params
    question = params.get("question")
    if each.code == "regraded":
        anchor = f"q{question}" if telling.whole and question is not None else None
        return url_for("attempts.result", public_id=params["attempt"], _anchor=anchor)
    if each.code == "attempt_reopened":
        return url_for("attempts.paper", public_id=params["reopened"])
    if each.code == "completion_withdrawn":
        if params.get("portion_id") is not None:
            return url_for("study.portion", portion_id=params["portion_id"])
        return url_for("exams.index") if params.get("exam_id") is not None else None
    if "attempt" in params:
        return url_for("attempts.result", public_id=params["attempt"], _anchor=f"report-{question}")
    return None
