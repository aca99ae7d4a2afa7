"""From the parts of a question to a whole one, or to the reasons why it is none."""

from __future__ import annotations

from tests.unit.question_bank.recognise.digest import reads


def test_two_options_of_true_and_false_are_a_true_or_false_question() -> None:
    reads(
        """
        1.甲
        A.对
        B.错
        答案：B
        2.乙
        A.正确
        B.错误
        答案：正确
        """,
        """
        1-4 ready true_false | 甲 | 正确 | 错误 | =B
        5-8 ready true_false | 乙 | 正确 | 错误 | =A
        """,
    )


def test_a_true_or_false_question_with_other_options_is_doubted() -> None:
    reads(
        """
        一、判断题
        1.甲
        A.对
        B.不知道
        答案：A
        2.乙
        A.对
        B.错
        C.无
        答案：对
        """,
        """
        # 1 heading text=一、判断题
        # 2-5 heading_disbelieved type=true_false, questions=2
        2-5 to_confirm single | 甲 | 对 | 不知道 | =A | !heading_disbelieved type=true_false
        6-10 to_confirm single | 乙 | 对 | 错 | 无 | =A | !heading_disbelieved type=true_false
        """,
    )


def test_an_answer_in_the_brackets_of_a_statement_is_taken_out_of_it() -> None:
    reads(
        """
        1.甲（√）。
        2.（×）乙
        3.丙(错误)；
        """,
        """
        1 ready true_false | 甲（ ）。 | 正确 | 错误 | =A
        2 not_understood (None) | （×）乙 | said | !type_unknown
        3 ready true_false | 丙（ ）； | 正确 | 错误 | =B
        """,
    )


def test_in_a_section_of_statements_any_answer_in_brackets_is_one() -> None:
    reads(
        """
        一、判断题
        1.甲（A）
        2.（×）乙
        3.丙（对）丁（略）
        """,
        """
        # 1 heading text=一、判断题
        2 to_confirm (true_false) | 甲（ ） | 正确 | 错误 | said A | !answer_not_true_false answer=A
        3 ready true_false | 乙 | 正确 | 错误 | =B
        4 ready true_false | 丙（ ）丁（略） | 正确 | 错误 | =A
        """,
    )


def test_the_answer_in_brackets_and_the_one_below_have_to_agree() -> None:
    reads(
        """
        1.甲（A）
        A.一 B.二
        答案：A
        2.乙（ A、B ）
        A.一 B.二

        3.丙（A）和（B）
        A.一 B.二
        """,
        """
        1-3 ready single | 甲（ ） | 一 | 二 | =A
        4-5 ready multiple | 乙（ ） | 一 | 二 | =AB
        7-8 to_confirm (single) | 丙 | 和 | | 一 | 二 | said | !duplicate_letters letters=AB
        | !no_answer
        """,
    )


def test_a_tick_behind_an_option_is_its_answer() -> None:
    reads(
        """
        1.甲
        A.一√
        B.二
        2.乙
        √A.一
        B.二 ✓
        """,
        """
        1-3 to_confirm single | 甲 | 一 | 二 | =A | !answer_from_ticks answer=A
        4-6 to_confirm (single) | 乙 | 一 √ | 二 ✓ | said | !no_answer
        """,
    )


def test_one_letter_for_a_multiple_choice_is_doubted_with_its_repair() -> None:
    reads(
        """
        一、多选题
        1.甲
        A.一
        B.二
        答案：A
        """,
        """
        # 1 heading text=一、多选题
        2-5 to_confirm multiple | 甲 | 一 | 二 | =A | !one_answer_for_multiple answer=A -> type=single
        """,
    )


