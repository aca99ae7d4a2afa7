"""Twins: the same question, the same with another key, nearly the same, and none."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from question_bank.content import Content
from question_bank.duplicates import DuplicateIndex, difference, known
from question_bank.model import ChoiceKey, Question, QuestionType, make_options
from tests.pace import cpu_since
from tests.unit.question_bank.banks import questions

LONG = "人民法院应当在收到起诉状或者口头起诉之日起七日内立案，并通知当事人；认为不符合条件的，裁定不予受理"


def choice(stem: str, options: list[str], right: int = 0) -> Question:
    made = make_options([Content.from_text(text) for text in options])
    key = ChoiceKey(frozenset({made[right].id}))
    return Question(QuestionType.SINGLE, Content.from_text(stem), made, key)


def test_the_same_question_is_known_however_it_is_spaced_and_ordered() -> None:
    twins = DuplicateIndex([known(1, choice(LONG, ["甲", "乙"]))])
    other = choice(f" {LONG.replace('，', ',')}。", ["乙", "甲"], right=1)
    twin = twins.of(known(2, other))
    assert twin is not None and twin.same and not twin.key_differs and twin.name == 1


def test_the_same_question_with_another_key_is_told() -> None:
    twins = DuplicateIndex([known(1, choice(LONG, ["甲", "乙"]))])
    twin = twins.of(known(2, choice(LONG, ["甲", "乙"], right=1)))
    assert twin is not None and twin.same and twin.key_differs


def test_nearly_the_same_is_found_and_another_is_not() -> None:
    twins = DuplicateIndex([known(1, choice(LONG, ["正确的做法", "错误的做法"]))])
    near = twins.of(known(2, choice(LONG.replace("七日", "十日"), ["正确的做法", "错误的做法"])))
    assert near is not None and not near.same and near.likeness >= 92
    assert twins.of(known(3, choice("公安机关可以传唤", ["甲", "乙"]))) is None


@given(st.lists(questions(), max_size=6))
def test_every_question_is_its_own_twin(some: list[Question]) -> None:
    twins = DuplicateIndex(known(place, each) for place, each in enumerate(some))
    for each in some:
        twin = twins.of(known(-1, each))
        assert twin is not None and twin.same


def test_thousands_are_compared_in_a_moment() -> None:
    twins: DuplicateIndex[int] = DuplicateIndex()
    started = time.process_time()
    for number in range(3_000):
        each = known(
            number, choice(f"{LONG}第{number:05}号{number * 7919 % 100_003}", ["甲", "乙"])
        )
        twins.of(each)
        twins.add(each)
    # Every stem is near every other here, the worst there is.
    assert cpu_since(started) < 20


@given(st.text("甲乙丙丁一二三", max_size=30), st.text("甲乙丙丁一二三", max_size=30))
def test_a_difference_holds_both_texts(mine: str, other: str) -> None:
    pieces = difference(mine, other)
    assert "".join(text for kind, text in pieces if kind != "other") == mine
    assert "".join(text for kind, text in pieces if kind != "mine") == other
