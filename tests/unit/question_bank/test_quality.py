"""The quality of a whole bank: each figure keeps its limit in a good bank and breaks it in a bad one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import question_bank
from question_bank import sample
from question_bank.content import Content, Media, Paragraph
from question_bank.formats.exchange.yaml_bank import read_yaml
from question_bank.linting import files_of, judge, quality_lines
from question_bank.messages import CODES
from question_bank.model import (
    TRUE_FALSE_OPTIONS,
    Question,
    QuestionType,
    choice_key,
    make_options,
)
from question_bank.quality import (
    Figure,
    Quality,
    QualityVerdict,
    chi_squared_limit,
    measure,
    sentence_lengths,
)

# Stems that share no run of characters, so that no two are near duplicates.
_WORDS = "法院检察公安司法行政证据程序回避保密期间管辖复议调解送达执行鉴定勘验辩护代理上诉抗诉"


def choice(n: int, right: str, options: Sequence[str], stem: str = "") -> Question:
    made = make_options([Content.from_text(each) for each in options])
    ids = [made["ABCDEFG".index(letter)].id for letter in right]
    kind = QuestionType.SINGLE if len(ids) == 1 else QuestionType.MULTIPLE
    text = stem or f"{_WORDS[n % 40 :]}{n}号{_WORDS[: n % 40]}"
    return Question(
        kind,
        Content.from_text(text),
        made,
        choice_key([ids]),
        explanation=Content.from_text("因为法律这样规定。"),
        source="《刑法》第一条（2023年修正）",
    )


def statement(n: int, right: bool, text: str = "") -> Question:
    key = choice_key([["true" if right else "false"]])
    stem = Content.from_text(f"{text}{_WORDS[n % 40 :]}{n}号")
    told = Content.from_text("因为法律这样规定。")
    return Question(
        QuestionType.TRUE_FALSE, stem, TRUE_FALSE_OPTIONS, key, told, "《刑法》第二条（2023年修正）"
    )


def quality(questions: Sequence[Question]) -> Quality[int]:
    return measure(list(enumerate(questions, 1)))


def figure(questions: Sequence[Question], code: str, kind: str | None = None) -> Figure:
    (found,) = (
        each
        for each in quality(questions).figures
        if each.code == code and (kind is None or each.params["type"] == kind)
    )
    return found


def test_the_sample_bank_keeps_every_limit() -> None:
    told = measure([(n, each) for n, each in enumerate(sample.load())])
    assert told.met and not told.faults
    assert {each.verdict for each in told.figures} == {QualityVerdict.MET, QualityVerdict.FEW}


def test_the_library_keeps_every_limit_and_has_every_type_in_each_file() -> None:
    folder = Path(question_bank.__file__).parent / "library"
    found = [(file.name, read_yaml(file.read_bytes())) for file in files_of(folder)]
    assert found
    ready, told = judge(found)
    assert ready
    assert told.met, "\n".join(quality_lines(told))
    for name, file in found:
        if not name.startswith("checks"):
            assert {each.type for each in file.records} == set(QuestionType), name


@pytest.mark.parametrize(("freedom", "value"), [(1, 6.635), (3, 11.345), (7, 18.475)])
def test_the_limit_of_chi_squared_is_that_of_the_tables(freedom: int, value: float) -> None:
    assert chi_squared_limit(freedom) == pytest.approx(value, rel=0.01)


def test_right_options_at_one_position_break_the_limit_and_even_ones_keep_it() -> None:
    options = ["甲说", "乙说", "丙说", "丁说"]
    even = [choice(n, "ABCD"[n % 4], options) for n in range(24)]
    told = figure(even, "quality_positions")
    assert told.verdict is QualityVerdict.MET and told.params["chi"] == "0.00"
    assert told.params["counts"] == ["A 6", "B 6", "C 6", "D 6"]
    leaning = [choice(n, "CCCA"[n % 4], options) for n in range(24)]
    told = figure(leaning, "quality_positions")
    # 18 and 6 where 6 each are expected: (6 − 6)²/6 + 6²/6 + 12²/6 + 6²/6
    assert told.verdict is QualityVerdict.BROKEN and told.params["chi"] == "36.00"


def test_several_right_options_count_each_at_its_position() -> None:
    options = ["甲说", "乙说", "丙说", "丁说"]
    told = figure([choice(n, ("AB", "CD")[n % 2], options) for n in range(20)], "quality_positions")
    assert told.params["counts"] == ["A 10", "B 10", "C 10", "D 10"]
    assert told.verdict is QualityVerdict.MET


def test_a_few_questions_are_not_judged_by_position() -> None:
    few = [choice(n, "A", ["甲说", "乙说", "丙说", "丁说"]) for n in range(19)]
    assert figure(few, "quality_positions").verdict is QualityVerdict.FEW
    assert figure(
        [*few, choice(20, "A", ["甲", "乙", "丙", "丁"])], "quality_positions"
    ).verdict is (QualityVerdict.BROKEN)


def test_statements_that_are_nearly_all_false_break_the_limit() -> None:
    assert figure([statement(n, n % 2 == 0) for n in range(20)], "quality_truths").verdict is (
        QualityVerdict.MET
    )
    told = figure([statement(n, n < 3) for n in range(20)], "quality_truths")
    assert told.verdict is QualityVerdict.BROKEN and (
        told.params["true"],
        told.params["false"],
    ) == (3, 17)


@pytest.mark.parametrize(
    ("code", "long", "short"),
    [("quality_longest", "C", "A"), ("quality_shortest", "A", "C")],
)
def test_length_gives_no_more_than_a_third_of_the_answers_away(
    code: str, long: str, short: str
) -> None:
    options = ["甲说了", "乙说过了", "丙说过好几次", "丁说过了"]
    at_the_limit = [choice(n, long if n < 7 else "B", options) for n in range(20)]
    told = figure(at_the_limit, code, "single")
    assert (told.params["count"], told.params["of"], told.params["share"]) == (7, 20, "35")
    assert told.verdict is QualityVerdict.MET
    beyond = [choice(n, long if n < 8 else short, options) for n in range(20)]
    assert figure(beyond, code, "single").verdict is QualityVerdict.BROKEN


def test_several_right_options_are_given_away_only_if_all_are_longer_than_the_wrong_ones() -> None:
    apart = ["甲说", "乙说", "丙说过好", "丁说过好"]
    mixed = ["甲说过好", "乙说", "丙说过好", "丁说"]
    told = figure([choice(n, "CD", apart) for n in range(20)], "quality_longest", "multiple")
    assert told.verdict is QualityVerdict.BROKEN and told.params["count"] == 20
    told = figure([choice(n, "CD", mixed) for n in range(20)], "quality_longest", "multiple")
    assert told.verdict is QualityVerdict.MET and told.params["count"] == 0


def test_options_are_within_a_factor_of_two_and_a_half_whatever_their_punctuation() -> None:
    just = choice(1, "A", ["甲乙", "甲乙丙丁戊", "甲，乙。丙；丁、戊！"])
    beyond = choice(2, "A", ["甲乙", "甲乙丙丁戊己"])
    (fault,) = quality([just, beyond]).faults
    assert (fault.name, fault.code) == (2, "quality_spread")
    assert (fault.params["shortest"], fault.params["longest"]) == (2, 6)


@pytest.mark.parametrize(
    "text",
    [
        "以上都对",
        "以上选项均不正确。",
        "上述说法都正确",
        "以上皆是",
        "前三项都是",
        "A和B",
        "A、C都对",
        "BCD项均错",
        "All of the above",
    ],
)
def test_an_option_about_the_others_is_named(text: str) -> None:
    faults = {
        each.code: each for each in quality([choice(1, "A", ["法院", "检察院", text])]).faults
    }
    assert faults["quality_of_others"].params["option"] == text.strip("。")


@pytest.mark.parametrize(
    "text",
    [
        "以上两级法院",
        "上述法院审理",
        "A级通缉令",
        "AB型血液",
        "AED",
        "全部由法院审理",
        "以上级法院为准",
    ],
)
def test_an_option_that_only_sounds_like_it_is_not(text: str) -> None:
    faults = quality([choice(1, "A", ["法院处理", "检察院", text])]).faults
    assert "quality_of_others" not in {each.code for each in faults}


def test_options_with_pictures_have_no_length() -> None:
    picture = Content((Paragraph((Media("0" * 64, "图"),)),))
    made = make_options([picture, Content.from_text("远处山坡上有一座很老的房子")])
    question = Question(
        QuestionType.SINGLE,
        Content.from_text("看图"),
        made,
        choice_key([[made[0].id]]),
        Content.from_text("因为。"),
        "《刑法》",
    )
    assert quality([question]).met


def test_what_has_no_explanation_or_no_source_is_named() -> None:
    bare = Question(
        QuestionType.TRUE_FALSE,
        Content.from_text("甲"),
        TRUE_FALSE_OPTIONS,
        choice_key([["true"]]),
        source="  ",
    )
    told = quality([statement(1, True), bare])
    assert [(each.name, each.code) for each in told.faults] == [
        (2, "quality_unexplained"),
        (2, "quality_unsourced"),
    ]
    assert not told.met


@pytest.mark.parametrize(
    ("source", "law"),
    [
        ("《刑法》第一条", "刑法"),
        ("《刑法》第一条（总则）", "刑法"),
        ("《宪法》第五条（2018年修正）；《刑法》第三条", "刑法"),
        ("《刑法》第三条（2023年修正）", None),
        ("《刑法》第三条、《宪法》第五条（2018年修正）", None),
        ("《刑法》", None),
        ("教材第三章", None),
    ],
)
def test_an_article_without_the_year_of_its_text_is_named(source: str, law: str | None) -> None:
    asked = replace(statement(1, True), source=source)
    found = [each.params["law"] for each in quality([asked]).faults]
    assert found == ([] if law is None else [law])


def test_a_stem_with_a_word_changed_is_a_near_duplicate() -> None:
    options = ["应当予以支持", "应当予以驳回"]
    stem = "人民法院应当在收到起诉状之日起七日内立案，并通知当事人；不符合条件的裁定不予受理"
    told = quality(
        [
            choice(1, "A", options, stem),
            choice(2, "A", options, stem.replace("七日", "五日")),
            choice(3, "A", options, "公安机关可以传唤"),
        ]
    )
    (fault,) = told.faults
    assert (fault.name, fault.code, fault.params["other"]) == (2, "quality_near", 1)
    assert not told.met


def test_absolute_words_may_not_mark_the_wrong_statements() -> None:
    plain = [statement(n, n % 2 == 0) for n in range(40)]
    marked = [statement(n, False, "一律") for n in range(40, 52)]
    told = figure([*plain, *marked], "quality_absolute")
    assert told.verdict is QualityVerdict.BROKEN and (told.params["of"], told.params["wrong"]) == (
        12,
        12,
    )
    both = [statement(n, n % 2 == 0, "绝对") for n in range(40, 52)]
    assert figure([*plain, *both], "quality_absolute").verdict is QualityVerdict.MET
    few = [statement(n, False, "完全") for n in range(40, 44)]
    assert figure([*plain, *few], "quality_absolute").verdict is QualityVerdict.FEW


def test_the_reading_level_is_the_characters_of_a_sentence() -> None:
    assert sentence_lengths(["甲乙，丙。丁！", "戊；己庚\n辛"]) == [3, 1, 1, 2, 1]
    short = [statement(n, n % 2 == 0) for n in range(20)]
    assert figure(short, "quality_reading").verdict is QualityVerdict.MET
    long = [statement(n, n % 2 == 0, "办案人员" * 20) for n in range(20)]
    assert figure(long, "quality_reading").verdict is QualityVerdict.BROKEN


def test_a_sentence_that_does_not_end_is_named() -> None:
    told = quality([statement(1, True, "并且" * 61)])
    assert [each.code for each in told.faults] == ["quality_long_sentence"]
    assert told.faults[0].params["longest"] > 120


def test_every_figure_and_fault_is_told_in_both_languages() -> None:
    told = measure([(f"第 {n} 题", each) for n, each in enumerate(_bad(), 1)])
    assert {each.code for each in (*told.figures, *told.faults)} <= CODES
    chinese, english = list(quality_lines(told)), list(quality_lines(told, "en"))
    assert len(chinese) == len(english) == len(told.figures) + len(told.faults)
    assert not any("—：" in line or "{" in line for line in chinese)
    assert chinese[0].startswith("[题少，不评] 正确选项的位置：A 2")
    assert "单选题：正确选项最长的 2/2" in chinese[2]
    assert english[2].startswith("[too few] single choice: right options longest in 2/2")


def _bad() -> list[Question]:
    one = choice(1, "A", ["甲说过了很多次", "乙"])
    return [one, one, statement(3, True, "并且" * 61)]
