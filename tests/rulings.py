"""What tests of questions put right share."""

from __future__ import annotations

from learnapp.domain.exams.rulings import Correction
from learnapp.services.exams.key_correction import Decision, Wanted

KEEPS = Decision("原答案有误", keeps_passes=True)
LOSES = Decision("原答案有误", keeps_passes=False)


def replaced_by(answer: str) -> Wanted:
    """Another key in the place of the present one."""
    return Wanted(Correction.REPLACE, answer)


def admitting(answer: str) -> Wanted:
    """A further answer beside the present ones."""
    return Wanted(Correction.ADMIT, answer)


VOID_FULL = Wanted(Correction.VOID_FULL)
VOID_OUT = Wanted(Correction.VOID_OUT)
