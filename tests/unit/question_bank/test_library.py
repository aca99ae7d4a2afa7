"""The library's questions: whole, taught, sourced, and not to be answered by their look."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from question_bank import library, sample
from question_bank.duplicates import DuplicateIndex, known
from question_bank.kinds import QuestionType
from question_bank.model import BlankKey, ChoiceKey, Question, TextKey
from question_bank.reviewing import review, second_readings
from question_bank.sources import laws_in

LEAST_OF_TYPE = {
    QuestionType.SINGLE: 16,
    QuestionType.MULTIPLE: 8,
    QuestionType.TRUE_FALSE: 7,
    QuestionType.FILL_BLANK: 4,
    QuestionType.SHORT_ANSWER: 2,
}
PER_CATEGORY = 48
CHI_SQUARE_5, CHI_SQUARE_1 = 7.815, 11.345  # three degrees of freedom, at 5 % and 1 %
LONGEST_SHARE = 0.35
LENGTH_FACTOR = 2.5
SAME_STEM = 90.0
SAME_NUMBER_SHARE = 0.7  # of multiple choices with the same number of right options
ABSOLUTE = re.compile("一律|绝对|任何情况下|毫无例外|无条件|从不")
ALL_RIGHT = re.compile("以上(各项|选项|说法|答案)?(都|均|全部?|皆)|全部(正确|都对)|都不对|均不正确")
BY_PLACE = re.compile(
    "[前后][一两二三四五]项|第[一二三四五]、第[一二三四五]项|[A-E]项|选项[A-E]"
)  # fmt: skip

QUESTIONS = library.load()
NAMES = [file.name for file in library.files()]
BY_FILE = {file.name: library.questions_of(file) for file in library.files()}


def of_type(questions: list[Question], kind: QuestionType) -> list[Question]:
    return [each for each in questions if each.type is kind]


def right_ids(question: Question) -> frozenset[str]:
    assert isinstance(question.key, ChoiceKey)
    (only,) = question.key.answers
    return only


def lengths(question: Question) -> tuple[list[int], list[int]]:
    """Lengths of the right and of the wrong options."""
    right = right_ids(question)
    by_right: dict[bool, list[int]] = {True: [], False: []}
    for option in question.options:
        by_right[option.id in right].append(len(option.content.plain))
    return by_right[True], by_right[False]


def chi_square(questions: list[Question]) -> float:
    """How far the places of the right options are from even over A to D."""
    places = Counter(
        place
        for each in of_type(questions, QuestionType.SINGLE)
        for place, option in enumerate(each.options)
        if option.id in right_ids(each)
    )
    assert set(places) <= set(range(4))
    expected = sum(places.values()) / 4
    return sum((places[place] - expected) ** 2 for place in range(4)) / expected


def longest_share(questions: list[Question]) -> float:
    """The share of single choices whose right option is longer than every other."""
    singles = [lengths(each) for each in of_type(questions, QuestionType.SINGLE)]
    return sum(max(right) > max(wrong) for right, wrong in singles) / len(singles)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_one_category_with_every_type_difficulty_and_two_cases(name: str) -> None:
    questions = BY_FILE[name]
    assert len({each.category[0] for each in questions}) == 1
    assert len(questions) >= PER_CATEGORY
    counts = Counter(each.type for each in questions)
    assert all(counts[kind] >= least for kind, least in LEAST_OF_TYPE.items()), counts
    assert len({each.difficulty for each in questions} - {None}) >= 3
    cases = Counter(each.passage.plain for each in questions if each.passage is not None)
    assert len(cases) >= 2 and set(cases.values()) <= {2, 3}


def test_no_two_files_share_a_category() -> None:
    categories = [questions[0].category[0] for questions in BY_FILE.values()]
    assert len(set(categories)) == len(categories)


def test_every_question_teaches_and_names_its_source_with_a_date() -> None:
    bare = [
        each.stem.plain
        for each in QUESTIONS
        if len(each.explanation.plain) < 15 or not re.search(r"\d{4}年", each.source)
    ]
    assert bare == []


def test_every_law_is_cited_with_the_text_that_was_read() -> None:
    """By law, article and law_as_of; what is no law is public material of named years."""
    bare = []
    for each in [*sample.load(), *QUESTIONS]:
        laws = laws_in(each.source)
        read = all("年" in law.law_as_of and law.law_as_of.endswith("文本") for law in laws)
        if not read or not (laws or re.search("公开材料|三个规定", each.source)):
            bare.append(each.source)
    assert bare == []


def test_short_answers_have_points_and_blanks_an_answer_that_the_stem_does_not_give_away() -> None:
    for each in QUESTIONS:
        if isinstance(each.key, TextKey):
            assert len(each.key.points) >= 3, each.stem.plain
        if isinstance(each.key, BlankKey):
            given = [a for accepted in each.key.blanks for a in accepted if a in each.stem.plain]
            assert given == [], each.stem.plain


@pytest.mark.parametrize("name", NAMES)
def test_the_place_of_the_right_option_tells_nothing(name: str) -> None:
    assert chi_square(BY_FILE[name]) < CHI_SQUARE_1
    assert chi_square(QUESTIONS) < CHI_SQUARE_5


@pytest.mark.parametrize("name", NAMES)
def test_the_length_of_an_option_tells_nothing(name: str) -> None:
    assert longest_share(BY_FILE[name]) <= LONGEST_SHARE
    uneven = []
    for each in BY_FILE[name]:
        if each.type in (QuestionType.SINGLE, QuestionType.MULTIPLE):
            both = [length for some in lengths(each) for length in some]
            if max(both) > LENGTH_FACTOR * min(both):
                uneven.append(each.stem.plain)
    assert uneven == []


def test_multiple_choices_have_two_right_options_and_seldom_nothing_but_right_ones() -> None:
    multiples = of_type(QUESTIONS, QuestionType.MULTIPLE)
    assert all(len(right_ids(each)) >= 2 for each in multiples)
    whole = [each for each in multiples if len(right_ids(each)) == len(each.options)]
    assert len(whole) <= len(multiples) / 4


@pytest.mark.parametrize("name", NAMES)
def test_the_number_of_right_options_tells_nothing(name: str) -> None:
    counts = Counter(len(right_ids(e)) for e in of_type(BY_FILE[name], QuestionType.MULTIPLE))
    assert max(counts.values()) <= SAME_NUMBER_SHARE * sum(counts.values()), counts


@pytest.mark.parametrize("name", NAMES)
def test_true_and_false_are_about_as_frequent(name: str) -> None:
    statements = of_type(BY_FILE[name], QuestionType.TRUE_FALSE)
    true = sum("true" in right_ids(each) for each in statements)
    assert 0.3 <= true / len(statements) <= 0.7


def test_absolute_words_give_nothing_away() -> None:
    """Few wrong statements carry one, or right ones carry them as well."""
    counts: Counter[bool] = Counter()
    statements = 0
    for each in QUESTIONS:
        if each.type is QuestionType.TRUE_FALSE:
            statements += 1
            if ABSOLUTE.search(each.stem.plain):
                counts["true" in right_ids(each)] += 1
        elif each.type in (QuestionType.SINGLE, QuestionType.MULTIPLE):
            statements += len(each.options)
            for option in each.options:
                if ABSOLUTE.search(option.content.plain):
                    counts[option.id in right_ids(each)] += 1
    rare = counts[False] <= statements * 0.02
    assert rare or counts[True] >= counts[False] / 3, counts


def test_no_option_speaks_of_all_the_others() -> None:
    options = [option.content.plain for each in QUESTIONS for option in each.options]
    assert [each for each in options if ALL_RIGHT.search(each)] == []


def test_no_explanation_speaks_of_an_option_by_its_place_because_papers_shuffle_them() -> None:
    explained = [each.explanation for each in [*sample.load(), *QUESTIONS] if each.options]
    assert [each.plain for each in explained if each and BY_PLACE.search(each.plain)] == []


def test_no_second_reader_answered_otherwise_than_the_key() -> None:
    folder = Path(library.__file__).parent
    checks = [each for some in library.checks().values() for each in some]
    found = review([*QUESTIONS, *checks], second_readings(folder))
    assert [stem for each in found.values() for stem in each.differing] == []
    assert sum(each.answered for each in found.values()) > 400


def test_no_question_is_nearly_another_of_the_library_or_of_the_sample() -> None:
    twins: DuplicateIndex[str] = DuplicateIndex()
    found = []
    for each in [*sample.load(), *QUESTIONS]:
        mine = known(each.stem.plain, each)
        if twin := twins.of(mine):
            found.append((each.stem.plain, twin.name))
        twins.add(mine)
    assert found == []


def test_no_stem_is_another_with_a_word_changed() -> None:
    stems: defaultdict[str, list[str]] = defaultdict(list)
    for each in QUESTIONS:
        stems[each.passage.plain if each.passage else ""].append(each.stem.plain)
    alike = [
        (one, other)
        for some in stems.values()
        for one, other in combinations([each for each in some if len(each) >= 20], 2)
        if fuzz.ratio(one, other, score_cutoff=SAME_STEM)
    ]
    assert alike == []
