"""What an office has in its first week: a roster of forty with mistakes in it, three banks, three readings."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl

from question_bank import sample
from question_bank.formats.office.xlsx_bank import write_xlsx

UNITS = ("城关派出所", "刑侦大队", "交警大队")
READINGS = ("正当防卫", "执法记录", "廉洁纪律")
BANKS = ("应知应会一", "应知应会二", "应知应会三")
# What is wrong in the roster, by the number of the person.
AGAIN, NO_UNIT, NO_NAME = 7, 12, 20


def roster(folder: Path, mended: bool = False) -> Path:
    """Forty people of three units; three rows can't be taken as they are, until they are mended."""
    book = openpyxl.Workbook()
    units = book.active
    units.title = "单位"
    units.append(("单位名称", "上级单位", "类别"))
    for name in UNITS:
        units.append((name, "", "派出所" if "派出所" in name else "公安"))
    people = book.create_sheet("人员")
    people.append(("姓名", "警号", "单位", "人员类别", "角色"))
    for n in range(1, 41):
        people.append(_person(n, mended))
    path = folder / ("名册改.xlsx" if mended else "名册.xlsx")
    book.save(path)
    return path


def _person(n: int, mended: bool) -> tuple[str, str, str, str, str]:
    name, badge, unit = f"警员{n:02}", f"{300000 + n}", UNITS[n % len(UNITS)]
    if not mended:
        badge = "300006" if n == AGAIN else badge
        unit = "城关派出锁" if n == NO_UNIT else unit
        name = "" if n == NO_NAME else name
    role = {1: "单位负责人", 2: "联络员", 3: "阅卷人"}.get(n, "")
    return name, badge, unit, "民警", role


def banks(folder: Path) -> list[Path]:
    """The sample questions as three workbooks."""
    found = [folder / f"{name}.xlsx" for name in BANKS]
    for path in found:
        path.write_bytes(write_xlsx(sample.load()))
    return found


def readings(folder: Path) -> list[Path]:
    """Three Word files of two sections each."""
    found = []
    for title in READINGS:
        text = docx.Document()
        text.add_heading(title, 0)
        for n in (1, 2):
            text.add_heading(f"第{n}部分", 1)
            text.add_paragraph("要求逐条落实，处处留痕有据。" * 60)
        found.append(folder / f"{title}.docx")
        text.save(str(found[-1]))
    return found
