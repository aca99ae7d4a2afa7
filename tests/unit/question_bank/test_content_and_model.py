"""Questions, keys and responses: their JSON forms, and what counts as whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import content as contents
from question_bank.content import Blank, Content, Media, Paragraph, Text
from question_bank.model import (
    BadResponse,
    BlankResponse,
    ChoiceKey,
    ChoiceResponse,
    Question,
    QuestionType,
    TextKey,
    TextResponse,
    check,
    fingerprint,
    key_from_json,
    key_to_json,
    letters,
    make_options,
    parse_response,
    question_from_json,
    question_to_json,
    response_from_json,
    response_to_json,
)
from tests.unit.question_bank.banks import questions

OPTIONS = make_options([Content.from_text(text) for text in ("甲", "乙", "丙")])
SINGLE = Question(
    QuestionType.SINGLE,
    Content.from_text("谁来做？"),
    OPTIONS,
    ChoiceKey(frozenset({OPTIONS[1].id})),
)


def test_underscores_become_blanks_only_when_asked() -> None:
    assert Content.from_text("第____条").blanks == 0
    asked = Content.from_text("第____条\n第__款", blanks=True)
    assert [p for p in asked.pieces if isinstance(p, Blank)] == [Blank(1), Blank(2)]
    assert asked.plain == "第____条\n第____款"


def test_content_survives_json_with_its_pictures() -> None:
    content = Content((Paragraph((Text("见图"), Media("ab" * 32, "图一"), Blank(1))),))
    assert contents.to_json(content) == [
        {"p": [{"t": "见图"}, {"media": "ab" * 32, "alt": "图一"}, {"blank": 1}]}
    ]
    assert contents.from_json(contents.to_json(content)) == content


@pytest.mark.parametrize("data", [[{}], [{"p": [{}]}], [1], [{"p": 3}]])
def test_what_is_no_content_is_a_value_error(data: list[object]) -> None:
    with pytest.raises(ValueError):
        contents.from_json(data)


@given(questions())
def test_a_question_survives_json(question: Question) -> None:
    assert question_from_json(question_to_json(question)) == question
    assert key_from_json(key_to_json(question.key)) == question.key


@given(questions())
def test_a_question_made_whole_has_no_problems(question: Question) -> None:
    assert check(question) == []


def test_option_ids_are_stable_and_tell_equal_texts_apart() -> None:
    twice = make_options([Content.from_text("同"), Content.from_text("同")])
    assert twice[0].id != twice[1].id
    assert [len(each.id) for each in twice] == [8, 8]
    assert make_options([Content.from_text("同")])[0].id == twice[0].id


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stem": Content()}, "empty_stem"),
        ({"options": ()}, "too_few_options"),
        ({"key": ChoiceKey(frozenset())}, "no_answer"),
        ({"key": ChoiceKey(frozenset({"nowhere"}))}, "key_beyond_options"),
        ({"key": ChoiceKey(frozenset(o.id for o in OPTIONS))}, "several_answers_for_one"),
        ({"key": TextKey("乙")}, "key_of_other_type"),
        ({"type": QuestionType.TRUE_FALSE}, "true_false_options"),
        ({"type": QuestionType.SHORT_ANSWER}, "options_not_wanted"),
        ({"type": QuestionType.FILL_BLANK, "options": ()}, "key_of_other_type"),
        ({"difficulty": 6}, "difficulty_range"),
    ],
)
def test_a_broken_question_is_told_what_is_wrong(changes: dict[str, object], code: str) -> None:
    assert code in [problem.code for problem in check(replace(SINGLE, **changes))]  # type: ignore[arg-type]


def test_letters_follow_the_banks_order() -> None:
    key = ChoiceKey(frozenset({OPTIONS[2].id, OPTIONS[0].id}))
    assert letters(replace(SINGLE, type=QuestionType.MULTIPLE, key=key)) == "AC"


def test_duplicates_share_a_fingerprint_despite_width_marks_and_order() -> None:
    other = replace(
        SINGLE,
        stem=Content.from_text("谁 来做?"),
        options=make_options([Content.from_text(text) for text in ("丙", "乙。", "甲")]),
    )
    assert fingerprint(other) == fingerprint(SINGLE)
    assert fingerprint(replace(SINGLE, stem=Content.from_text("谁不做？"))) != fingerprint(SINGLE)
    assert fingerprint(replace(SINGLE, passage=Content.from_text("案情"))) != fingerprint(SINGLE)


def test_responses_are_read_by_the_type_of_the_question() -> None:
    ids = [option.id for option in OPTIONS]
    assert parse_response(QuestionType.SINGLE, ids, 0, {"options": [ids[0]]}) == ChoiceResponse(
        frozenset({ids[0]})
    )
    assert parse_response(QuestionType.FILL_BLANK, [], 2, {"blanks": ["甲", ""]}) == BlankResponse(
        ("甲", "")
    )
    assert parse_response(QuestionType.SHORT_ANSWER, [], 0, {"text": "甲"}) == TextResponse("甲")


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (QuestionType.MULTIPLE, {"options": []}),
        (QuestionType.FILL_BLANK, {"blanks": ["", "  "]}),
        (QuestionType.SHORT_ANSWER, {"text": " \n"}),
        (QuestionType.SINGLE, None),
    ],
)
def test_an_emptied_answer_is_none(kind: QuestionType, raw: object) -> None:
    assert parse_response(kind, ["a", "b"], 2, raw) is None


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        (QuestionType.SINGLE, {"options": ["a", "b"]}, "one_option_only"),
        (QuestionType.TRUE_FALSE, {"options": ["a", "b"]}, "one_option_only"),
        (QuestionType.MULTIPLE, {"options": ["z"]}, "unknown_option"),
        (QuestionType.MULTIPLE, {"options": [["a"]]}, "unknown_option"),
        (QuestionType.MULTIPLE, {"options": "a"}, "response_shape"),
        (QuestionType.MULTIPLE, {"text": "a"}, "response_shape"),
        (QuestionType.MULTIPLE, {"options": [], "more": 1}, "response_shape"),
        (QuestionType.SINGLE, [], "response_shape"),
        (QuestionType.FILL_BLANK, {"blanks": ["a"]}, "blank_count"),
        (QuestionType.FILL_BLANK, {"blanks": ["a", 1]}, "response_shape"),
        (QuestionType.FILL_BLANK, {"blanks": ["a" * 501, ""]}, "blank_too_long"),
        (QuestionType.SHORT_ANSWER, {"text": "a" * 20_001}, "response_too_long"),
        (QuestionType.SHORT_ANSWER, {"text": "a\0"}, "response_characters"),
        (QuestionType.SHORT_ANSWER, {"text": "\ud800"}, "response_characters"),
    ],
)
def test_a_malformed_response_is_refused(kind: QuestionType, raw: object, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        parse_response(kind, ["a", "b"], 2, raw)
    assert refused.value.code == code


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["options", "blanks", "text"]), inner, max_size=2)
    ),
)


@given(st.sampled_from(list(QuestionType)), _json)
def test_any_json_is_a_response_or_a_bad_response(kind: QuestionType, raw: object) -> None:
    try:
        response = parse_response(kind, ["a", "b"], 2, raw)
    except BadResponse:
        return
    if response is not None:
        assert response_from_json(kind, response_to_json(response)) == response
