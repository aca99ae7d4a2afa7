"""What notices say, in both languages, before and after all of it may be said."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.wording.notices import NoticeContent, notice_text

TODAY = date(2026, 11, 25)
REGRADED = {
    "exam": "周测", "question": 3, "ruling": "key", "before": 400, "after": 650,
    "full_before": 1000, "full_after": 1000, "kept": False,
}  # fmt: skip


def said(code: str, params: dict[str, object], whole: bool = True) -> str:
    """The notice in Chinese, after a look at the English."""
    english = notice_text("en", NoticeContent(code, params, whole), TODAY)
    chinese = notice_text("zh", NoticeContent(code, params, whole), TODAY)
    assert english != chinese and "%(" not in english + chinese
    return chinese


def test_a_total_that_changed_is_said_with_its_question():
    assert said("regraded", REGRADED) == ("“周测”第 3 题的答案改正了。您的总分由 4 变为 6.5。")


def test_before_the_key_may_be_seen_no_question_is_named():
    assert said("regraded", REGRADED, whole=False).startswith("“周测”有一道题改正了。")


@pytest.mark.parametrize(
    ("ruling", "words"), [("void_full", "作废，按满分计。"), ("void_out", "作废，不计分。")]
)
def test_a_question_that_became_void_is_said_so(ruling, words):
    assert words in said("regraded", REGRADED | {"ruling": ruling})


def test_full_marks_that_changed_are_said_beside_the_totals():
    changed = REGRADED | {"full_after": 900}
    assert "由 4（满分 10） 变为 6.5（满分 9）" in said("regraded", changed)


def test_a_pass_that_was_kept_is_said():
    assert said("regraded", REGRADED | {"kept": True}).endswith("原来的合格仍然有效。")


def test_a_bank_that_is_short_is_said_with_the_exams_opening():
    params = {"exam": "月考", "opens_at": "2026-11-27T01:00:00+00:00", "lacking": 4, "lost": 2}
    assert said("exam_short", params) == (
        "“月考”11月27日 周五 09:00 开考，题库还缺 4 题，抽不出试卷。"
    )
    assert "有 2 道固定试题已停用" in said("exam_fixed_lost", params)


def test_a_reopened_attempt_says_until_when():
    params = {"exam": "周测", "until": "2026-11-25T02:00:00+00:00"}
    assert "到 11月25日 周三 10:00" in said("attempt_reopened", params)


def test_the_answer_to_a_report_waits_for_the_key():
    params = {"exam": "周测", "question": 2, "report": "不对", "answer": "改了", "attempt": "x"}
    assert said("report_answered", params).endswith("已答复：改了")
    assert said("report_answered", params, whole=False).endswith("这道题的答案公布后可看。")


def test_the_answer_to_a_report_of_practice_names_no_exam():
    params = {"report": "不对", "answer": "改了"}
    assert said("report_answered", params) == "您反馈的“不对”已答复：改了"
