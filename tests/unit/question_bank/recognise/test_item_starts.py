"""Which lines open a question, and which are words of the one before."""

from __future__ import annotations

from tests.unit.question_bank.recognise.digest import reads


def test_points_inside_a_written_answer_are_counted_and_the_next_number_opens() -> None:
    reads(
        """
        一、简答题
        1.甲
        答案：
        1.要全
        2.要准
        3.要快
        2.乙
        答案：略
        """,
        """
        # 1 heading text=一、简答题
        2-6 ready short_answer | 甲 | =1.要全 ⏎ 2.要准 ⏎ 3.要快
        7-8 ready short_answer | 乙 | =略
        """,
    )


def test_a_number_that_breaks_off_the_count_is_named_and_stays_inside() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        2.乙
        A.一 B.二
        答案：A
        3.丙
        A.一 B.二
        答案：A
        解析：首
        2.旧规定
        4.丁
        A.一 B.二
        答案：B
        """,
        """
        1-3 ready single | 甲 | 一 | 二 | =A
        4-6 ready single | 乙 | 一 | 二 | =A
        7-11 to_confirm single | 丙 | 一 | 二 | =A | why 首 ⏎ 2.旧规定 | !number_inside text=2.旧规定
        12-14 ready single | 丁 | 一 | 二 | =B
        """,
    )


def test_a_numbered_stem_of_one_line_is_a_question_of_its_own() -> None:
    reads(
        """
        1.甲
        2.乙
        A.一
        B.二
        答案：A
        """,
        """
        1 not_understood (None) | 甲 | said | !type_unknown
        2-5 to_confirm single | 乙 | 一 | 二 | =A | !stem_before text=甲
        """,
    )


def test_a_number_without_text_takes_the_next_line() -> None:
    reads(
        """
        1.
        甲问
        A.一
        B.二
        答案：A
        2.
        乙问
        A.一
        B.二
        答案：B
        """,
        """
        1-5 ready single | 甲问 | 一 | 二 | =A
        6-10 ready single | 乙问 | 一 | 二 | =B
        """,
    )


def test_a_number_in_brackets_asks_where_options_follow_below_a_question_in_brackets() -> None:
    reads(
        """
        (1)甲
        A.一 B.二
        答案：A
        (2)乙
        A.一 B.二
        答案：B
        """,
        """
        1-3 ready single | 甲 | 一 | 二 | =A
        4-6 ready single | 乙 | 一 | 二 | =B
        """,
    )


def test_points_in_brackets_in_an_explanation_stay_there() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        解析：有
        （1）一
        （2）二
        2.乙
        A.一 B.二
        答案：B
        """,
        """
        1-6 ready single | 甲 | 一 | 二 | =A | why 有 ⏎ （1）一 ⏎ （2）二
        7-9 ready single | 乙 | 一 | 二 | =B
        """,
    )


