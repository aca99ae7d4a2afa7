"""本周: what the reader owes and what each is now, what can be done first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from learnapp.domain.core.calendar import local_day, week_of
from learnapp.domain.exams.rulings import Ruling
from learnapp.domain.study.my_week import WeekGroup
from learnapp.domain.study.owed import OwedState
from learnapp.services.bank import question_reports
from learnapp.services.bank.question_reports import Telling
from learnapp.services.study import my_week
from learnapp.services.study.owed import OwedItem
from learnapp.web.core import request_context as req
from learnapp.web.core.access import signed_in
from learnapp.web.core.language import day_label, marks_label, moment_label
from learnapp.web.study.owed import state_css, state_label, target_url

blueprint = Blueprint("week", __name__)
_LATER_SHOWN = 3
_SHORT = frozenset(
    {
        OwedState.TO_DO,
        OwedState.DONE,
        OwedState.EXCUSED,
        OwedState.FAILED,
        OwedState.OVERDUE_OPEN,
        OwedState.OVERDUE_CLOSED,
    }
)


@blueprint.get("/week")
@signed_in
def index() -> str:
    """What to go on with, what is overdue or failed, what is due, what waits, what is done."""
    found = my_week.own_week(req.session(), req.reader().person_id, req.now())
    monday, sunday = week_of(local_day(req.now()))
    lists = {str(group): [_row(each) for each in items] for group, items in found.items()}
    lists["later"] = lists["later"][:_LATER_SHOWN]
    return render_template(
        "study/my_week/index.html",
        lists=lists,
        span=f"{day_label(monday)} – {day_label(sunday)}",
        sentence=_sentence({group: len(items) for group, items in found.items()}),
        anything=any(found.values()),
        notices=[_notice(each) for each in question_reports.notices_of(req.own_caller())],
    )


def _notice(telling: Telling) -> dict[str, Any]:
    """What a person is told once, in words, with the way to it."""
    each, params = telling.notice, telling.notice.params
    told: dict[str, Any] = {"id": each.id, "url": None}
    if each.code == "regraded":
        told |= _regraded(telling)
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
    elif each.code == "attempt_reopened":
        until = datetime.fromisoformat(params["until"])
        told["url"] = url_for("attempts.paper", public_id=params["reopened"])
        told["text"] = _(
            "“%(exam)s”的答卷已恢复，可以接着作答，到 %(t)s。",
            exam=params["exam"],
            t=moment_label(until),
        )
    elif each.code == "completion_withdrawn":
        told |= _withdrawn(params)
    elif "attempt" in params:
        told |= _answered_report(telling)
    else:
        told["text"] = _(
            "您反馈的“%(report)s”已答复：%(answer)s",
            report=params["report"],
            answer=params["answer"],
        )
    return told


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


def _sentence(counts: dict[WeekGroup, int]) -> str:
    """How many there are of what asks for something; else what still waits, or that all is done."""
    parts = [
        (counts[WeekGroup.ANSWERING], _("%(n)s 项作答中")),
        (counts[WeekGroup.OVERDUE], _("%(n)s 项已过期")),
        (counts[WeekGroup.NOT_PASSED], _("%(n)s 项未合格或作废")),
        (counts[WeekGroup.DUE], _("%(n)s 项本周要做")),
    ]
    told = [text % {"n": count} for count, text in parts if count]
    if told:
        return _("，").join(told) + _("。")
    if counts[WeekGroup.WAITING]:
        return _("本周的都做了，%(n)s 项等待中。", n=counts[WeekGroup.WAITING])
    return _("本周的都完成了。")


def _row(each: OwedItem) -> dict[str, Any]:
    """A line of the list: what it is, its state, until when, and where something can be done.

    A short state stands at the end of the line, one with a time or a reason below the title.
    """
    owed, label, css = each.owed, state_label(each.owed, req.now()), state_css(each.owed)
    short = owed.state in _SHORT and (owed.until is None or owed.state is OwedState.TO_DO)
    meta = [] if short else [Markup('<span class="{}">{}</span>').format(css, label)]  # noqa: S704
    if short and (due := _due(each)) is not None:
        meta.append(due)
    if each.duty is None:
        meta.append(_("计划已不再要求，可以作答完"))
    elif not each.duty.duty.required:
        meta.append(_("选学"))
    return {
        "title": each.title,
        "url": target_url(owed, each.portion_id, each.exam_id),
        "meta": Markup(" · ").join(meta),
        "state": label if short else None,
        "css": css,
    }


def _due(each: OwedItem) -> str | None:
    """Until when it is to be done, or was; nothing for what is done."""
    if each.duty is None or each.owed.state in (OwedState.DONE, OwedState.EXCUSED):
        return None
    due = each.owed.until or each.duty.due.at
    if due is None:
        return None
    text = _("%(t)s 截止", t=moment_label(due))
    return text + _("（已顺延）") if each.owed.deferred and due == each.duty.due.at else text
