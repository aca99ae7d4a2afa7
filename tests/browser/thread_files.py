"""The three files an office brings along: a roster, a bank of questions, a text with a table and a picture."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import openpyxl
from docx.shared import Cm
from PIL import Image, ImageDraw

from question_bank import sample
from question_bank.formats.office.xlsx_bank import write_xlsx

# A question of the bank that suits the text, and words of a wrong and of its right option.
CHECK = "关于正当防卫"
WRONG, RIGHT = "不法侵害已经结束后实施的报复行为", "防卫过当应当负刑事责任"
CAPTION, CELL = "时间条件示意", "不法侵害正在进行"


def roster(folder: Path) -> Path:
    """One unit with an officer and its head, and a marker of the unit that is there already."""
    book = openpyxl.Workbook()
    units = book.active
    units.title = "单位"
    units.append(("单位名称", "上级单位", "类别"))
    units.append(("城关派出所", "", "派出所"))
    people = book.create_sheet("人员")
    people.append(("姓名", "警号", "单位", "人员类别", "角色"))
    people.append(("赵一", "200001", "城关派出所", "民警", ""))
    people.append(("钱二", "200002", "城关派出所", "民警", "单位负责人"))
    people.append(("孙三", "200003", "云岭市委政法委", "公务员", "阅卷人"))
    path = folder / "名册.xlsx"
    book.save(path)
    return path


def bank(folder: Path) -> Path:
    """The sample questions as a workbook: all five types."""
    path = folder / "题库.xlsx"
    path.write_bytes(write_xlsx(sample.load()))
    return path


def reading(folder: Path) -> Path:
    """A Word file of two sections: a table in the first, a picture in the second."""
    text = docx.Document()
    text.add_heading("正当防卫", 0)
    text.add_heading("条件", 1)
    text.add_paragraph("正当防卫须同时具备下列条件，缺一不可。")
    table = text.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "条件", "要求"
    for condition, wanted in (("时间", CELL), ("对象", "不法侵害人本人"), ("限度", "没有明显超过")):
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = condition, wanted
    text.add_heading("限度", 1)
    text.add_paragraph("明显超过必要限度造成重大损害的，应当负刑事责任。")
    text.add_picture(_picture(), width=Cm(8))
    text.add_paragraph(CAPTION)
    path = folder / "正当防卫.docx"
    text.save(str(path))
    return path


def _picture() -> io.BytesIO:
    image = Image.new("RGB", (480, 160), "white")
    ImageDraw.Draw(image).rectangle((120, 60, 360, 100), fill="navy")
    out = io.BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    return out
