"""缓考 and 免考: asked with a reason, approved or refused by another, dated, and taken back in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.exams.roll import RollState
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan

LONGEST = timedelta(days=366)  # a deferral is for an exam of the same year


class DispensationKind(StrEnum):
    """缓考 leaves this window's 应考 and stays owed; 免考 is owed no more."""

    DEFERRAL = "deferral"
    EXEMPTION = "exemption"


class DispensationState(StrEnum):
    """asked → approved or refused; asked or approved → withdrawn."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# Of these a person has one at most in an exam.
IN_FORCE = (DispensationState.ASKED, DispensationState.APPROVED)
# What somebody is on the roll who has nothing to show yet: only these can be dispensed.
DISPENSABLE = frozenset({RollState.NOT_YET, RollState.NO_ACCOUNT, RollState.AWAY})


@dataclass(frozen=True)
class NewDispensation:
    """What is asked for: a deferral up to a day (included), or an exemption; and why."""

    kind: DispensationKind
    until: date | None
    reason: str


def check_new(new: NewDispensation, closes_on: date) -> None:
    """Raise RuleBroken("reason", "reason_needed"), or of "until": "date_needed", "until_too_soon" for
    a day before the window's last, "until_too_far" for one more than a year later."""
    if not new.reason.strip():
        raise RuleBroken("reason", "reason_needed")
    if new.kind is DispensationKind.EXEMPTION:
        return
    if new.until is None:
        raise RuleBroken("until", "date_needed")
    if new.until < closes_on:
        raise RuleBroken("until", "until_too_soon")
    if new.until - closes_on > LONGEST:
        raise RuleBroken("until", "until_too_far")


def span_of(new: NewDispensation, day: date, item_id: int) -> AbsenceSpan:
    """What an approval does to what falls due: it holds the exam's item alone, from the day of the
    approval on."""
    if new.kind is DispensationKind.EXEMPTION or new.until is None:
        return AbsenceSpan(day, day, AbsenceEffect.EXCUSES, item_id)
    return AbsenceSpan(min(day, new.until), new.until, AbsenceEffect.DEFERS, item_id)


def check_decision(
    state: DispensationState, asked_by: int, decided_by: int | None, approves: bool, remark: str
) -> None:
    """Raise Conflict("dispensation_decided"), RuleBroken("remark", "asked_by_self") for who asked, or
    RuleBroken("remark", "reason_needed") for a refusal without one."""
    if state is not DispensationState.ASKED:
        raise Conflict("dispensation_decided")
    if asked_by == decided_by:
        raise RuleBroken("remark", "asked_by_self")
    if not approves and not remark.strip():
        raise RuleBroken("remark", "reason_needed")


def check_withdrawal(state: DispensationState, is_over: bool, reason: str) -> None:
    """Raise Conflict("dispensation_over") for what was refused or withdrawn, Conflict("dispensation_held")
    for an approval by which the window was already held, RuleBroken("remark", "reason_needed")."""
    if state not in IN_FORCE:
        raise Conflict("dispensation_over")
    if state is DispensationState.APPROVED and is_over:
        raise Conflict("dispensation_held")
    if not reason.strip():
        raise RuleBroken("remark", "reason_needed")
