"""What the recogniser makes of headings, details, options and words around questions."""

from __future__ import annotations

from tests.unit.question_bank.recognise.digest import reads


def test_words_above_the_questions_become_one_note_and_a_title_another() -> None:
    reads(
        """
        某单位题库

        编写说明
        【测试题】
        1.甲
        A.一
        B.二
        答案：A
        """,
        """
        # 1-3 text_outside text=某单位题库 编写说明
        # 4 heading text=【测试题】
        5-8 ready single | 甲 | 一 | 二 | =A
        """,
    )


def test_a_chapter_is_the_category_of_what_follows_and_a_title_is_not() -> None:
    reads(
        """
        第一章 总则
        1.甲（对）
        【自测卷】
        2.乙（错）
        第二节 分则
        3.丙（对）
        """,
        """
        # 1 heading text=第一章 总则
        # 3 heading text=【自测卷】
        # 5 heading text=第二节 分则
        2 ready true_false | 甲（ ） | 正确 | 错误 | =A | in 第一章 总则
        4 ready true_false | 乙（ ） | 正确 | 错误 | =B | in 第一章 总则
        6 ready true_false | 丙（ ） | 正确 | 错误 | =A | in 第二节 分则
        """,
    )


def test_details_below_an_answer_are_taken() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        难度：较难
        出处：刑法第三条
        知识点：刑法 / 总则/
        得分：2
        """,
        """
        1-7 ready single | 甲 | 一 | 二 | =A | from 刑法第三条 | in 刑法/总则 | level 4
        """,
    )


def test_a_detail_by_its_other_names() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        难易度：易
        来源：甲书
        考点：民法
        2.乙
        A.一 B.二
        答案：A
        难易程度：3
        依据：乙书
        章节：一
        3.丙
        A.一 B.二
        答案：A
        法律依据：丙书
        分类：二
        4.丁
        A.一 B.二
        答案：A
        法条依据：丁书
        目录：三
        """,
        """
        1-6 ready single | 甲 | 一 | 二 | =A | from 甲书 | in 民法 | level 1
        7-12 ready single | 乙 | 一 | 二 | =A | from 乙书 | in 一 | level 3
        13-17 ready single | 丙 | 一 | 二 | =A | from 丙书 | in 二
        18-22 ready single | 丁 | 一 | 二 | =A | from 丁书 | in 三
        """,
    )


def test_a_stem_an_answer_and_options_may_stand_on_one_line() -> None:
    reads(
        """
        1.甲问 A.一 B.二 答案：B 解析：因为
        2.乙问A、一 答案：A
        B、二
        """,
        """
        1 ready single | 甲问 | 一 | 二 | =B | why 因为
        2-3 ready single | 乙问 | 一 | 二 | =A
        """,
    )


def test_one_option_on_the_stems_line_counts_where_the_next_line_is_b() -> None:
    reads(
        """
        1.甲问 A.一
        B.二
        答案：B
        2.依A、同意
        答案：略
        """,
        """
        1-3 ready single | 甲问 | 一 | 二 | =B
        4-5 to_confirm short_answer | 依A、同意 | =略 | !type_unknown
        """,
    )


def test_a_stem_of_several_lines_and_an_explanation_of_several_lines() -> None:
    reads(
        """
        1.甲
        还有
        更多
        A.一
        续一
        B.二 C.三
        答案：C
        解析：首
        次
        末
        """,
        """
        1-10 ready single | 甲 ⏎ 还有 ⏎ 更多 | 一 ⏎ 续一 | 二 | 三 | =C | why 首 ⏎ 次 ⏎ 末
        """,
    )


def test_an_option_goes_on_below_and_may_hold_the_next_ones() -> None:
    reads(
        """
        1.甲
        A.一
        续 B.二 C.三
        D.四
        答案：D
        """,
        """
        1-5 ready single | 甲 | 一 ⏎ 续 | 二 | 三 | 四 | =D
        """,
    )


def test_an_answer_behind_the_last_option_ends_it() -> None:
    reads(
        """
        1.甲
        A.一
        B.二 正确答案：B
        解析：理
        """,
        """
        1-4 ready single | 甲 | 一 | 二 | =B | why 理
        """,
    )


