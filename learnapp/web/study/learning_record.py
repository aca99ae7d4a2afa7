"""学习和考试: what one person owes and since when, what was completed, and its withdrawal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.db.study.record import Done
from learnapp.domain.core.calendar import end_of, local_day, week_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.owed import OVERDUE, Owed, OwedState
from learnapp.services.study import completions, record
from learnapp.services.study.owed import OwedItem, OwnExam
from learnapp.services.study.record import LearningRecord
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import marks_label, moment_label, problem, state_label
from learnapp.web.people.about import about
from learnapp.web.study.owed import state_css

blueprint = Blueprint("learning", __name__)
_AT_ONCE = timedelta(minutes=5)  # what is recorded later is said to be
_SETTLED = frozenset({OwedState.DONE, OwedState.EXCUSED})


@blueprint.get("/people/<int:person_id>/learning")
@may(Permission.PROGRESS_READ)
def index(person_id: int) -> str:
    """What is owed, the exams, the completions."""
    page = asked_page()
    found = record.record_of(req.caller(), person_id, page, SIZE)
    open_items = [each for each in found.owed if each.owed.state not in _SETTLED]
    return render_template(
        "study/learning.html",
        about=about(found.person),
        owed=[_owed(each) for each in open_items],
        sentence=_sentence(open_items),
        excused=[_owed(each) for each in found.owed if each.owed.state is OwedState.EXCUSED],
        as_of=moment_label(req.now()),
        exams=[_exam(each, found) for each in found.exams],
        done=[_done(each, person_id) for each in found.done],
        total=found.total_done,
        page=pager(".index", page, found.total_done, person_id=person_id),
        back=_back(person_id),
        absences_url=url_for("absences.index", person_id=person_id)
        if req.actor().may(Permission.ABSENCE_RECORD)
        else None,
    )


def _back(person_id: int) -> dict[str, str]:
    """Where the reader came from: who reads no list of people, from the figures."""
    if req.actor().may(Permission.PEOPLE_READ):
        return {"url": url_for("person.show", person_id=person_id), "label": gettext("返回")}
    return {"url": url_for("head.index"), "label": gettext("进度")}


def _sentence(items: list[OwedItem]) -> str:
    """How many are not completed, and how many of them the figures count as due and not done."""
    if not items:
        return gettext("没有欠的。")
    late = sum(1 for each in items if _is_due(each))
    return gettext("还有 %(n)s 项没完成，其中 %(m)s 项到期未完成。", n=len(items), m=late)


def _is_due(each: OwedItem) -> bool:
    if each.duty is None or not each.duty.duty.required or each.duty.due.at is None:
        return False
    return each.duty.due.at <= req.now()


def _css(owed: Owed) -> str:
    """How a state looks; what is to be done after this week is quiet, as in the person's own week."""
    week_ends = end_of(week_of(local_day(req.now()))[1])
    if owed.state is OwedState.TO_DO and owed.until is not None and owed.until > week_ends:
        return "muted"
    return state_css(owed)


def _owed(each: OwedItem) -> dict[str, Any]:
    due = each.duty.due.at if each.duty is not None else None
    meta = []
    if due is not None:
        late = each.owed.state in OVERDUE
        text = gettext("%(t)s 起过期") if late else gettext("%(t)s 截止")
        meta.append(text % {"t": moment_label(due)})
        if each.duty is not None and each.duty.due.deferred:
            meta.append(gettext("已顺延"))
    if each.duty is not None and not each.duty.duty.required:
        meta.append(gettext("选学"))
    return {
        "title": each.title,
        "meta": " · ".join(meta),
        "state": state_label(each.owed, req.now()),
        "css": _css(each.owed),
    }


def _exam(each: OwnExam, found: LearningRecord) -> dict[str, Any]:
    marks = found.marks.get(each.exam.id)
    meta_text = (
        gettext("%(a)s / %(f)s 分", a=marks_label(marks[0]), f=marks_label(marks[1]))
        if marks
        else ""
    )
    return {
        "title": each.exam.title,
        "meta": meta_text,
        "state": state_label(each.owed, req.now()),
        "css": _css(each.owed),
    }


def _done(each: Done, person_id: int) -> dict[str, Any]:
    completion, withdrawal = each.completion, each.withdrawal
    may_withdraw = req.actor().may(Permission.COMPLETION_WITHDRAW) and not is_own(
        req.actor(), person_id
    )
    return {
        "title": each.item.title,
        "meta": _evidence(each),
        "withdrawn": None
        if withdrawal is None
        else gettext(
            "%(t)s 退回：%(r)s", t=moment_label(withdrawal.recorded_at), r=withdrawal.reason
        ),
        "url": url_for(".withdraw", person_id=person_id, completion_id=completion.id)
        if withdrawal is None and may_withdraw
        else None,
    }


def _evidence(each: Done) -> str:
    """When it was completed, and by what one knows it."""
    if each.item.portion_id is not None:
        how = gettext("读到末节，检查题答对")
    elif each.item.exam_id is not None:
        how = gettext("考试合格")
    else:
        how = gettext("已登记")
    completion = each.completion
    if completion.channel == "paper":
        how = gettext("%(h)s（纸笔）", h=how)
    text = f"{moment_label(completion.occurred_at)} · {how}"
    if completion.recorded_at - completion.occurred_at < _AT_ONCE:
        return text
    return gettext("%(t)s · %(d)s 登记", t=text, d=moment_label(completion.recorded_at))


@blueprint.route("/people/<int:person_id>/completions/<int:completion_id>", methods=["GET", "POST"])
@makes
@may(Permission.COMPLETION_WITHDRAW)
def withdraw(person_id: int, completion_id: int) -> str | Response | tuple[str, int]:
    """退回补学: say what it means, ask for the reason, then do it."""
    person, done = record.completion_of(req.caller(), person_id, completion_id)
    back = url_for(".index", person_id=person_id)
    reason, wrong = request.form.get("reason", ""), ""
    if request.method == "POST":
        try:
            completions.withdraw(req.caller(), completion_id, reason)
        except RuleBroken as broken:
            wrong = problem(broken.code, **broken.params)
        else:
            say(gettext("已退回“%(t)s”，本人会看到理由。", t=done.item.title), at="done")
            return redirect(back, 303)
    page = render_template(
        "study/withdraw.html",
        title=done.item.title,
        about=about(person),
        evidence=_evidence(done),
        reading=done.item.portion_id is not None,
        withdrawn=done.withdrawal is not None,
        reason=reason,
        wrong=wrong,
        back_url=back,
    )
    return (page, 422) if wrong else page
