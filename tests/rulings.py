"""What tests of questions put right share."""

from __future__ import annotations

from learnapp.domain.exams.rulings import Correction
from learnapp.services.exams.key_correction import CorrectionInput, Decision

KEEPS = Decision("原答案有误", keeps_passes=True)
LOSES = Decision("原答案有误", keeps_passes=False)


def replaced_by(answer: str) -> CorrectionInput:
    """Another key in the place of the present one."""
    return CorrectionInput(Correction.REPLACE, answer)


def admitting(answer: str) -> CorrectionInput:
    """A further answer beside the present ones."""
    return CorrectionInput(Correction.ADMIT, answer)


VOID_FULL = CorrectionInput(Correction.VOID_FULL)
VOID_OUT = CorrectionInput(Correction.VOID_OUT)
