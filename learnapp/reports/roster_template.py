"""The empty roster workbook that an admin fills in."""

from __future__ import annotations

import io

from question_bank.formats.office.cells import new_workbook, put_row

_SHEETS = {
    "单位": (("单位名称", "上级单位", "类别", "英文名称"), ("城关派出所", "公安局", "派出所", "")),
    "人员": (
        ("姓名", "警号", "手机号", "单位", "人员类别", "任职依据", "角色", "角色单位"),
        ("（示例，请删）", "100001", "", "城关派出所", "民警", "编制", "阅卷人", "公安局"),
    ),
}


def roster_template() -> bytes:
    """Two sheets, each with its columns and one line as an example."""
    out = io.BytesIO()
    with new_workbook(out) as book:
        bold = book.add_format({"bold": True})
        for name, (columns, example) in _SHEETS.items():
            sheet = book.add_worksheet(name)
            put_row(sheet, 0, columns, bold)
            put_row(sheet, 1, example)
            sheet.set_column(0, len(columns), 16)
    return out.getvalue()
