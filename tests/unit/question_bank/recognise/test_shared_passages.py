"""Which texts are cases that the questions below them share."""

from __future__ import annotations

from tests.unit.question_bank.recognise.digest import reads


def test_a_short_text_is_no_case() -> None:
    reads(
        """
        9.短文
        1.甲说
        A.一 B.二
        答案：A
        """,
        """
        # 2 numbers_restart
        1 not_understood (None) | 短文 | said | !type_unknown
        2-4 ready single | 甲说 | 一 | 二 | =A
        """,
    )


def test_a_text_of_twenty_characters_is_one() -> None:
    reads(
        """
        9.某某某某某某某某某某某某某某某某某某某某
        1.甲说
        A.一 B.二
        答案：A
        2.乙说
        A.一 B.二
        答案：A
        """,
        """
        # 1 passage text=某某某某某某某某某某某某某某某某某某某某
        2-4 to_confirm single | 甲说 | 一 | 二 | =A | case 某某某某某某某某某某某某某某某某某某某某
        | !case_assumed number=9
        5-7 to_confirm single | 乙说 | 一 | 二 | =A | case 某某某某某某某某某某某某某某某某某某某某
        | !case_assumed number=9
        """,
    )


def test_a_range_holds_for_as_many_questions_however_they_are_numbered() -> None:
    reads(
        """
        阅读材料，回答11-12题。
        某甲与某乙发生争执。
        1.甲
        A.一 B.二
        答案：A
        2.乙
        A.一 B.二
        答案：A
        3.丙
        A.一 B.二
        答案：A
        """,
        """
        # 1-2 passage text=阅读材料，回答11-12题。 ⏎ 某甲与某乙发生争执。
        3-5 ready single | 甲 | 一 | 二 | =A | case 阅读材料，回答11-12题。 ⏎ 某甲与某乙发生争执。
        6-8 ready single | 乙 | 一 | 二 | =A | case 阅读材料，回答11-12题。 ⏎ 某甲与某乙发生争执。
        9-11 ready single | 丙 | 一 | 二 | =A
        """,
    )


def test_a_chapter_ends_a_case() -> None:
    reads(
        """
        案例：某甲与某乙发生争执。
        1.甲
        A.一 B.二
        答案：A
        第二章 分则
        2.乙
        A.一 B.二
        答案：A
        """,
        """
        # 1 passage text=案例：某甲与某乙发生争执。
        # 5 heading text=第二章 分则
        2-4 ready single | 甲 | 一 | 二 | =A | case 案例：某甲与某乙发生争执。
        6-8 ready single | 乙 | 一 | 二 | =A | in 第二章 分则
        """,
    )


def test_a_case_of_short_answers_has_its_questions_in_brackets() -> None:
    reads(
        """
        一、案例分析题
        1.某甲与某乙因邻里纠纷发生争执后报警处理。
        （1）甲是否违法？
        答案：是
        （2）如何处理？
        答案：调解
        """,
        """
        # 1 heading text=一、案例分析题
        # 2 passage text=某甲与某乙因邻里纠纷发生争执后报警处理。
        3-4 ready short_answer | 甲是否违法？ | =是 | case 某甲与某乙因邻里纠纷发生争执后报警处理。
        5-6 ready short_answer | 如何处理？ | =调解 | case 某甲与某乙因邻里纠纷发生争执后报警处理。
        """,
    )


def test_a_case_at_the_end_is_a_question_that_was_not_understood() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        案例：某甲与某乙发生争执。
        """,
        """
        1-3 ready single | 甲 | 一 | 二 | =A
        4 not_understood (None) | 案例：某甲与某乙发生争执。 | said | !type_unknown
        """,
    )


def test_two_cases_follow_one_another() -> None:
    reads(
        """
        案例一：
        某甲的事。
        1.甲
        A.一 B.二
        答案：A
        案例二：
        某乙的事。
        2.乙
        A.一 B.二
        答案：B
        """,
        """
        # 1-2 passage text=案例一： ⏎ 某甲的事。
        # 6-7 passage text=案例二： ⏎ 某乙的事。
        3-5 ready single | 甲 | 一 | 二 | =A | case 案例一： ⏎ 某甲的事。
        8-10 ready single | 乙 | 一 | 二 | =B | case 案例二： ⏎ 某乙的事。
        """,
    )
