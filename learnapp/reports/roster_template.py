"""The roster as a workbook: empty to be filled in, or as it is recorded; words are chosen from lists."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from question_bank.formats.office.cells import new_workbook, put, put_row

UNIT_TITLES = ("单位名称", "上级单位", "类别", "英文名称")
PEOPLE_TITLES = (
    "姓名", "警号", "工号", "手机号", "单位", "人员类别", "任职依据", "岗位", "生效日期", "角色", "角色单位",
)  # fmt: skip
_EXAMPLES = (
    ("城关派出所", "公安局", "派出所", ""),
    (
        "（示例，请删）",
        "100001",
        "",
        "",
        "城关派出所",
        "民警",
        "编制",
        "社区警务",
        "",
        "阅卷人",
        "公安局",
    ),
)
_LISTS = "选项"
_MOST_ROWS = 50_000  # rows whose cells offer a list


@dataclass(frozen=True)
class RosterSheets:
    """What the workbook has: rows of both sheets, and the words that a column offers, by its title."""

    units: Sequence[Sequence[str]] = ()
    people: Sequence[Sequence[str]] = ()
    words: Mapping[str, Sequence[str]] | None = None


def roster_workbook(sheets: RosterSheets) -> bytes:
    """Sheets 单位 and 人员, each with its rows, or without any with one line as an example.

    Other words than the listed ones can be typed: a new unit, several roles, a path such as 上级/单位.
    """
    out = io.BytesIO()
    words = dict(sheets.words or {})
    with new_workbook(out) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        made = (
            ("单位", UNIT_TITLES, sheets.units or [_EXAMPLES[0]]),
            ("人员", PEOPLE_TITLES, sheets.people or [_EXAMPLES[1]]),
        )
        filled = bool(sheets.units or sheets.people)
        for name, titles, rows in made:
            sheet = book.add_worksheet(name)
            put_row(sheet, 0, titles, bold)
            own = (sheets.units if name == "单位" else sheets.people) if filled else rows
            for at, row in enumerate(own, 1):
                put_row(sheet, at, row, text)
            sheet.set_column(0, len(titles), 16, text)  # as text: no number loses its zeros
            sheet.freeze_panes(1, 0)
            _offer(sheet, titles, words)
        _list_words(book, words)
    return out.getvalue()


def _offer(sheet: Any, titles: Sequence[str], words: Mapping[str, Sequence[str]]) -> None:
    """Let the cells below a title offer its words."""
    for column, title in enumerate(titles):
        at = list(words).index(title) if words.get(title) else None
        if at is None:
            continue
        letter = chr(ord("A") + at)
        source = f"={_LISTS}!${letter}$1:${letter}${len(words[title])}"
        about = {"validate": "list", "source": source, "show_error": False}
        sheet.data_validation(1, column, _MOST_ROWS, column, about)


def _list_words(book: Any, words: Mapping[str, Sequence[str]]) -> None:
    """A hidden sheet with the words, a column for each title."""
    sheet = book.add_worksheet(_LISTS)
    for column, listed in enumerate(words.values()):
        for row, word in enumerate(listed):
            put(sheet, row, column, word)
    sheet.hide()
