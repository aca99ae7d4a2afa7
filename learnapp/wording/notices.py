"""What a notice says to its person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from learnapp.domain.exams.dispensations import DispensationKind, DispensationState
from learnapp.domain.exams.rulings import Ruling
from learnapp.domain.study.programme import AbsenceKind
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.chases import chase_notice
from learnapp.wording.dates import day_label, moment_label
from learnapp.wording.findings import finding_notice
from learnapp.wording.labels import label
from learnapp.wording.numbers import marks_label
from learnapp.wording.reminders import reminder_text


@dataclass(frozen=True)
class NoticeContent:
    """A notice: its code and parameters, and whether all of it may be shown by now.

    `whole` is false while marks or keys are not shown yet: then it names no question and no answer.
    """

    code: str
    params: Mapping[str, Any]
    whole: bool


def notice_text(language: Language, notice: NoticeContent, today: date) -> str:
    """The notice in sentences."""
    write = _WRITERS.get(notice.code, _answered_report)
    return write(language, notice, today)


def _regraded(language: Language, notice: NoticeContent, today: date) -> str:
    """What a question put right changed."""
    params = notice.params
    before, after = _totals(language, params)
    text = _put_right(language, notice)
    text += translated(
        language, "您的总分由 %(before)s 变为 %(after)s。", before=before, after=after
    )
    return text + translated(language, "原来的合格仍然有效。") if params["kept"] else text


def _put_right(language: Language, notice: NoticeContent) -> str:
    """Which question was put right, and how."""
    exam = notice.params["exam"]
    question = notice.params.get("question") if notice.whole else None
    ruling = Ruling(notice.params.get("ruling", Ruling.KEY))
    if question is None:
        return translated(language, "“%(exam)s”有一道题改正了。", exam=exam)
    if ruling is Ruling.VOID_FULL:
        return translated(language, "“%(exam)s”第 %(n)s 题作废，按满分计。", exam=exam, n=question)
    if ruling is Ruling.VOID_OUT:
        return translated(language, "“%(exam)s”第 %(n)s 题作废，不计分。", exam=exam, n=question)
    return translated(language, "“%(exam)s”第 %(n)s 题的答案改正了。", exam=exam, n=question)


def _totals(language: Language, params: Mapping[str, Any]) -> list[str]:
    """Both totals; each with its full marks where these changed."""
    if params.get("full_before") == params.get("full_after"):
        return [marks_label(params[name]) for name in ("before", "after")]
    return [
        translated(
            language,
            "%(a)s（满分 %(m)s）",
            a=marks_label(params[name]),
            m=marks_label(params[f"full_{name}"]),
        )
        for name in ("before", "after")
    ]


def _exam_short(language: Language, notice: NoticeContent, today: date) -> str:
    return translated(
        language,
        "“%(exam)s”%(opens)s 开考，题库还缺 %(n)s 题，抽不出试卷。",
        exam=notice.params["exam"],
        opens=_moment(language, notice.params["opens_at"], today),
        n=notice.params["lacking"],
    )


def _exam_fixed_lost(language: Language, notice: NoticeContent, today: date) -> str:
    return translated(
        language,
        "“%(exam)s”%(opens)s 开考，有 %(n)s 道固定试题已停用，试卷里会换成别的题。",
        exam=notice.params["exam"],
        opens=_moment(language, notice.params["opens_at"], today),
        n=notice.params["lost"],
    )


def _attempt_reopened(language: Language, notice: NoticeContent, today: date) -> str:
    return translated(
        language,
        "“%(exam)s”的答卷已恢复，可以接着作答，到 %(t)s。",
        exam=notice.params["exam"],
        t=_moment(language, notice.params["until"], today),
    )


def _dispensation(language: Language, notice: NoticeContent, today: date) -> str:
    """What became of 缓考 or 免考, without its reason."""
    params = notice.params
    exam, kind = params["exam"], label(language, DispensationKind, params["kind"])
    state = DispensationState(params["state"])
    if state is DispensationState.REFUSED:
        return translated(language, "“%(exam)s”的%(k)s没有批准，照常要考。", exam=exam, k=kind)
    if state is DispensationState.WITHDRAWN:
        return translated(language, "“%(exam)s”的%(k)s撤回了，照常要考。", exam=exam, k=kind)
    if params["until"] is None:
        return translated(language, "“%(exam)s”批准您%(k)s。", exam=exam, k=kind)
    until = day_label(language, date.fromisoformat(params["until"]), today)
    return translated(language, "“%(exam)s”批准您%(k)s到 %(d)s。", exam=exam, k=kind, d=until)


def _withdrawn(language: Language, notice: NoticeContent, today: date) -> str:
    return translated(
        language,
        "“%(t)s”被退回补学：%(r)s",
        t=notice.params["title"],
        r=notice.params["reason"],
    )


def _answered_report(language: Language, notice: NoticeContent, today: date) -> str:
    """The answer to a report: by exam and question where the reporter sat it."""
    params = notice.params
    if "attempt" not in params:
        return translated(
            language,
            "您反馈的“%(report)s”已答复：%(answer)s",
            report=params["report"],
            answer=params["answer"],
        )
    later = translated(language, "这道题的答案公布后可看。")
    return translated(
        language,
        "您对“%(exam)s”第 %(n)s 题的反馈“%(report)s”已答复：%(answer)s",
        exam=params["exam"],
        n=params["question"],
        report=params["report"],
        answer=params["answer"] if notice.whole else later,
    )


def _leave(language: Language, notice: NoticeContent) -> dict[str, str]:
    """Which days away a decision is about, in words."""
    params, year = notice.params, date.fromisoformat(notice.params["first"])
    first, last = (
        day_label(language, date.fromisoformat(params[name]), year) for name in ("first", "last")
    )
    kind = label(language, AbsenceKind, AbsenceKind(params["kind"]))
    return {"k": kind, "d": first if first == last else f"{first} – {last}"}


def _leave_confirmed(language: Language, notice: NoticeContent, today: date) -> str:
    return translated(language, "您报备的%(k)s（%(d)s）已确认。", **_leave(language, notice))


def _leave_refused(language: Language, notice: NoticeContent, today: date) -> str:
    return translated(
        language,
        "您报备的%(k)s（%(d)s）没有通过：%(r)s",
        **_leave(language, notice),
        r=notice.params["answer"],
    )


def _feedback_answered(language: Language, notice: NoticeContent, today: date) -> str:
    return translated(
        language,
        "您说的“%(said)s”已答复：%(answer)s",
        said=notice.params["said"],
        answer=notice.params["answer"],
    )


def _reminder(language: Language, notice: NoticeContent, today: date) -> str:
    return reminder_text(language, notice.params)


def _chase(language: Language, notice: NoticeContent, today: date) -> str:
    return chase_notice(language, notice.code, dict(notice.params), today)


def _finding(language: Language, notice: NoticeContent, today: date) -> str:
    return finding_notice(language, notice.code, dict(notice.params), today)


def _rework(language: Language, notice: NoticeContent, today: date) -> str:
    params = notice.params
    return translated(
        language,
        "%(s)s 有篇目要补课重做，%(d)s 前完成：%(r)s",
        s=params["stage"],
        d=day_label(language, date.fromisoformat(params["due_on"]), today),
        r=params["reason"],
    )


def _moment(language: Language, stored: str, today: date) -> str:
    return moment_label(language, datetime.fromisoformat(stored), today)


_WRITERS: Mapping[str, Callable[[Language, NoticeContent, date], str]] = {
    "regraded": _regraded,
    "exam_short": _exam_short,
    "exam_fixed_lost": _exam_fixed_lost,
    "attempt_reopened": _attempt_reopened,
    "completion_withdrawn": _withdrawn,
    "leave_confirmed": _leave_confirmed,
    "leave_refused": _leave_refused,
    "feedback_answered": _feedback_answered,
    "dispensation": _dispensation,
    "reminder": _reminder,
    "rework": _rework,
    "finding_opened": _finding,
    "finding_answered": _finding,
    "finding_returned": _finding,
    "finding_closed": _finding,
    "finding_withdrawn": _finding,
    "chase_issued": _chase,
    "chase_closed": _chase,
    "chase_escalated": _chase,
}
