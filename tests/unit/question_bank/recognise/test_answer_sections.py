"""Keys that stand apart from their questions, and whom each is given to."""

from __future__ import annotations

from tests.unit.question_bank.recognise.digest import reads


def test_a_key_below_its_title_by_kind_of_section() -> None:
    reads(
        """
        一、单选题
        1.甲
        A.一 B.二
        2.乙
        A.一 B.二
        二、判断题
        1.丙
        2.丁

        答案
        一、单选题
        1.A 2.B
        二、判断题
        1.√ 2.×
        """,
        """
        # 1 heading text=一、单选题
        # 6 heading text=二、判断题
        # 10-14 key_apart answers=4
        2-3 ready single | 甲 | 一 | 二 | =A
        4-5 ready single | 乙 | 一 | 二 | =B
        7 ready true_false | 丙 | 正确 | 错误 | =A
        8 ready true_false | 丁 | 正确 | 错误 | =B
        """,
    )


def test_a_key_with_reasons_behind_its_letters() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        2.乙
        A.一 B.二
        参考答案及解析
        1.A 解析：甲理
        2.B
        【解析】乙理
        """,
        """
        # 5-8 key_apart answers=2
        1-2 ready single | 甲 | 一 | 二 | =A | why 甲理
        3-4 ready single | 乙 | 一 | 二 | =B | why 乙理
        """,
    )


def test_a_range_of_sets_of_letters() -> None:
    reads(
        """
        一、多选题
        1.甲
        A.一 B.二
        2.乙
        A.一 B.二
        3.丙
        A.一 B.二
        参考答案
        1-3 AB、A、AB
        """,
        """
        # 1 heading text=一、多选题
        # 8-9 key_apart answers=3
        2-3 ready multiple | 甲 | 一 | 二 | =AB
        4-5 to_confirm multiple | 乙 | 一 | 二 | =A | !one_answer_for_multiple answer=A -> type=single
        6-7 ready multiple | 丙 | 一 | 二 | =AB
        """,
    )


def test_a_range_that_ends_before_it_begins_is_broken() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        2.乙
        A.一 B.二
        3.丙
        A.一 B.二
        参考答案
        3-1 ABA
        """,
        """
        # 1-2 mostly_unmatched_key records=3, count=3, unread=0, lines=['1: 1.甲', '3: 2.乙', '5: 3.丙']
        # 7-8 key_apart answers=0
        1-2 to_confirm (single) | 甲 | 一 | 二 | said | !key_length_differs key=0, questions=3
        | !no_answer
        3-4 to_confirm (single) | 乙 | 一 | 二 | said | !key_length_differs key=0, questions=3
        | !no_answer
        5-6 to_confirm (single) | 丙 | 一 | 二 | said | !key_length_differs key=0, questions=3
        | !no_answer
        """,
    )


def test_a_key_is_not_given_to_questions_below_it() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        2.乙
        A.一 B.二
        参考答案
        1.A 2.B
        第二章 其他
        3.丙
        A.一 B.二
        4.丁
        A.一 B.二
        参考答案
        3.B 4.A
        """,
        """
        # 5-6 key_apart answers=2
        # 7 heading text=第二章 其他
        # 12-13 key_apart answers=2
        1-2 ready single | 甲 | 一 | 二 | =A
        3-4 ready single | 乙 | 一 | 二 | =B
        8-9 ready single | 丙 | 一 | 二 | =B | in 第二章 其他
        10-11 ready single | 丁 | 一 | 二 | =A | in 第二章 其他
        """,
    )


def test_sections_are_paired_by_type_where_their_counts_differ() -> None:
    reads(
        """
        一、单选题
        1.甲
        A.一 B.二
        二、判断题
        1.丙
        三、多选题
        1.戊
        A.一 B.二
        参考答案
        一、单选题
        1.B
        三、多选题
        1.AB
        """,
        """
        # 1 heading text=一、单选题
        # 4 heading text=二、判断题
        # 6 heading text=三、多选题
        # 9-13 key_apart answers=2
        2-3 ready single | 甲 | 一 | 二 | =B
        5 to_confirm (true_false) | 丙 | 正确 | 错误 | said | !key_not_matched | !no_answer
        7-8 ready multiple | 戊 | 一 | 二 | =AB
        """,
    )


def test_a_question_that_has_its_answer_and_another_in_the_key_is_doubted() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        2.乙
        A.一 B.二
        3.丙（A）
        A.一 B.二
        参考答案
        1.B 2.B 3.B
        """,
        """
        # 8-9 key_apart answers=3
        1-3 to_confirm (single) | 甲 | 一 | 二 | said A ⏎ B | !answers_differ answers=['A', 'B']
        4-5 ready single | 乙 | 一 | 二 | =B
        6-7 to_confirm (single) | 丙（ ） | 一 | 二 | said B ⏎ A | !answers_differ answers=['B', 'A']
        """,
    )


