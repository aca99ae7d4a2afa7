"""A mock paper: what there is for each cell, the exam's clock, and a score of what can be judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.domain.practice.mock import (
    PlaceResult,
    Rehearsal,
    rehearsal,
    score,
    time_for,
)
from question_bank.blueprint import Blueprint, Cell
from question_bank.kinds import QuestionType
from question_bank.pool import Candidate

SINGLE, MULTIPLE = QuestionType.SINGLE, QuestionType.MULTIPLE
BLUEPRINT = Blueprint(
    (
        Cell(1, "单选", SINGLE, None, None, 3, 200),
        Cell(2, "多选", MULTIPLE, ("程序法",), None, 2, 400),
    )
)


def _candidates(singles: int, multiples: int) -> list[Candidate]:
    return [
        *(Candidate(n, SINGLE, (), None) for n in range(1, singles + 1)),
        *(Candidate(100 + n, MULTIPLE, ("程序法",), None) for n in range(multiples)),
    ]


@pytest.mark.parametrize(
    ("singles", "multiples", "drawn"), [(9, 9, 5), (2, 9, 4), (9, 0, 3), (1, 1, 2), (0, 0, 0)]
)
def test_a_cell_that_cannot_be_filled_gets_what_there_is(singles, multiples, drawn):
    found = rehearsal(BLUEPRINT, _candidates(singles, multiples), "seed")
    assert len(found.placed) == drawn and found.wanted == 5 and found.whole is (drawn == 5)
    assert len({each.id for each in found.placed}) == drawn


def test_what_is_rather_not_asked_comes_only_where_nothing_else_is_left():
    found = rehearsal(BLUEPRINT, _candidates(5, 2), "seed", rather_not=[1, 2])
    assert {each.id for each in found.placed} == {3, 4, 5, 100, 101}


@pytest.mark.parametrize(("drawn", "minutes"), [(5, 50), (3, 30), (1, 10)])
def test_a_shorter_paper_has_its_share_of_the_time(drawn, minutes):
    placed = rehearsal(BLUEPRINT, _candidates(9, 9), "seed").placed[:drawn]
    time = time_for(timedelta(minutes=40), timedelta(minutes=10), Rehearsal(placed, 5))
    assert time == timedelta(minutes=minutes)


def test_only_what_is_judged_is_summed_up():
    found = score(
        [
            PlaceResult(SINGLE, 200, 200),
            PlaceResult(MULTIPLE, 400, 0),
            PlaceResult(QuestionType.SHORT_ANSWER, 1000, None),
        ]
    )
    assert (found.awarded, found.full, found.unjudged) == (200, 600, 1)