def test_a_loose_option_may_hold_several() -> None:
    reads(
        """
        1.甲
        A 一 B 二
        C 三 答案：C
        """,
        """
        1-3 ready single | 甲 | 一 | 二 | 三 | =C
        """,
    )


def test_words_behind_an_answer_are_named_and_left_out() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        页脚
        2.乙
        A.一 B.二
        答案：B
        """,
        """
        1-4 to_confirm single | 甲 | 一 | 二 | =A | !text_after_answer text=页脚
        5-7 ready single | 乙 | 一 | 二 | =B
        """,
    )


def test_a_heading_between_a_stem_and_its_answer_is_part_of_the_question() -> None:
    reads(
        """
        1.甲问
        判断题
        答案：对
        """,
        """
        1-3 to_confirm true_false | 甲问 ⏎ 判断题 | 正确 | 错误 | =A | !heading_inside text=判断题
        """,
    )


def test_a_chapter_named_inside_an_explanation_stays_there() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        解析：见
        第三章 总则
        规定如下
        2.乙
        A.一 B.二
        答案：B
        """,
        """
        1-6 ready single | 甲 | 一 | 二 | =A | why 见 ⏎ 第三章 总则 ⏎ 规定如下
        7-9 ready single | 乙 | 一 | 二 | =B
        """,
    )


def test_a_chapter_before_the_next_number_divides() -> None:
    reads(
        """
        1.甲
        A.一 B.二
        答案：A
        解析：见
        第三章 总则
        2.乙
        A.一 B.二
        答案：B
        """,
        """
        # 5 heading text=第三章 总则
        1-4 ready single | 甲 | 一 | 二 | =A | why 见
        6-8 ready single | 乙 | 一 | 二 | =B | in 第三章 总则
        """,
    )


def test_a_section_says_the_type_and_whether_one_right_option_will_do() -> None:
    reads(
        """
        三、不定项选择题
        1.甲
        A.一 B.二
        答案：A
        2.乙
        A.一 B.二
        答案：AB
        """,
        """
        # 1 heading text=三、不定项选择题
        2-4 ready multiple | 甲 | 一 | 二 | =A
        5-7 ready multiple | 乙 | 一 | 二 | =AB
        """,
    )


def test_a_tag_says_the_type_of_its_own_question_alone() -> None:
    reads(
        """
        一、单选题
        1.【多选题】（2分）甲
        A.一 B.二
        答案：AB
        2.乙
        A.一 B.二
        答案：A
        【判断题】丙
        答案：对
        """,
        """
        # 1 heading text=一、单选题
        2-4 ready multiple | 甲 | 一 | 二 | =AB
        5-7 ready single | 乙 | 一 | 二 | =A
        8-9 ready true_false | 丙 | 正确 | 错误 | =A
        """,
    )


def test_a_heading_of_choices_that_names_no_type_leaves_it_to_the_answer() -> None:
    reads(
        """
        一、选择题
        1.甲
        A.一 B.二
        答案：AB
        2.乙
        A.一 B.二
        答案：A
        """,
        """
        # 1 heading text=一、选择题
        2-4 ready multiple | 甲 | 一 | 二 | =AB
        5-7 ready single | 乙 | 一 | 二 | =A
        """,
    )


def test_a_legend_of_the_heading_says_what_1_and_2_mean() -> None:
    reads(
        """
        一、判断题（正确填1，错误填2）
        1.甲
        答案：1
        2.乙
        答案：2
        3.丙
        答案：3
        """,
        """
        # 1 heading text=一、判断题（正确填1，错误填2）
        2-3 ready true_false | 甲 | 正确 | 错误 | =A
        4-5 ready true_false | 乙 | 正确 | 错误 | =B
        6-7 to_confirm (true_false) | 丙 | 正确 | 错误 | said 3 | !answer_not_true_false answer=3
        """,
    )


def test_a_long_line_above_is_cut_in_its_note() -> None:
    reads(
        """
        甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲
        乙乙乙乙乙乙乙乙乙乙乙乙乙乙乙
        第一章 丙
        1.甲（对）
        """,
        """
        # 1-2 text_outside text=甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲 乙乙乙乙乙乙乙乙乙乙乙乙乙乙乙
        # 3 heading text=第一章 丙
        4 ready true_false | 甲（ ） | 正确 | 错误 | =A | in 第一章 丙
        """,
    )