def test_a_point_after_options_asks_where_it_starts_a_new_set() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        （1）乙
        A.三
        B.四
        答案：A
        """,
        """
        1-2 to_confirm (single) | 甲 | 一 | 二 | said | !no_answer
        3-6 ready single | 乙 | 三 | 四 | =A
        """,
    )


def test_a_glued_number_asks_where_options_come_next() -> None:
    reads(
        """
        1甲
        A.一 B.二
        答案：A
        2乙
        A.一 B.二
        答案：B
        3个月
        A.一
        B.二
        答案：A
        """,
        """
        1-3 ready single | 甲 | 一 | 二 | =A
        4-6 ready single | 乙 | 一 | 二 | =B
        7-10 ready single | 3个月 | 一 | 二 | =A
        """,
    )


def test_a_glued_number_in_a_stem_is_more_of_it() -> None:
    reads(
        """
        1.甲
        3乙
        A.一
        B.二
        答案：A
        """,
        """
        1-5 ready single | 甲 ⏎ 3乙 | 一 | 二 | =A
        """,
    )


def test_unnumbered_stems_are_told_apart_by_answers_and_options() -> None:
    reads(
        """
        甲问
        答案：对
        乙问
        答案：错
        丙问
        A.一
        B.二
        答案：A
        丁问（对）
        """,
        """
        1-2 ready true_false | 甲问 | 正确 | 错误 | =A
        3-4 ready true_false | 乙问 | 正确 | 错误 | =B
        5-8 ready single | 丙问 | 一 | 二 | =A
        9 ready true_false | 丁问（ ） | 正确 | 错误 | =A
        """,
    )


def test_below_options_a_line_opens_only_where_options_begin_again() -> None:
    reads(
        """
        甲问
        A.一
        B.二
        续二
        答案：A
        乙问
        A.三
        B.四
        答案：B
        """,
        """
        1-5 ready single | 甲问 | 一 | 二 ⏎ 续二 | =A
        6-9 ready single | 乙问 | 三 | 四 | =B
        """,
    )


def test_an_unnumbered_question_with_its_answer_in_brackets_ends_with_it() -> None:
    reads(
        """
        甲问（A）
        A.一
        B.二
        乙问（B）
        A.一
        B.二
        """,
        """
        1-3 ready single | 甲问（ ） | 一 | 二 | =A
        4-6 ready single | 乙问（ ） | 一 | 二 | =B
        """,
    )


def test_true_or_false_in_brackets_line_by_line_are_questions() -> None:
    reads(
        """
        甲说（√）
        乙说（×）
        丙说（对）
        """,
        """
        1 ready true_false | 甲说（ ） | 正确 | 错误 | =A
        2 ready true_false | 乙说（ ） | 正确 | 错误 | =B
        3 ready true_false | 丙说（ ） | 正确 | 错误 | =A
        """,
    )


def test_an_unnumbered_question_below_an_explanation_opens_before_options() -> None:
    reads(
        """
        甲问
        A.一 B.二
        答案：A
        解析：理
        还有理
        乙问
        A.一
        B.二
        答案：B
        """,
        """
        1-5 ready single | 甲问 | 一 | 二 | =A | why 理 ⏎ 还有理
        6-9 ready single | 乙问 | 一 | 二 | =B
        """,
    )


def test_in_an_explanation_a_letter_speaks_of_an_option() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        解析：
        A.一是对的
        B.二是错的
        2.乙
        A.一 B.二
        答案：B
        """,
        """
        1-6 ready single | 甲 | 一 | 二 | =A | why A.一是对的 ⏎ B.二是错的
        7-9 ready single | 乙 | 一 | 二 | =B
        """,
    )


def test_a_letter_without_a_mark_has_to_be_next_in_turn() -> None:
    reads(
        """
        1.甲
        A 一
        B 二
        D 四
        答案：A
        2.乙
        A一
        B二
        答案：B
        3.丙
        B超检查
        A.一
        B.二
        答案：A
        """,
        """
        1-5 ready single | 甲 | 一 | 二 ⏎ D 四 | =A
        6-9 ready single | 乙 | 一 | 二 | =B
        10-14 ready single | 丙 ⏎ B超检查 | 一 | 二 | =A
        """,
    )


def test_options_may_come_after_the_answer() -> None:
    reads(
        """
        1.甲
        答案：B
        A.一
        B.二
        2.乙
        答案：A
        A.三
        B.四
        """,
        """
        1-4 ready single | 甲 | 一 | 二 | =B
        5-8 ready single | 乙 | 三 | 四 | =A
        """,
    )


def test_a_passage_line_inside_a_question_without_options_is_words_of_it() -> None:
    reads(
        """
        1.甲问
        材料：
        续
        答案：略
        """,
        """
        1-4 to_confirm short_answer | 甲问 ⏎ 材料： ⏎ 续 | =略 | !type_unknown
        """,
    )


def test_lines_of_a_tab_number_open_whatever_they_follow() -> None:
    reads(
        """
        1\t甲
        2\t乙
        A.一
        B.二
        答案：A
        """,
        """
        1 not_understood (None) | 甲 | said | !type_unknown
        2-5 to_confirm single | 乙 | 一 | 二 | =A | !stem_before text=甲
        """,
    )


def test_a_numbered_line_follows_in_turn_although_it_asks_nothing() -> None:
    reads(
        """
        3.甲
        A.一
        B.二
        答案：A
        4.乙
        5.丙
        A.一
        B.二
        答案：B
        """,
        """
        1-4 ready single | 甲 | 一 | 二 | =A
        5 not_understood (None) | 乙 | said | !type_unknown
        6-9 to_confirm single | 丙 | 一 | 二 | =B | !stem_before text=乙
        """,
    )
