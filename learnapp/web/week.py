"""本周: what is due for the reader, nearest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from learnapp.domain.calendar import end_of, local_day, week_of
from learnapp.domain.progress import DutyState, PersonDuty
from learnapp.services import reports
from learnapp.services import week as service
from learnapp.services.reports import Telling
from learnapp.web import request as req
from learnapp.web.language import day_label, left_label, marks_label, moment_label
from learnapp.web.rules import signed_in

blueprint = Blueprint("week", __name__)


@blueprint.get("/week")
@signed_in
def index() -> str:
    """What is overdue, what is due this week, what was done, what comes next."""
    who = req.signed_in_as()
    assert who is not None
    now = req.now()
    duties = service.duties_with_items(req.session(), who.person_id, now)
    monday, sunday = week_of(local_day(now))
    end = end_of(sunday)
    rows: dict[str, list[dict[str, Any]]] = {"overdue": [], "due": [], "done": [], "later": []}
    for each in duties:
        duty = each.duty
        row = _row(each)
        if duty.state is DutyState.OVERDUE:
            rows["overdue"].append(row)
        elif duty.state is DutyState.DONE:
            if duty.duty.due_at > end_of(monday) and duty.duty.plan_day <= sunday:
                rows["done"].append(row)
        elif duty.due.at is not None and (duty.due.at <= end or duty.duty.plan_day <= sunday):
            rows["due"].append(row)
        elif duty.state is DutyState.OWED:
            rows["later"].append(row)
    span = f"{day_label(monday)} – {day_label(sunday)}"
    sentence = _sentence(len(rows["overdue"]), len(rows["due"]))
    return render_template(
        "week/index.html", lists=rows, later=rows["later"][:3], span=span, sentence=sentence,
        anything=bool(duties),
        notices=[_notice(each) for each in reports.notices_of(req.session(), req.own(), req.now())],
    )


def _notice(telling: Telling) -> dict[str, Any]:
    """What a person is told once, in words, with the way to it."""
    each, params = telling.notice, telling.notice.params
    told: dict[str, Any] = {"id": each.id, "url": None}
    if each.code == "regraded":
        told["url"] = url_for("attempts.result", public_id=params["attempt"])
        told["text"] = _(
            "“%(exam)s”有一道题的答案改正了，您的总分由 %(before)s 变为 %(after)s。",
            exam=params["exam"],
            before=marks_label(params["before"]),
            after=marks_label(params["after"]),
        )
        if params["kept"]:
            told["text"] += _("原来的合格仍然有效。")
    elif each.code == "exam_short":
        opens = moment_label(datetime.fromisoformat(params["opens_at"]))
        told["text"] = _(
            "“%(exam)s”%(opens)s 开考，题库还缺 %(n)s 题，抽不出试卷。",
            exam=params["exam"],
            opens=opens,
            n=params["lacking"],
        )
    elif each.code == "exam_fixed_lost":
        told["text"] = _(
            "“%(exam)s”%(opens)s 开考，有 %(n)s 道固定试题已停用，试卷里会换成别的题。",
            exam=params["exam"],
            opens=moment_label(datetime.fromisoformat(params["opens_at"])),
            n=params["lost"],
        )
    elif "attempt" in params:
        told |= _answered_report(telling)
    else:
        told["text"] = _(
            "您反馈的“%(report)s”已答复：%(answer)s", report=params["report"], answer=params["answer"]
        )
    return told


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


def _sentence(overdue: int, due: int) -> str:
    if overdue:
        return _("%(a)s 项已过期，%(b)s 项本周到期。", a=overdue, b=due)
    if due:
        return _("本周还有 %(b)s 项。", b=due)
    return _("本周的都完成了。")


def _row(each: service.DutyOfItem) -> dict[str, Any]:
    duty: PersonDuty = each.duty
    if each.portion_id is not None:
        url = url_for("study.portion", portion_id=each.portion_id)
    else:
        url = url_for("exams.index")
    if duty.state is DutyState.DONE:
        state, css = _("已完成"), "good"
    elif duty.state is DutyState.OVERDUE:
        state, css = _("已过期"), "lost"
    else:
        assert duty.due.at is not None
        state, css = left_label(duty.due.at, req.now()), "due"
    meta = "" if duty.due.at is None else _("%(t)s 截止", t=moment_label(duty.due.at))
    if duty.due.deferred:
        meta += _("（已顺延）")
    if not duty.duty.required:
        meta += _(" · 选学")
    return {"title": each.title, "url": url, "meta": meta, "state": state, "css": css}