def test_true_and_false_by_t_and_f_and_by_signs() -> None:
    reads(
        """
        一、判断题
        1.甲
        2.乙
        3.丙
        4.丁
        参考答案
        1.T 2.F 3.√ 4.×
        """,
        """
        # 1 heading text=一、判断题
        # 6-7 key_apart answers=4
        2 ready true_false | 甲 | 正确 | 错误 | =A
        3 ready true_false | 乙 | 正确 | 错误 | =B
        4 ready true_false | 丙 | 正确 | 错误 | =A
        5 ready true_false | 丁 | 正确 | 错误 | =B
        """,
    )


def test_a_title_of_answers_above_words_is_no_key() -> None:
    reads(
        """
        1.简述甲
        参考答案：
        甲文一
        甲文二
        2.简述乙
        参考答案：乙文
        """,
        """
        1-4 ready short_answer | 简述甲 | =甲文一 ⏎ 甲文二
        5-6 ready short_answer | 简述乙 | =乙文
        """,
    )


def test_answers_in_one_line_named_by_their_types() -> None:
    reads(
        """
        一、单选题
        1.甲
        A.一 B.二
        2.乙
        A.一 B.二
        3.丙
        A.一 B.二
        二、判断题
        1.丁
        2.戊
        3.己
        答案
        单选题：1.A 2.B 3.A
        判断题：1.对 2.错 3.对
        """,
        """
        # 1 heading text=一、单选题
        # 8 heading text=二、判断题
        # 12-14 key_apart answers=6
        2-3 ready single | 甲 | 一 | 二 | =A
        4-5 ready single | 乙 | 一 | 二 | =B
        6-7 ready single | 丙 | 一 | 二 | =A
        9 ready true_false | 丁 | 正确 | 错误 | =A
        10 ready true_false | 戊 | 正确 | 错误 | =B
        11 ready true_false | 己 | 正确 | 错误 | =A
        """,
    )


def test_questions_go_on_below_a_key_with_their_options() -> None:
    reads(
        """
        一、单选题
        1.甲
        A.一 B.二
        2.乙
        A.一 B.二
        参考答案
        1.A 2.B
        二、多选题
        1.丙
        A.一 B.二
        答案：AB
        """,
        """
        # 1 heading text=一、单选题
        # 6-7 key_apart answers=2
        # 8 heading text=二、多选题
        2-3 ready single | 甲 | 一 | 二 | =A
        4-5 ready single | 乙 | 一 | 二 | =B
        9-11 ready multiple | 丙 | 一 | 二 | =AB
        """,
    )


def test_written_answers_of_a_key_follow_its_letters() -> None:
    reads(
        """
        一、单选题
        1.甲
        A.一 B.二
        2.乙
        A.一 B.二
        二、简答题
        1.简述丙
        2.简述丁
        参考答案
        一、单选题
        1.A 2.B
        二、简答题
        1.丙文
        续丙
        2.答案：丁文 解析：丁理
        续理
        【解析】再理
        """,
        """
        # 1 heading text=一、单选题
        # 6 heading text=二、简答题
        # 9-17 key_apart answers=4
        2-3 ready single | 甲 | 一 | 二 | =A
        4-5 ready single | 乙 | 一 | 二 | =B
        7 ready short_answer | 简述丙 | =丙文 ⏎ 续丙
        8 ready short_answer | 简述丁 | =丁文 | why 丁理 ⏎ 续理 ⏎ 再理
        """,
    )
