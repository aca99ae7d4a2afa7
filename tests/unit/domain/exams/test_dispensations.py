"""缓考 and 免考: what may be asked for, who decides, what an approval holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.exams.dispensations import (
    DispensationKind,
    DispensationState,
    NewDispensation,
    check_decision,
    check_new,
    check_withdrawal,
    span_of,
)
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan, concerning, due_for

S, K = DispensationState, DispensationKind
CLOSES = date(2026, 11, 29)
ITEM = 7


def _code(check, *args) -> str | None:
    try:
        check(*args)
    except (RuleBroken, Conflict) as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("kind", "until", "reason", "code"),
    [
        (K.EXEMPTION, None, "公差", None),
        (K.EXEMPTION, None, " ", "reason_needed"),
        (K.DEFERRAL, None, "住院", "date_needed"),
        (K.DEFERRAL, CLOSES - timedelta(days=1), "住院", "until_too_soon"),
        (K.DEFERRAL, CLOSES, "住院", None),
        (K.DEFERRAL, CLOSES + timedelta(days=366), "住院", None),
        (K.DEFERRAL, CLOSES + timedelta(days=367), "住院", "until_too_far"),
    ],
)
def test_a_deferral_ends_between_the_windows_last_day_and_a_year_later(kind, until, reason, code):
    assert _code(check_new, NewDispensation(kind, until, reason), CLOSES) == code


@pytest.mark.parametrize(
    ("state", "decider", "approves", "remark", "code"),
    [
        (S.ASKED, 2, True, "", None),
        (S.ASKED, 1, True, "", "asked_by_self"),
        (S.ASKED, 2, False, "", "reason_needed"),
        (S.ASKED, 2, False, "不够", None),
        (S.APPROVED, 2, False, "不够", "dispensation_decided"),
        (S.WITHDRAWN, 2, True, "", "dispensation_decided"),
    ],
)
def test_another_decides_once_and_refuses_with_a_reason(state, decider, approves, remark, code):
    assert _code(check_decision, state, 1, decider, approves, remark) == code


@pytest.mark.parametrize("decider", [1, 2])
def test_a_refused_decision_is_shown_beside_the_remark(decider):
    with pytest.raises(RuleBroken) as refusal:
        check_decision(S.ASKED, 1, decider, False, "")
    assert refusal.value.field == "remark"


@pytest.mark.parametrize(
    ("state", "over", "reason", "code"),
    [
        (S.ASKED, True, "来了", None),
        (S.APPROVED, False, "来了", None),
        (S.APPROVED, True, "来了", "dispensation_held"),
        (S.APPROVED, False, "", "reason_needed"),
        (S.REFUSED, False, "来了", "dispensation_over"),
        (S.WITHDRAWN, False, "来了", "dispensation_over"),
    ],
)
def test_an_approval_is_taken_back_before_the_window_closes(state, over, reason, code):
    assert _code(check_withdrawal, state, over, reason) == code


def test_an_approval_holds_its_exam_alone_whenever_it_falls_due():
    due = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)  # 24:00 of the 29th
    away = span_of(NewDispensation(K.EXEMPTION, None, "公差"), date(2026, 11, 2), ITEM)
    assert due_for(due, [away]).at is None
    assert concerning([away], ITEM) == (away,) and concerning([away], 8) == ()
    later = span_of(NewDispensation(K.DEFERRAL, date(2026, 12, 4), "住院"), date(2026, 11, 2), ITEM)
    moved = due_for(due, [later])
    assert moved.deferred and moved.at == datetime(2026, 12, 13, 16, 0, tzinfo=UTC)
    after = datetime(2026, 12, 5, 16, 0, tzinfo=UTC)
    assert due_for(after, [later]).at == after  # owed again once its last day is over
    leave = AbsenceSpan(date(2026, 11, 2), date(2026, 11, 2), AbsenceEffect.EXCUSES)
    assert due_for(due, [leave]).at == due and concerning([leave], ITEM) == (leave,)
