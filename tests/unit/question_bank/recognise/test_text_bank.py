"""What is said of a whole document: numbers that restart, stars, words behind answers."""

from __future__ import annotations

from tests.unit.question_bank.recognise.digest import reads


def test_words_found_behind_many_answers_are_named_where_one_swallowed_them() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        某单位
        2.乙
        A.一 B.二
        答案：A
        某单位
        3.丙
        A.一 B.二
        答案：A
        某单位
        4.简述丁
        答案：丁文
        某单位
        """,
        """
        # refrain_dropped text=某单位, questions=3
        1-4 ready single | 甲 | 一 | 二 | =A
        5-8 ready single | 乙 | 一 | 二 | =A
        9-12 ready single | 丙 | 一 | 二 | =A
        13-15 to_confirm short_answer | 简述丁 | =丁文 ⏎ 某单位 | !answer_with_stray_text text=某单位
        """,
    )


def test_words_found_behind_one_answer_are_doubted_at_the_end_of_another() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        某单位
        2.简述丁
        答案：丁文
        某单位
        3.简述戊
        答案：戊文
        戊文续
        """,
        """
        1-4 to_confirm single | 甲 | 一 | 二 | =A | !text_after_answer text=某单位
        5-7 to_confirm short_answer | 简述丁 | =丁文 ⏎ 某单位 | !answer_with_stray_text text=某单位
        8-10 ready short_answer | 简述戊 | =戊文 ⏎ 戊文续
        """,
    )


def test_numbers_that_begin_again_without_a_heading_are_noted() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        2.乙
        A.一 B.二
        答案：A
        1.丙
        A.一 B.二
        答案：A
        2.丁
        A.一 B.二
        答案：A
        """,
        """
        # 7 numbers_restart
        1-3 ready single | 甲 | 一 | 二 | =A
        4-6 ready single | 乙 | 一 | 二 | =A
        7-9 ready single | 丙 | 一 | 二 | =A
        10-12 ready single | 丁 | 一 | 二 | =A
        """,
    )


def test_numbers_that_begin_again_below_a_heading_are_not() -> None:
    reads(
        """
        一、单选题
        1.甲
        A.一 B.二
        答案：A
        2.乙
        A.一 B.二
        答案：A
        二、多选题
        1.丙
        A.一 B.二
        答案：AB
        """,
        """
        # 1 heading text=一、单选题
        # 8 heading text=二、多选题
        2-4 ready single | 甲 | 一 | 二 | =A
        5-7 ready single | 乙 | 一 | 二 | =A
        9-11 ready multiple | 丙 | 一 | 二 | =AB
        """,
    )


def test_stray_asterisks_before_stems_are_dropped_and_counted() -> None:
    reads(
        """
        1.** 甲
        A.一 B.二
        答案：A
        2.*** 乙
        A.一 B.二
        答案：A
        3.*丙
        A.一 B.二
        答案：A
        """,
        """
        # stars_dropped questions=2
        1-3 ready single | 甲 | 一 | 二 | =A
        4-6 ready single | 乙 | 一 | 二 | =A
        7-9 ready single | *丙 | 一 | 二 | =A
        """,
    )
