"""Figures in a text can be traced, and a sentence that does not hold cannot be written."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.reports.briefings import (
    FigureList,
    check_code,
    check_words,
    claims_half,
    issued_text,
    proof_text,
)


def test_a_figure_has_an_id_in_the_proof_copy_and_none_in_the_issued_one():
    figures = FigureList()
    text = f"完成 {figures.mark(12, '已完成', 1)} 项，{figures.mark('33.3%', '任务进度', 2)}"
    assert proof_text(text) == "完成 12〔F1〕 项，33.3%〔F2〕"
    assert issued_text(text) == "完成 12 项，33.3%"
    assert [(each.value, each.unit_id) for each in figures.found] == [("12", 1), ("33.3%", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "时间过半、任务过半",
        "实现“时间过半，任务过半”。",
        "时间 过半 任务 过半",
        "目前任务过半。",
        "上月未过半，本月时间过半、任务过半",
        "任务已过半",
        "任务—过半",
        "时间·任务【均】过半",
        "任务完成超过一半",
        "实现时间任务双过半",
    ],
)
def test_the_half_time_sentence_is_refused_where_it_does_not_hold(text):
    assert claims_half(text)
    with pytest.raises(RuleBroken, match="half_not_true"):
        check_words(text, half_holds=False)
    check_words(text, half_holds=True)


def test_other_words_are_free_and_nobody_makes_a_figure_by_hand():
    for text in (
        "任务未过半的要抓紧。",
        "任务没有过半",
        "任务尚未过半，时间已过半",
        "任务繁重，时间过半",
    ):
        check_words(text, half_holds=False)
    with pytest.raises(RuleBroken, match="figure_by_hand"):
        check_words("⟦1|99%⟧", half_holds=True)


def test_the_check_code_changes_with_every_figure():
    codes = {check_code({"a": value}) for value in ("12", "13", "1 2")}
    assert len(codes) == 3 and all(len(each) == 8 for each in codes)
