"""Layouts that span questions: cases, keys apart, legends, filled-in blanks, restarting numbers."""

from __future__ import annotations

import pytest

from question_bank.formats import BankFile
from question_bank.model import BlankKey, letters
from tests.unit.question_bank.test_reading_lines import LETTER_FILE, codes, only, txt

CASE = "某甲与某乙因邻里纠纷发生争执，民警到场处置后带回调查。"


def passages(found: BankFile) -> list[str | None]:
    return [
        r.question.passage.plain if r.question.passage else None
        for r in found.records
        if r.question
    ]


def test_the_text_of_a_case_stays_with_its_questions_in_any_order() -> None:
    one = "答案：A\nA：一B：二"
    found = txt(f"202\t{CASE}\n2、乙说\n{one}\n1、甲说\n{one}\n203\t另案{CASE}\n1、丙说\n{one}")
    assert [str(r.outcome) for r in found.records] == ["ready"] * 3
    assert passages(found) == [CASE, CASE, f"另案{CASE}"]
    assert [note.code for note in found.notes] == ["passage", "passage"]


def test_a_case_that_only_numbers_tell_is_left_for_a_person_to_confirm() -> None:
    one = "A.一\nB.二\n答案：A"
    found = txt(f"9.{CASE}\n1.甲说\n{one}\n2.乙说\n{one}\n10.丙说\n{one}")
    assert passages(found) == [CASE, CASE, None]
    assert [codes(r) for r in found.records] == [["case_assumed"], ["case_assumed"], []]


@pytest.mark.parametrize(
    "opening",
    ["案例一：", "【材料】", "阅读下列材料，回答1-2题。\n", "根据以下案例，回答第1～2题：\n"],
)
def test_a_text_that_says_it_is_a_case_is_one(opening: str) -> None:
    one = "A.一\nB.二\n答案：A"
    found = txt(f"一、单选题\n{opening}{CASE}\n1.甲说\n{one}\n2.乙说\n{one}")
    assert [codes(r) for r in found.records] == [[], []]
    assert all(each and CASE in each for each in passages(found))


def test_a_range_ends_a_case() -> None:
    one = "A.一\nB.二\n答案：A"
    found = txt(f"根据以下材料，回答1-2题。\n{CASE}\n1.甲\n{one}\n2.乙\n{one}\n3.丙\n{one}")
    assert [each is not None for each in passages(found)] == [True, True, False]


def test_questions_in_brackets_below_a_case_are_questions() -> None:
    one = "A.一\nB.二\n答案：A"
    found = txt(f"1.{CASE}\n（1）甲说\n{one}\n（2）乙说\n{one}\n2.别的问题\n{one}")
    assert [codes(r) for r in found.records] == [[], [], []]
    assert passages(found) == [CASE, CASE, None]


def test_points_in_brackets_stay_in_the_stem() -> None:
    record = only("1.下列正确的是\n（1）甲\n（2）乙\nA.（1）\nB.（2）\n答案：A")
    assert record.question and record.question.stem.plain == "下列正确的是\n（1）甲\n（2）乙"


def test_a_case_without_questions_is_not_understood() -> None:
    found = txt(f"1\t{CASE}\n2\t另案{CASE}\n1、甲说\nA.一\nB.二\n答案：A")
    assert [(str(r.outcome), r.type) for r in found.records] == [
        ("not_understood", None),
        ("ready", "single"),
    ]


QUESTIONS = "1.甲\nA.一\nB.二\n2.乙\nA.一\nB.二\n3.丙\nA.一\nB.二\n"


@pytest.mark.parametrize(
    "key",
    [
        "参考答案\n1-3 ABA",
        "参考答案\n1-3：A B A",
        "答案：\n1.A 2.B 3.A",
        "附：参考答案及解析\n1、A\n2、B\n3、A",
        "1-3 ABA",
        "答案：1.A 2.B 3.A",
        "参考答案\n一、单选题\n1.A 2.B 3.A",
        "参考答案：\n1.A 解析：无\n2.B\n3.A",
        "【参考答案】\n1～3 ABA",
    ],
)
def test_a_key_at_the_end_is_given_to_the_questions(key: str) -> None:
    found = txt(f"一、单选题\n{QUESTIONS}\n{key}")
    assert [r.question and letters(r.question) for r in found.records] == ["A", "B", "A"]
    assert [codes(r) for r in found.records] == [[], [], []]
    assert "key_apart" in [note.code for note in found.notes]


def test_a_key_of_several_sections_is_paired_with_them() -> None:
    found = txt(
        f"一、单选题\n{QUESTIONS}二、判断题\n1.丁\n2.戊\n参考答案\n一、单选题\n1-3 ABA\n二、判断题\n1-2 √×"
    )
    keys = [r.question and letters(r.question) for r in found.records]
    assert keys == ["A", "B", "A", "A", "B"]


