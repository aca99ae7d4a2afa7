"""Who may sit which further window, and which attempts count against the tries."""

from __future__ import annotations

import pytest

from learnapp.domain.exams.exams import (
    WindowKind,
)
from learnapp.domain.exams.retakes import (
    SECOND_CHANCES,
    PriorAttempt,
    ineligibility_reason,
    tries_made,
)

OPEN = PriorAttempt(1, submitted=False)
UNMARKED = PriorAttempt(1, submitted=True)
FAILED = PriorAttempt(1, submitted=True, passed=False)
PASSED = PriorAttempt(2, submitted=True, passed=True)
KINDS = WindowKind


def test_second_chances_are_retakes_and_remedial_study():
    assert set(SECOND_CHANCES) == {KINDS.RETAKE, KINDS.REMEDIAL}


@pytest.mark.parametrize("kind", [KINDS.MAIN, KINDS.RESIT])
@pytest.mark.parametrize("made", [[], [OPEN], [FAILED], [PASSED]])
def test_a_first_window_and_a_resit_are_for_everybody(kind, made):
    assert ineligibility_reason(kind, made) is None


def test_a_make_up_is_for_who_handed_nothing_in():
    assert ineligibility_reason(KINDS.MAKE_UP, []) is None
    assert ineligibility_reason(KINDS.MAKE_UP, [OPEN]) is None
    assert ineligibility_reason(KINDS.MAKE_UP, [OPEN, FAILED]) == "already_sat"


@pytest.mark.parametrize("kind", SECOND_CHANCES)
@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ([FAILED], None),
        ([FAILED, OPEN], None),
        ([FAILED, PASSED], "already_passed"),
        ([UNMARKED, PASSED], "already_passed"),
        ([], "nothing_to_retake"),
        ([OPEN], "nothing_to_retake"),
        ([FAILED, UNMARKED], "not_marked_yet"),
    ],
)
def test_a_second_chance_is_for_who_failed(kind, made, reason):
    assert ineligibility_reason(kind, made) == reason


def test_tries_are_those_of_the_exam_of_a_retake_its_own_and_of_remedial_study_none():
    made = [FAILED, UNMARKED, PASSED]
    assert tries_made(KINDS.MAIN, 2, iter(made)) == 3
    assert tries_made(KINDS.RETAKE, 2, iter(made)) == 1
    assert tries_made(KINDS.REMEDIAL, 2, iter(made)) == 0
