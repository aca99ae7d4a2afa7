"""What each state of what a person owes is called, with until when or from when it can be done."""

from __future__ import annotations

from datetime import datetime

from learnapp.domain.core.calendar import local_day
from learnapp.domain.study.owed import Owed, OwedState
from learnapp.wording.catalogue import N_, Language, translated
from learnapp.wording.dates import left_label, moment_label

# What can be done, and until when.
_UNTIL = {
    OwedState.ANSWERING: N_("作答中，到 %(t)s"),
    OwedState.REMEDIAL: N_("未合格，可补学至 %(t)s"),
    OwedState.RETAKE: N_("未合格，可再考，%(t)s 截止"),
    OwedState.OVERDUE_OPEN: N_("已过期，可补考至 %(t)s"),
    OwedState.EXCUSED: N_("已免除，仍可作答至 %(t)s"),
    OwedState.DEFERRED: N_("缓考，仍可作答至 %(t)s"),
    OwedState.VOIDED_OPEN: N_("已作废，可重新作答，%(t)s 截止"),
    OwedState.WITHDRAWN: N_("被退回，可重新作答，%(t)s 截止"),
}
# What can be done later, and from when.
_FROM = {
    OwedState.NOT_OPEN: N_("未开放，%(t)s 开始"),
    OwedState.RETAKE_COMING: N_("未合格，补考 %(t)s 开始"),
    OwedState.OVERDUE_COMING: N_("已过期，补考 %(t)s 开始"),
    OwedState.DEFERRED: N_("缓考，补考 %(t)s 开始"),
    OwedState.VOIDED_OPEN: N_("已作废，%(t)s 可重新作答"),
}
_PLAIN = {
    OwedState.DONE: N_("已完成"),
    OwedState.NOT_OPEN: N_("未安排场次"),
    OwedState.ON_PAPER: N_("纸笔作答，待录入"),
    OwedState.AWAITING_MARKS: N_("已交卷，待阅卷"),
    OwedState.AWAITING_RELEASE: N_("已交卷，成绩未公布"),
    OwedState.FAILED: N_("尚未合格"),
    OwedState.OVERDUE_OPEN: N_("已过期，可补"),
    OwedState.OVERDUE_CLOSED: N_("已过期，不可补"),
    OwedState.EXCUSED: N_("已免除"),
    OwedState.DEFERRED: N_("缓考，等补考安排"),
    OwedState.VOIDED: N_("已作废，请联系管理员"),
    OwedState.WITHDRAWN: N_("被退回，请联系单位"),
}


def state_label(language: Language, owed: Owed, now: datetime) -> str:
    """The state in words, with until when or from when something can be done."""
    if owed.state is OwedState.TO_DO and owed.until is not None:
        return left_label(language, owed.until, now)
    today = local_day(now)
    if owed.until is not None:
        until = moment_label(language, owed.until, today)
        return translated(language, _UNTIL[owed.state], t=until)
    if owed.opens_at is not None:
        opens = moment_label(language, owed.opens_at, today)
        return translated(language, _FROM[owed.state], t=opens)
    return translated(language, _PLAIN[owed.state])
