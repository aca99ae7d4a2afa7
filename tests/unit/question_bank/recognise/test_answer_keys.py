"""From an answer as it was written to a key, or to the reason why it gives none."""

from __future__ import annotations

from tests.unit.question_bank.recognise.digest import reads


def test_a_true_or_false_answer_with_words_behind_it_is_taken_and_the_words_named() -> None:
    reads(
        """
        一、判断题
        1.甲
        答案：错误，应当乙
        2.丙
        答案：对
        页脚
        3.丁
        答案：C
        4.戊
        A.对
        B.错
        答案：C
        """,
        """
        # 1 heading text=一、判断题
        2-3 to_confirm true_false | 甲 | 正确 | 错误 | =B | !answer_with_stray_text text=,应当乙
        4-6 to_confirm true_false | 丙 | 正确 | 错误 | =A | !text_after_answer text=页脚
        7-8 to_confirm (true_false) | 丁 | 正确 | 错误 | said C | !answer_not_true_false answer=C
        9-12 to_confirm (true_false) | 戊 | 正确 | 错误 | said C | !key_beyond_options letters=C
        """,
    )


def test_an_answer_that_repeats_the_option_is_the_option() -> None:
    reads(
        """
        1.甲
        A.一
        B.二
        答案：二
        2.乙
        A.一
        B.二
        C.三
        答案：A.一 C.三
        3.丙
        A.一
        B.二
        答案：B.一
        """,
        """
        1-4 ready single | 甲 | 一 | 二 | =B
        5-9 ready multiple | 乙 | 一 | 二 | 三 | =AC
        10-13 to_confirm (single) | 丙 | 一 | 二 | said B.一 | !answer_not_letters answer=B.一
        """,
    )


def test_letters_with_words_behind_them_are_taken_and_the_words_named() -> None:
    reads(
        """
        1.甲
        A.一
        B.二
        答案：B，又见别处
        2.乙
        A.一
        B.二
        答案：B
        下一行
        """,
        """
        1-4 to_confirm single | 甲 | 一 | 二 | =B | !answer_with_stray_text text=,又见别处
        5-9 to_confirm single | 乙 | 一 | 二 | =B | !text_after_answer text=下一行
        """,
    )


def test_several_right_answers_are_parted_by_or() -> None:
    reads(
        """
        1.甲
        A.一
        B.二
        C.三
        答案：A 或 C
        2.乙
        A.一
        B.二
        C.三
        答案：AB或AC
        3.丙
        A.一
        B.二
        答案：A 或 D
        一、判断题
        1.丁
        答案：正确 或 错误
        """,
        """
        # 15 heading text=一、判断题
        1-5 ready single | 甲 | 一 | 二 | 三 | =A 或 C
        6-10 ready multiple | 乙 | 一 | 二 | 三 | =AB 或 AC
        11-14 to_confirm (single) | 丙 | 一 | 二 | said A 或 D | !key_beyond_options letters=D
        16-17 ready true_false | 丁 | 正确 | 错误 | =A 或 B
        """,
    )


def test_letters_that_are_wrong_are_each_named() -> None:
    reads(
        """
        1.甲
        A.一
        B.二
        答案：AA
        2.乙
        A.一
        B.二
        答案：ACD
        一、单选题
        1.丙
        A.一
        B.二
        答案：AB
        2.丁
        A.一
        B.二
        答案：大概
        """,
        """
        # 9 heading text=一、单选题
        1-4 to_confirm (multiple) | 甲 | 一 | 二 | said AA | !answer_letter_twice answer=AA
        5-8 to_confirm (multiple) | 乙 | 一 | 二 | said ACD | !key_beyond_options letters=CD
        10-13 to_confirm (single) | 丙 | 一 | 二 | said AB
        | !type_disagrees type=single, answer=AB -> type=multiple
        | !several_answers_for_one -> type=multiple
        14-17 to_confirm (single) | 丁 | 一 | 二 | said 大概 | !answer_not_letters answer=大概
        """,
    )


def test_blanks_are_those_of_the_stem_or_of_its_empty_brackets() -> None:
    reads(
        """
        一、填空题
        1.第____条第____款
        答案：三；二
        2.第（ ）条
        答案：三|叁
        3.无空
        答案：三
        4.第____条____款
        答案：三、二、一
        """,
        """
        # 1 heading text=一、填空题
        2-3 ready fill_blank | 第____条第____款 | =三; 二
        4-5 ready fill_blank | 第____条 | =三/叁
        6-7 to_confirm (fill_blank) | 无空 | said 三 | !no_blanks -> stem=无空____
        8-9 to_confirm (fill_blank) | 第____条____款 | said 三、二、一 | !blank_count wanted=2
        """,
    )


def test_a_written_answer_may_have_nothing_but_points() -> None:
    reads(
        """
        一、简答题
        1.甲
        2.乙
        答案：丙
        """,
        """
        # 1 heading text=一、简答题
        2 to_confirm (short_answer) | 甲 | said | !no_answer
        3-4 ready short_answer | 乙 | =丙
        """,
    )


def test_an_explanation_that_goes_on_to_ask_is_doubted() -> None:
    reads(
        """
        一、简答题
        1.甲
        答案：乙 解析：理
        丙
        二、单选题
        1.丁
        A.一
        B.二
        答案：A 解析：理
        """,
        """
        # 1 heading text=一、简答题
        # 5 heading text=二、单选题
        2-4 ready short_answer | 甲 | =乙 | why 理 ⏎ 丙
        6-9 ready single | 丁 | 一 | 二 | =A | why 理
        """,
    )
