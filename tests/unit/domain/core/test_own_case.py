"""Nobody rules on their own case, and every right says whether it concerns a person."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import Forbidden
from learnapp.domain.core.own_case import ASKS, CONCERNS_NOBODY, is_own, refuse_own
from learnapp.domain.core.permissions import SYSTEM, Actor, Permission

LI = Actor(person_id=7)


def test_the_case_of_the_same_person_is_ones_own():
    assert is_own(LI, 7)
    assert not is_own(LI, 8) and not is_own(LI, None)


def test_the_system_has_no_case_of_its_own():
    assert not is_own(SYSTEM, None) and not is_own(SYSTEM, 7)
    refuse_own(SYSTEM, None, 7)


def test_one_of_several_people_is_enough_to_refuse():
    refuse_own(LI, 8, None, 9)
    with pytest.raises(Forbidden) as refused:
        refuse_own(LI, 8, 7)
    assert refused.value.code == "own_case"


def test_every_right_concerns_a_person_or_says_why_it_does_not():
    assert ASKS.isdisjoint(CONCERNS_NOBODY)
    assert ASKS | set(CONCERNS_NOBODY) == set(Permission)
    assert all(len(reason) >= 10 for reason in CONCERNS_NOBODY.values())


@pytest.mark.parametrize(
    "right",
    [Permission.ANSWER_MARK, Permission.ALLOWANCE_GRANT, Permission.BANK_REVIEW],
)
def test_marks_extra_time_and_reviews_concern_a_person(right):
    assert right in ASKS


def test_reading_and_texts_concern_nobody_in_particular():
    for right in (Permission.PEOPLE_READ, Permission.AUDIT_READ, Permission.READING_EDIT):
        assert right in CONCERNS_NOBODY
