"""Notices in words: what each says to its reader, with the way to its place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from learnapp.domain.exams.rulings import Ruling
from learnapp.services.notices.inbox import Telling
from learnapp.web.core.language import marks_label, moment_label


def told(telling: Telling) -> dict[str, Any]:
    """What a person is told once, in words, with the way to it."""
    each, params = telling.notice, telling.notice.params
    words: dict[str, Any] = {"id": each.id, "url": None}
    if each.code == "regraded":
        words |= _regraded(telling)
    elif each.code == "exam_short":
        opens = moment_label(datetime.fromisoformat(params["opens_at"]))
        words["text"] = _(
            "“%(exam)s”%(opens)s 开考，题库还缺 %(n)s 题，抽不出试卷。",
            exam=params["exam"],
            opens=opens,
            n=params["lacking"],
        )
    elif each.code == "exam_fixed_lost":
        words["text"] = _(
            "“%(exam)s”%(opens)s 开考，有 %(n)s 道固定试题已停用，试卷里会换成别的题。",
            exam=params["exam"],
            opens=moment_label(datetime.fromisoformat(params["opens_at"])),
            n=params["lost"],
        )
    elif each.code == "attempt_reopened":
        until = datetime.fromisoformat(params["until"])
        words["url"] = url_for("attempts.paper", public_id=params["reopened"])
        words["text"] = _(
            "“%(exam)s”的答卷已恢复，可以接着作答，到 %(t)s。",
            exam=params["exam"],
            t=moment_label(until),
        )
    elif each.code == "completion_withdrawn":
        words |= _withdrawn(params)
    elif "attempt" in params:
        words |= _answered_report(telling)
    else:
        words["text"] = _(
            "您反馈的“%(report)s”已答复：%(answer)s",
            report=params["report"],
            answer=params["answer"],
        )
    return words


def _withdrawn(params: dict[str, Any]) -> dict[str, Any]:
    """A completion that was withdrawn: why, and where it can be made good."""
    url = None
    if params.get("portion_id") is not None:
        url = url_for("study.portion", portion_id=params["portion_id"])
    elif params.get("exam_id") is not None:
        url = url_for("exams.index")
    text = _("“%(t)s”被退回补学：%(r)s", t=params["title"], r=params["reason"])
    return {"url": url, "text": text}


def _regraded(telling: Telling) -> dict[str, Any]:
    """What a question put right changed; which question it was stands there with its key."""
    params = telling.notice.params
    question = params.get("question") if telling.whole else None
    ruling = Ruling(params.get("ruling", Ruling.KEY))
    if question is None:
        about = _("“%(exam)s”有一道题改正了。", exam=params["exam"])
    elif ruling is Ruling.VOID_FULL:
        about = _("“%(exam)s”第 %(n)s 题作废，按满分计。", exam=params["exam"], n=question)
    elif ruling is Ruling.VOID_OUT:
        about = _("“%(exam)s”第 %(n)s 题作废，不计分。", exam=params["exam"], n=question)
    else:
        about = _("“%(exam)s”第 %(n)s 题的答案改正了。", exam=params["exam"], n=question)
    whole = params.get("full_before") == params.get("full_after")
    before, after = (
        marks_label(params[name])
        if whole
        else _(
            "%(a)s（满分 %(m)s）",
            a=marks_label(params[name]),
            m=marks_label(params[f"full_{name}"]),
        )
        for name in ("before", "after")
    )
    text = about + _("您的总分由 %(before)s 变为 %(after)s。", before=before, after=after)
    if params["kept"]:
        text += _("原来的合格仍然有效。")
    anchor = None if question is None else f"q{question}"
    url = url_for("attempts.result", public_id=params["attempt"], _anchor=anchor)
    return {"url": url, "text": text}


def _answered_report(telling: Telling) -> dict[str, Any]:
    """The answer to a report, by exam and question, and the way there; what it says with the key."""
    params = telling.notice.params
    anchor = f"report-{params['question']}"
    return {
        "url": url_for("attempts.result", public_id=params["attempt"], _anchor=anchor),
        "text": _(
            "您对“%(exam)s”第 %(n)s 题的反馈“%(report)s”已答复：%(answer)s",
            exam=params["exam"],
            n=params["question"],
            report=params["report"],
            answer=params["answer"] if telling.whole else _("这道题的答案公布后可看。"),
        ),
    }
