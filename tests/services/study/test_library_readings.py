"""The library's readings: short, in sections, sourced, with a check question for every portion."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from learnapp.domain.study.readings import plan_portions
from learnapp.services.study.reading_markdown import read_markdown
from learnapp.services.study.reading_text import ReadingText
from question_bank import library
from question_bank.kinds import QuestionType
from question_bank.model import ChoiceKey, Question

SHORTEST, LONGEST = 800, 2000
TEXTS: dict[str, ReadingText] = {
    file.name.removesuffix(".md"): read_markdown(file.read_text("utf-8"), file.name)
    for file in library.readings()
}
CHECKS = library.checks()
SINGLES = [each for some in CHECKS.values() for each in some if each.type is QuestionType.SINGLE]


def place_of(question: Question) -> int:
    assert isinstance(question.key, ChoiceKey)
    ids = [option.id for option in question.options]
    return ids.index(*question.key.option_ids)


@pytest.mark.parametrize("name", TEXTS)
def test_a_reading_takes_a_few_minutes_and_has_two_to_five_sections(name: str) -> None:
    text = TEXTS[name]
    assert SHORTEST <= sum(section.length for section in text.sections) <= LONGEST
    assert 2 <= len(text.sections) <= 5
    assert text.lost == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_reading_names_its_sources_with_a_date(name: str) -> None:
    text = TEXTS[name]
    assert text.title and text.category
    assert re.search(r"《.+》|公开材料", text.source) and re.search(r"\d{4}年", text.source)


def test_every_reading_has_a_check_question_for_each_two_sections() -> None:
    assert set(CHECKS) == set(TEXTS)
    for name, text in TEXTS.items():
        assert len(CHECKS[name]) == (len(text.sections) + 1) // 2, name


@pytest.mark.parametrize("name", TEXTS)
def test_a_check_that_names_its_sections_asks_about_none_after_its_portion(name: str) -> None:
    numerals = "一二三四五"
    for portion in plan_portions([section.length for section in TEXTS[name].sections]):
        check = CHECKS[name][portion.last // 2]
        if asked := re.search(r"》第([一二三四五])(?:、[一二三四五])?节", check.source):
            assert numerals.index(asked[1]) <= portion.last, check.source


def test_check_questions_explain_and_cannot_be_answered_by_place_or_length() -> None:
    assert all(each.explanation.plain for some in CHECKS.values() for each in some)
    places = Counter(map(place_of, SINGLES))
    expected = len(SINGLES) / 4
    assert sum((places[n] - expected) ** 2 / expected for n in range(4)) < 7.815
    longest = 0
    for each in SINGLES:
        sizes = [len(option.content.plain) for option in each.options]
        longest += sizes.count(max(sizes)) == 1 and sizes.index(max(sizes)) == place_of(each)
    assert longest <= len(SINGLES) * 0.35
