"""Notices in words: what each says to its reader, with the way to its place."""

from __future__ import annotations

from typing import Any

from flask import url_for

from learnapp.services.notices.inbox import VisibleNotice
from learnapp.web.core.wording import notice_text
from learnapp.wording import notices


def in_words(visible: VisibleNotice) -> dict[str, Any]:
    """A notice in words, with a link to what it is about."""
    each = visible.notice
    text = notice_text(notices.NoticeContent(each.code, each.params, visible.whole))
    return {"id": each.id, "url": _place(visible), "text": text}


def _place(visible: VisibleNotice) -> str | None:
    each, params = visible.notice, visible.notice.params
    question = params.get("question")
    if each.code == "regraded":
        anchor = f"q{question}" if visible.whole and question is not None else None
        return url_for("attempts.result", public_id=params["attempt"], _anchor=anchor)
    if each.code == "attempt_reopened":
        return url_for("attempts.paper", public_id=params["reopened"])
    if "finding" in params:
        return url_for("findings.show", finding_id=params["finding"])
    if "chase" in params:
        return url_for("chases.show", chase_id=params["chase"])
    if each.code in ("reminder", "rework"):
        return url_for("week.index")
    if each.code == "completion_withdrawn":
        if params.get("portion_id") is not None:
            return url_for("study.portion", portion_id=params["portion_id"])
        return url_for("exams.index") if params.get("exam_id") is not None else None
    if each.code in ("leave_confirmed", "leave_refused"):
        return url_for("leave.index")
    if each.code == "feedback_answered":
        return url_for("help.index", _anchor="feedback")
    if "attempt" in params:
        return url_for("attempts.result", public_id=params["attempt"], _anchor=f"report-{question}")
    return None
