"""From the rows of a table to questions: what its header names, what each row gives."""

from __future__ import annotations

import datetime

from tests.unit.question_bank.recognise.digest import rows_read

HEADER = ["题型", "题干", "A", "B", "C", "正确答案"]
ROW = ["单选题", "甲问", "一", "二", "三", "B"]


def test_notes_above_the_header_and_columns_without_a_name_are_told_of() -> None:
    rows_read(
        [
            ["题库说明", None, "先读"],
            [],
            ["题干", "答案", "A", "B", "经办", "", "备注"],
            ["甲", "A", "一", "二", "某", "x", "y"],
        ],
        """
        # 1 text_outside text=题库说明 先读
        # 3 column_ignored column=经办
        # 4 cells_outside cells=1, text=x
        4 ready single | 甲 | 一 | 二 | =A
        """,
    )


def test_columns_are_found_by_any_of_their_names() -> None:
    rows_read(
        [
            ["试题分类", "难易度", "出处", "试题题干", "选项1", "选项2", "标准答案", "答案解析"],
            ["刑法>总则/一", "较难", "甲书", "甲问", "一", "二", "Ｂ", "理"],
        ],
        """
        2 ready single | 甲问 | 一 | 二 | =B | why 理 | from 甲书 | in 刑法/总则/一 | level 4
        """,
    )


def test_a_header_of_two_rows_has_its_letters_below() -> None:
    rows_read(
        [
            ["题干", "选项", "", "", "答案"],
            ["", "A", "B", "C", "", "解析"],
            ["甲", "一", "二", "三", "C", "理"],
        ],
        """
        # 1-2 header_of_two_rows
        3 ready single | 甲 | 一 | 二 | 三 | =C | why 理
        """,
    )


def test_options_in_one_cell_are_parted_by_letters_lines_bars_or_semicolons() -> None:
    rows_read(
        [
            ["题干", "选项", "答案"],
            ["甲", "A.一 B.二", "A"],
            ["乙", "一\n二", "B"],
            ["丙", "一|二|三", "C"],
            ["丁", "一；二", "A"],
            ["戊", "一;二", "A"],
            ["己", "一", "A"],
            ["庚", "问A.一 B.二", "A"],
        ],
        """
        2 ready single | 甲 | 一 | 二 | =A
        3 ready single | 乙 | 一 | 二 | =B
        4 ready single | 丙 | 一 | 二 | 三 | =C
        5 ready single | 丁 | 一 | 二 | =A
        6 ready single | 戊 | 一 | 二 | =A
        7 to_confirm (single) | 己 | 一 | said A | !too_few_options options=1
        8 to_confirm (single) | 庚 | 问A.一 B.二 | said A | !duplicate_letters letters=A
        | !too_few_options options=1
        """,
    )


def test_letters_of_options_stand_in_any_order_and_empty_ones_at_the_end_are_none() -> None:
    rows_read(
        [
            ["题干", "B", "A", "C", "D", "答案"],
            ["甲", "二", "一", "三", "", "C"],
            ["乙", "二", "一"],
        ],
        """
        2 ready single | 甲 | 一 | 二 | 三 | =C
        3 to_confirm (single) | 乙 | 一 | 二 | said | !no_answer
        """,
    )


def test_a_row_of_one_heading_is_a_section_and_the_header_again_is_not_a_question() -> None:
    rows_read(
        [
            HEADER,
            ROW,
            ["二、多选题"],
            ["", "乙问", "一", "二", "三", "AB"],
            HEADER,
            ["第一章 总则"],
            ["", "丙问", "一", "二", "三", "AC"],
            ["判断题", "丁问", "", "", "", "对"],
        ],
        """
        # 3 heading text=二、多选题
        # 5 heading text=题型
        # 6 heading text=第一章 总则
        2 ready single | 甲问 | 一 | 二 | 三 | =B
        4 ready multiple | 乙问 | 一 | 二 | 三 | =AB
        7 ready multiple | 丙问 | 一 | 二 | 三 | =AC
        8 ready true_false | 丁问 | 正确 | 错误 | =A
        """,
    )


def test_the_passage_of_a_case_is_shared_by_the_rows_below_it() -> None:
    rows_read(
        [
            ["材料", "小题题型", "小题题干", "A", "B", "答案"],
            ["某甲的事", "单选", "甲问", "一", "二", "A"],
            ["", "多选", "乙问", "一", "二", "AB"],
            ["某乙的事", "单选", "", "一", "二", "B"],
        ],
        """
        2 ready single | 甲问 | 一 | 二 | =A | case 某甲的事
        3 ready multiple | 乙问 | 一 | 二 | =AB | case 某甲的事
        4 ready single | 某乙的事 | 一 | 二 | =B
        """,
    )


def test_a_table_of_passages_without_stems_has_them_for_stems() -> None:
    rows_read(
        [
            ["案例", "A", "B", "答案"],
            ["甲问", "一", "二", "B"],
        ],
        """
        2 ready single | 甲问 | 一 | 二 | =B
        """,
    )