def test_blanks_filled_in_are_emptied() -> None:
    reads(
        """
        一、填空题
        1.第__三__条第__二__款
        2.第（三）条
        3.第（三）条____
        答案：四
        """,
        """
        # 1 heading text=一、填空题
        2 to_confirm fill_blank | 第____条第____款 | =三; 二
        | !blanks_read_as_filled answers=['三', '二']
        3 to_confirm fill_blank | 第____条 | =三 | !blanks_from_brackets answers=['三']
        4-5 ready fill_blank | 第（三）条____ | =四
        """,
    )


def test_without_a_declared_type_gaps_and_brackets_tell() -> None:
    reads(
        """
        1.第____条
        答案：三
        2.甲（ ）乙（ ）
        答案：（一）（二）
        3.什么是甲？
        答案：乙
        4.简述甲
        答案：乙
        5.甲
        答案：乙
        """,
        """
        1-2 ready fill_blank | 第____条 | =三
        3-4 ready fill_blank | 甲____乙____ | =一; 二
        5-6 ready short_answer | 什么是甲？ | =乙
        7-8 ready short_answer | 简述甲 | =乙
        9-10 to_confirm short_answer | 甲 | =乙 | !type_unknown
        """,
    )


def test_without_an_answer_the_shape_tells_the_type() -> None:
    reads(
        """
        1.第____条
        2.甲（ ）
        3.什么是甲？
        4.甲
        """,
        """
        # 1 mostly_without_answers records=4, count=3, unread=1,
        … lines=['1: 1.第____条', '2: 2.甲（ ）', '3: 3.什么是甲？']
        1 to_confirm (fill_blank) | 第____条 | said | !no_answer
        2 to_confirm (single) | 甲（ ） | said | !no_answer | !too_few_options options=0
        3 to_confirm (short_answer) | 什么是甲？ | said | !no_answer
        4 not_understood (None) | 甲 | said | !type_unknown
        """,
    )


def test_what_the_text_cannot_hold_is_doubted() -> None:
    reads(
        """
        1.甲&nbsp;乙
        A.一
        B.二
        答案：A
        2.乙\ue123
        A.一
        B.二&lt;
        答案：A
        """,
        """
        1-4 to_confirm single | 甲&nbsp;乙 | 一 | 二 | =A | !html_escaped
        5-8 to_confirm single | 乙\ue123 | 一 | 二&lt; | =A | !private_characters codes=['e123']
        | !html_escaped
        """,
    )


def test_options_that_are_the_same_are_doubted() -> None:
    reads(
        """
        1.甲
        A.一
        B.一
        答案：A
        """,
        """
        1-4 to_confirm single | 甲 | 一 | 一 | =A | !same_option_text
        """,
    )


def test_a_choice_without_options_is_doubted() -> None:
    reads(
        """
        一、单选题
        1.甲
        答案：A
        2.乙
        A.一
        答案：A
        """,
        """
        # 1 heading text=一、单选题
        2-3 to_confirm (single) | 甲 | said A | !key_beyond_options letters=A
        | !too_few_options options=0
        4-6 to_confirm (single) | 乙 | 一 | said A | !too_few_options options=1
        """,
    )


def test_options_out_of_order_and_options_twice_are_doubted() -> None:
    reads(
        """
        1.甲
        B.一
        A.二
        答案：A
        2.乙
        A.一
        B.二
        A.三
        B.四
        答案：A
        3.丙
        A.3日，A：5日
        B.4日
        答案：A
        """,
        """
        1-4 to_confirm single | 甲 | 一 | 二 | =B | !letters_out_of_order letters=BA
        5-10 to_confirm (single) | 乙 | 一 | 二 | 三 | 四 | said A | !duplicate_letters letters=AB
        11-14 to_confirm (single) | 丙 | 3日，A：5日 | 4日 | said A | !duplicate_letters letters=A
        """,
    )


def test_an_english_file_reads_alike() -> None:
    reads(
        """
        1. Which one?
        A. one
        B. two
        Answer: B
        Explanation: because
        """,
        """
        1-5 ready single | Which one? | one | two | =B | why because
        """,
    )
