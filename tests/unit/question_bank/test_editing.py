"""A question as the fields of a form: unchanged it comes back as it was, changed it is checked."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given

from question_bank.content import Content, Media, Paragraph, Text
from question_bank.editing import Fields, from_fields, to_fields
from question_bank.formats import Outcome
from question_bank.model import Question, QuestionType, TextKey, letters, question_to_json
from tests.unit.question_bank.banks import questions


@given(questions())
def test_fields_that_nobody_changed_give_the_question_back(question: Question) -> None:
    data = question_to_json(question)
    record = from_fields(to_fields(data), data)
    assert record.outcome is Outcome.READY
    assert record.question == question


def test_pictures_stay_where_their_signs_are() -> None:
    picture = Media("a" * 64)
    stem = Content((Paragraph((Text("见"), picture, Text("后答"))),))
    question = Question(QuestionType.SHORT_ANSWER, stem, (), TextKey("略"))
    data = question_to_json(question)
    fields = to_fields(data)
    assert fields.stem == "见〔图1〕后答"
    moved = from_fields(dataclasses.replace(fields, stem="〔图1〕看图，〔图9〕"), data).question
    assert moved is not None
    assert moved.stem == Content((Paragraph((picture, Text("看图，〔图9〕"))),))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (Fields("single", "问", ("甲", "乙"), "C"), "key_beyond_options"),
        (Fields("single", "问", ("甲", "乙"), "AB"), "several_answers_for_one"),
        (Fields("single", "问", ("甲",), "A"), "too_few_options"),
        (Fields("single", "", ("甲", "乙"), "A"), "empty_stem"),
        (Fields("multiple", "问", ("甲", "", "丙"), "AC"), "empty_option"),
        (Fields("true_false", "说", (), "大概"), "answer_not_true_false"),
        (Fields("fill_blank", "没有空", (), "甲"), "no_blanks"),
        (Fields("fill_blank", "第____条", (), ""), "blank_count"),
        (Fields("short_answer", "问", (), ""), "no_answer"),
        (Fields("single", "问", ("甲", "乙"), "A", difficulty="9"), "difficulty_range"),
        (Fields("no such", "问", (), ""), "type_not_supported"),
    ],
)
def test_what_is_wrong_with_a_form_is_told(fields: Fields, code: str) -> None:
    record = from_fields(fields, {})
    assert record.outcome is not Outcome.READY
    assert code in [reason.code for reason in record.reasons]


def test_a_draft_shows_the_answer_as_it_was_said() -> None:
    fields = to_fields({"type": "single", "stem": None, "options": [], "key": None, "said": "见书"})
    assert (fields.type, fields.answer) == ("single", "见书")


def test_a_true_false_question_takes_letters_and_signs() -> None:
    for said, key in (("A", "A"), ("错", "B"), ("√", "A")):
        record = from_fields(Fields("true_false", "说", (), said), {})
        assert record.question is not None and letters(record.question) == key