def test_a_type_that_is_unknown_is_doubted_and_a_difficulty_that_says_nothing_is_noted() -> None:
    rows_read(
        [
            ["题型", "题干", "A", "B", "答案", "难度"],
            ["连线题", "甲", "一", "二", "A", "很高"],
            ["单选题", "乙", "一", "二", "A", "低"],
            ["单选题", "丙", "一", "二", "A", "5"],
        ],
        """
        # 1 difficulty_unknown values=['低', '很高']
        2 to_confirm single | 甲 | 一 | 二 | =A | !type_unknown type=连线题
        3 ready single | 乙 | 一 | 二 | =A
        4 ready single | 丙 | 一 | 二 | =A | level 5
        """,
    )


def test_cells_that_became_dates_and_formulas_without_a_value_are_doubted() -> None:
    rows_read(
        [
            ["题干", "A", "B", "答案", "解析"],
            ["甲", datetime.date(2024, 3, 4), "二", "B", ""],
            ["乙", "一", "二", None, datetime.time(8, 30)],
            ["", "", "", "", ""],
        ],
        """
        2 to_confirm single | 甲 | 2024-03-04 | 二 | =B | !date_cell column=A
        3 to_confirm (single) | 乙 | 一 | 二 | said | why 08:30:00 | !formula_cell column=answer
        | !date_cell column=explanation | !no_answer
        4 not_understood (None) | | said | !formula_cell column=stem | !empty_stem
        """,
        formulas={(2, 3): True, (3, 0): True},
    )


def test_points_of_a_written_answer_are_lines() -> None:
    rows_read(
        [
            ["题型", "题干", "答案", "得分点"],
            ["简答题", "甲", "乙文", "一\n 二 \n\n三"],
        ],
        """
        2 ready short_answer | 甲 | =乙文 + 一 + 二 + 三
        """,
    )


def test_a_legend_in_the_header_says_what_signs_mean() -> None:
    rows_read(
        [
            ["判断题（1为正确，2为错误）"],
            ["题型", "题干", "答案"],
            ["判断题", "甲", "1"],
            ["判断题", "乙", "2.0"],
            ["判断题", "丙", 2.0],
            ["判断题", "丁", True],
        ],
        """
        # 1 text_outside text=判断题（1为正确，2为错误）
        3 ready true_false | 甲 | 正确 | 错误 | =A
        4 ready true_false | 乙 | 正确 | 错误 | =B
        5 ready true_false | 丙 | 正确 | 错误 | =B
        6 ready true_false | 丁 | 正确 | 错误 | =A
        """,
    )


def test_asterisks_before_stems_are_dropped_and_counted() -> None:
    rows_read(
        [
            ["题干", "答案", "A", "B"],
            ["** 甲", "A", "一", "二"],
            ["* 乙", "A", "一", "二"],
            ["丙", "A", "一", "二"],
        ],
        """
        # stars_dropped questions=2
        2 ready single | 甲 | 一 | 二 | =A
        3 ready single | 乙 | 一 | 二 | =A
        4 ready single | 丙 | 一 | 二 | =A
        """,
    )


def test_numbers_and_truth_values_read_as_people_read_them() -> None:
    rows_read(
        [
            ["题干", "A", "B", "C", "D", "答案"],
            ["甲", 1840, 1900.0, 3.5, 1e16, "A"],
            ["乙", False, True, "x", "y", "B"],
        ],
        """
        2 ready single | 甲 | 1840 | 1900 | 3.5 | 1e+16 | =A
        3 ready single | 乙 | FALSE | TRUE | x | y | =B
        """,
    )


def test_a_category_is_a_path_whose_separators_may_be_escaped() -> None:
    rows_read(
        [
            ["目录", "题干", "A", "B", "答案"],
            ["刑法/ 总则 /", "甲", "一", "二", "A"],
            ["甲\\/乙＞丙\\\\丁", "乙", "一", "二", "A"],
            ["", "丙", "一", "二", "A"],
        ],
        """
        2 ready single | 甲 | 一 | 二 | =A | in 刑法/总则
        3 ready single | 乙 | 一 | 二 | =A | in 甲/乙/丙\\丁
        4 ready single | 丙 | 一 | 二 | =A
        """,
    )


def test_a_second_column_of_the_same_name_is_left_out() -> None:
    rows_read(
        [
            ["题干", "问题", "答案", "A", "B"],
            ["甲", "乙", "A", "一", "二"],
        ],
        """
        # 1 column_ignored column=问题
        2 ready single | 甲 | 一 | 二 | =A
        """,
    )


def test_any_right_option_will_do_where_the_type_says_so() -> None:
    rows_read(
        [
            ["题型", "题干", "A", "B", "答案"],
            ["不定项选择题", "甲", "一", "二", "A"],
        ],
        """
        2 ready multiple | 甲 | 一 | 二 | =A
        """,
    )
