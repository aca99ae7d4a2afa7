"""Labels of codes: every member of an enumeration has one in both languages."""

from __future__ import annotations

import pytest

from learnapp.domain.bank.versions import VersionAction, VersionState
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.exams import WindowState
from learnapp.wording.labels import (
    LABELS,
    all_label,
    label,
    person_label,
    shortened,
)
from question_bank.kinds import QuestionType


@pytest.mark.parametrize("kind", LABELS, ids=lambda kind: kind.__name__)
def test_every_code_of_an_enumeration_has_a_label_in_both_languages(kind):
    assert set(LABELS[kind]) == set(kind)
    chinese = [label("zh", kind, code) for code in kind]
    english = [label("en", kind, code) for code in kind]
    assert all(a and b and a != b for a, b in zip(chinese, english, strict=True))
    assert all(each.isascii() for each in english)


def test_the_same_code_is_called_by_its_own_enumeration():
    assert label("zh", VersionState, "retired") == label("zh", VersionAction, "retired") == "已停用"
    assert label("zh", WindowState, "open") == "进行中"
    assert label("en", QuestionType, "single") == "Single answer"


def test_a_code_that_an_enumeration_does_not_know_is_shown_as_it_is():
    assert label("en", Role, "of_old") == "of_old"


def test_the_choice_of_everything_has_a_label():
    assert (all_label("zh"), all_label("en")) == ("全部", "All")


def test_a_person_is_named_with_the_login_name_where_there_is_one():
    assert person_label("zh", "李四", "100023") == "李四（100023）"
    assert person_label("zh", "李四", "") == "李四"


def test_a_long_text_is_shortened_and_says_so():
    assert shortened(" 一二三 ", 3) == "一二三"
    assert shortened("一二三四", 3) == "一二三…"
