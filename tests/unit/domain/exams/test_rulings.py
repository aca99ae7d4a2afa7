"""What follows from a ruling: marks, full marks and pass mark of a paper with void questions."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.bank.versions import VersionAction, VersionState, after
from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.bands import Band, band_of
from learnapp.domain.exams.rulings import MarkedAs, Ruling, award, pass_mark_for, tally
from question_bank.amending import admit
from question_bank.marking import Marked, MultipleRule, mark
from question_bank.model import (
    BlankKey,
    BlankResponse,
    ChoiceKey,
    ChoiceResponse,
    QuestionType,
    TextKey,
    choice_key,
    key_from_json,
    key_to_json,
)

ANSWERS = st.frozensets(st.sampled_from("ABCD"), min_size=1)
KEYS = st.lists(ANSWERS, min_size=1, max_size=3).map(choice_key)
RULES = st.sampled_from(list(MultipleRule))


@dataclass(frozen=True)
class Place:
    full: int
    awarded: int
    ruling: str


@st.composite
def papers(draw: st.DrawFn) -> list[Place]:
    fulls = draw(st.lists(st.integers(1, 3000), min_size=1, max_size=12))
    return [
        Place(full, draw(st.integers(0, full)), draw(st.sampled_from(list(Ruling))))
        for full in fulls
    ]


@given(KEYS, KEYS, ANSWERS, st.integers(0, 500), RULES)
def test_an_admitted_answer_takes_marks_from_nobody_and_is_worth_all(
    key: ChoiceKey, more: ChoiceKey, answer: frozenset[str], full: int, rule: MultipleRule
) -> None:
    both = admit(key, more)
    assert isinstance(both, ChoiceKey)
    kind, response = QuestionType.MULTIPLE, ChoiceResponse(answer)
    before, now = (mark(kind, each, response, full, rule).awarded for each in (key, both))
    assert before is not None and now is not None and now >= before
    for right in key.answers | more.answers:
        assert mark(kind, both, ChoiceResponse(right), full, rule) == Marked(full, True)


@given(KEYS)
def test_a_key_with_several_answers_is_stored_readably_and_read_as_it_was(key: ChoiceKey) -> None:
    stored = key_to_json(key)
    assert key_from_json(stored) == key and ("also" in stored) == bool(key.others)
    assert key_from_json({"options": ["A"]}) == ChoiceKey(frozenset("A"))  # as old rows have it


def test_a_blank_admits_a_further_answer_and_a_short_answer_none() -> None:
    key = admit(BlankKey((("甲",), ("乙",))), BlankKey((("丙",), ("乙",))))
    assert key == BlankKey((("甲", "丙"), ("乙",)))
    answer = BlankResponse(("丙", "乙"))
    assert mark(QuestionType.FILL_BLANK, BlankKey((("甲", "丙"), ("乙",))), answer, 100).right
    assert admit(TextKey("甲"), TextKey("乙")) is None


@given(st.sampled_from(list(QuestionType)), st.integers(0, 500), RULES)
def test_a_void_question_is_worth_the_same_to_all_and_says_nothing_of_them(
    kind: QuestionType, full: int, rule: MultipleRule
) -> None:
    key = ChoiceKey(frozenset("A"))
    for response in (None, ChoiceResponse(frozenset("B"))):
        place = MarkedAs(kind, full, rule)
        assert award(Ruling.VOID_FULL, key, response, place) == Marked(full, None)
        assert award(Ruling.VOID_OUT, key, response, place) == Marked(0, None)


@given(papers(), st.integers(0, 1000))
def test_the_pass_mark_follows_what_counts_and_is_never_a_greater_share(
    places: list[Place], permille: int
) -> None:
    found = tally(places)
    assert 0 <= found.awarded <= found.full <= found.paper == sum(each.full for each in places)
    pass_mark = found.paper * permille // 1000
    asked = pass_mark_for(pass_mark, found.paper, found.full)
    # Whoever has the share of what counts that the exam set passes; nothing above it is asked.
    assert asked * found.paper <= pass_mark * found.full < (asked + 1) * found.paper
    assert found.passes(pass_mark) == (found.awarded >= asked)


@given(papers(), st.integers(0, 1000))
def test_who_had_every_mark_passes_whatever_is_left_out(places: list[Place], permille: int) -> None:
    found = tally([Place(each.full, each.full, each.ruling) for each in places])
    assert found.passes(found.paper * permille // 1000)


def test_full_marks_for_a_void_question_lose_nobody_anything() -> None:
    before = tally([Place(200, 0, Ruling.KEY), Place(300, 100, Ruling.KEY)])
    after_ = tally([Place(200, 200, Ruling.VOID_FULL), Place(300, 100, Ruling.KEY)])
    assert (before.full, after_.full) == (500, 500) and after_.awarded == before.awarded + 200


def test_a_paper_without_a_question_that_counts_has_no_band() -> None:
    assert band_of([Band("优秀", 900)], 0, 0) is None


@pytest.mark.parametrize(
    ("state", "then"),
    [
        ("published", "retired"),
        ("in_review", "retired"),
        ("superseded", "superseded"),
        ("retired", "retired"),
    ],
)
def test_a_void_question_leaves_the_draw(state: str, then: str) -> None:
    assert after(VersionState(state), VersionAction.VOIDED) == then
    with pytest.raises(Conflict):
        after(VersionState.DRAFT, VersionAction.VOIDED)


@pytest.mark.parametrize("answer", ["A", "AB", "C"])
@pytest.mark.parametrize("rule", list(MultipleRule))
def test_under_a_key_a_response_is_worth_what_marking_says(answer: str, rule: MultipleRule) -> None:
    kind, key, response = (
        QuestionType.MULTIPLE,
        ChoiceKey(frozenset("AB")),
        ChoiceResponse(frozenset(answer)),
    )
    place = MarkedAs(kind, 300, rule)
    assert award(Ruling.KEY, key, response, place) == mark(kind, key, response, 300, rule)
    assert award(Ruling.KEY, key, None, place) == Marked(0, False)