def test_a_key_of_another_length_is_doubted() -> None:
    found = txt(f"一、单选题\n{QUESTIONS}参考答案\n1.A 2.B")
    assert [codes(r) for r in found.records] == [
        ["key_length_differs"],
        ["key_length_differs"],
        ["key_length_differs", "no_answer"],
    ]
    broken = txt(f"一、单选题\n{QUESTIONS}参考答案\n1-3 ABAB")
    assert all("key_length_differs" in codes(r) for r in broken.records)


def test_a_second_key_that_says_something_else_is_doubted() -> None:
    found = txt(f"{QUESTIONS}答案：1.A 2.B 3.A\n答案：1.B 2.B 3.A")
    assert [codes(r) for r in found.records] == [["answers_differ"], [], []]


def test_a_key_whose_numbers_fit_nowhere_is_given_to_nobody() -> None:
    found = txt(
        f"一、单选题\n{QUESTIONS}二、多选题\n{QUESTIONS}参考答案\n1.A 2.B 3.A 1.A 2.B 3.A 1.A"
    )
    assert all("no_answer" in codes(r) for r in found.records)


@pytest.mark.parametrize(
    ("heading", "said", "right"),
    [
        ("判断题（正确填1，错误填2）", "1", "A"),
        ("判断题（1.正确 2.错误）", "2", "B"),
        ("判断题（A对B错）", "B", "B"),
        ("判断题（对的选A，错的选B）", "A", "A"),
    ],
)
def test_a_legend_says_what_signs_stand_for(heading: str, said: str, right: str) -> None:
    record = only(f"一、{heading}\n1.甲说\n答案：{said}")
    assert record.question and letters(record.question) == right


def test_one_and_two_mean_nothing_without_a_legend() -> None:
    assert codes(only("一、判断题\n1.甲说\n答案：1")) == ["answer_not_true_false"]


def test_the_layout_of_the_small_programs_is_read() -> None:
    found = txt(
        "1、甲问\nA、一\nB、二\n【答案】A\n2、乙问\nA、一\nB、二\n【答案】AB\n"
        "3、第（）条第（）款\n【答案】(三)(二)\n4、丙说\n【答案】正确\n5、如何看待丁？"
    )
    assert [r.type for r in found.records] == [
        *("single", "multiple", "fill_blank", "true_false", "short_answer")
    ]
    assert found.records[2].question and found.records[2].question.key == BlankKey(
        (("三",), ("二",))
    )
    assert [codes(r) for r in found.records] == [[], [], [], [], ["no_answer"]]


@pytest.mark.parametrize("stem", ["第__三__条第__二__款", "第____三____条第____二____款"])
def test_blanks_that_came_filled_in_are_emptied_into_the_key(stem: str) -> None:
    record = only(f"一、填空题\n1.{stem}")
    assert record.question and record.question.key == BlankKey((("三",), ("二",)))
    assert record.question.stem.plain == "第____条第____款"


def test_numbers_that_restart_without_a_heading_are_noted() -> None:
    one = "A.一\nB.二\n答案：A"
    found = txt(f"1.甲\n{one}\n2.乙\n{one}\n1.丙\n{one}")
    assert [note.code for note in found.notes] == ["numbers_restart"]


def test_every_line_is_accounted_for() -> None:
    text = f"卷首\n说明\n{LETTER_FILE}六、案例\n案例一：{CASE}\n1.甲\nA.一\nB.二\n参考答案\n1-3 ABA"
    found = txt(text)
    told: set[int] = set()
    for where in [r.where for r in found.records] + [n.where for n in found.notes]:
        assert where.first is not None
        told |= set(range(where.first, (where.until or where.first) + 1))
    lines = text.split("\n")
    assert {n for n, line in enumerate(lines, 1) if line.strip()} <= told


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1.谁？\n√A.甲\nB.乙", "A"),
        ("1.谁？\nA.甲\nB.乙 √", "B"),
    ],
)
def test_ticks_at_options_are_an_answer_to_confirm(text: str, right: str) -> None:
    record = only(text)
    assert codes(record) == ["answer_from_ticks"]
    assert record.question and letters(record.question) == right
    assert "√" not in record.question.options[0].content.plain


@pytest.mark.parametrize("said", ["B. 乙", "B、乙", "B：乙。", "乙"])
def test_an_answer_that_repeats_its_option_is_that_option(said: str) -> None:
    record = only(f"1.谁？\nA.甲\nB.乙\n答案：{said}")
    assert record.question and letters(record.question) == "B" and codes(record) == []


def test_an_answer_that_repeats_several_options_is_all_of_them() -> None:
    record = only("1.谁？\nA.甲\nB.乙\nC.丙\n答案：A.甲 C.丙")
    assert record.question and letters(record.question) == "AC"


def test_english_words_for_answer_and_explanation_are_known() -> None:
    record = only("1. Who?\nA. One\nB. Two\nCorrect answer: B\nExplanation: because")
    assert record.question and letters(record.question) == "B"
    assert record.question.explanation.plain == "because"


def test_points_of_an_answer_are_an_answer() -> None:
    record = only("一、论述题\n1.论甲\n答案要点：一、二、三")
    assert record.question and codes(record) == []
