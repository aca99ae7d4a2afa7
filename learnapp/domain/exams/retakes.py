"""Who may sit a make-up, a retake, a resit or 补学, and which attempts count against the tries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from learnapp.domain.exams.exams import WindowKind

# For whom has failed; their tries are counted apart from those of the exam itself.
SECOND_CHANCES = (WindowKind.RETAKE, WindowKind.REMEDIAL)


@dataclass(frozen=True)
class PriorAttempt:
    """An attempt of a person in an exam that counts; `passed` is None while it is not marked. One that
    was voided for misconduct is `barred`: it counts as nothing, and what is left is a resit."""

    window_id: int
    submitted: bool
    passed: bool | None = None
    barred: bool = False


def ineligibility_reason(kind: WindowKind, made: Iterable[PriorAttempt]) -> str | None:
    """Why a window of this kind is not for anyone who made these attempts; None if it is.

    补考（缺考）is for the absent, 补考（不合格）and 补学 for the failed; the others are for everybody. Who was
    found 违纪 has a resit alone.
    """
    made = list(made)
    if kind is not WindowKind.RESIT and any(each.barred for each in made):
        return "barred"
    submitted = [each for each in made if each.submitted]
    if kind is WindowKind.MAKE_UP and submitted:
        return "already_sat"
    if kind not in SECOND_CHANCES:
        return None
    if any(each.passed for each in submitted):
        return "already_passed"
    if not submitted:
        return "nothing_to_retake"
    return "not_marked_yet" if any(each.passed is None for each in submitted) else None


def tries_made(kind: WindowKind, window_id: int, made: Iterable[PriorAttempt]) -> int:
    """How many attempts count against the tries: those of the window alone where it is a retake,
    none of 补学, which ends with passing."""
    if kind is WindowKind.REMEDIAL:
        return 0
    made = [each for each in made if not each.barred]
    if kind is WindowKind.RETAKE:
        made = [each for each in made if each.window_id == window_id]
    return len(made)
