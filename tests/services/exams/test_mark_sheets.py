"""The words of a mark sheet: remarks for who has no marks, a make-up beside its mark."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.exams.mark_sheet import Grade, Remark, SheetLine, UnitResult
from learnapp.domain.exams.roll import RollState
from learnapp.services.exams.mark_sheets import (
    SheetReader,
    remark_of,
    sentence,
    signed_line,
    texts_of,
)
from learnapp.services.exams.results import SheetRow

READER = SheetReader("zh", date(2026, 11, 27), "制表甲")


def _row(state: RollState, line: SheetLine) -> SheetRow:
    return SheetRow(1, "甲", "100001", "100001", "某所", 2, "auxiliary", state, line, waits=False)


@pytest.mark.parametrize(
    ("state", "line", "said"),
    [
        (RollState.SAT, SheetLine(6050, 10000, Grade.PASSED, None), ("60.5", "合格", "")),
        (
            RollState.SAT,
            SheetLine(7000, 10000, Grade.PASSED_LATER, Remark.LATER),
            ("70", "合格（补）", "补"),
        ),
        (RollState.SAT, SheetLine(None, None, Grade.UNMARKED, None), ("", "待阅", "")),
        (RollState.AWAY, SheetLine(None, None, Grade.NONE, Remark.DEFERRED), ("", "", "缓")),
        (RollState.EXCUSED, SheetLine(None, None, Grade.NONE, Remark.EXCUSED), ("", "", "免")),
        (RollState.VOIDED, SheetLine(None, None, Grade.NONE, Remark.VOIDED), ("", "", "违")),
        (RollState.NOT_YET, SheetLine(None, None, Grade.NONE, None), ("", "", "未参加")),
    ],
)
def test_a_row_says_mark_grade_and_remark(state, line, said):
    texts = texts_of(_row(state, line), "zh")
    assert (texts["mark"], texts["grade"], texts["remark"]) == said
    assert texts["category"] == "辅警" and remark_of(line, state, "zh") == said[2]


def test_the_sentence_names_only_what_there_is_and_the_sheet_is_signed_with_a_whole_date():
    plain = UnitResult(0, 10, 8, 0, 0, 0, 0, passed=7)
    assert sentence(plain, "zh") == "应考 10 人，实考 8 人，合格 7 人。"
    more = UnitResult(0, 10, 7, 2, 1, 1, 3, passed=6, unmarked=1, misconduct=1)
    assert sentence(more, "zh").endswith(
        "缺考 2 人，缓考 1 人，免考 1 人，违纪 1 人，作废 2 人，待阅 1 人。"
    )
    assert signed_line(READER).endswith("日期：2026年11月27日")
