"""Files that the office of the crawl uploads."""

from __future__ import annotations

import io
from datetime import date

import openpyxl

MESSY = """单位练习题（讨论稿）
一、单选题
1.行政机关应当在几日内答复？（B）
A.三日 B、五日C．七日
2.当事人可以在几日内申请复议？
A.三十日
B.六十日
B.九十日
答案：B
解析：见有关规定。
二、判断题
1.行政处罚应当公开。
答案：对
案例一：某甲与某乙因邻里纠纷发生争执，民警到场处置后带回调查。
1.民警应当首先做什么？
A.表明身份
B.离开现场
答案：A
"""
READING = """# 正当防卫

## 起因

不法侵害正在进行。

| 情形 | 处理 |
| --- | --- |
| 明显超过必要限度 | 应当负责，但应当减轻或者免除 |

## 限度

必要限度。
"""


def upload(text: str | bytes, name: str) -> tuple[io.BytesIO, str]:
    """A file for a form: its bytes and its name."""
    return io.BytesIO(text.encode() if isinstance(text, str) else text), name


def roster(*people: tuple[str, str]) -> bytes:
    """A workbook of people of one unit, each by name and badge."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "人员"
    sheet.append(("姓名", "警号", "单位", "人员类别", "角色"))
    for name, badge in people:
        sheet.append((name, badge, "云岭市公安局", "民警", ""))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def duty_roster(*logins: str) -> bytes:
    """A workbook of who is on duty on one day, by login name."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(("姓名", date(2026, 12, 1)))
    for each in logins:
        sheet.append((each, "值"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def many_questions() -> str:
    """So many questions that they come in in the background."""
    return "一、判断题\n" + "".join(f"{n}.第{n}项，编号{n * 7919}。（√）\n" for n in range(1, 101))


def long_bank() -> str:
    """So many questions that they are read in the background."""
    asked = (f"{n}.第{n}种情形应当怎样处理？\nA.甲{n}\nB.乙{n}\n答案：A\n" for n in range(1, 22000))
    return "\n".join(asked)
