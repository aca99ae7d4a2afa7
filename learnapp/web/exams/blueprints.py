"""组卷方案: rows of type, chapter, difficulty, count and marks, checked against the bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.bank.reach import bank_in_reach
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import AVOID_DAYS
from learnapp.services.exams import blueprints
from learnapp.services.exams.blueprints import Exposure, Stock
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.input import hundredths
from learnapp.web.core.wording import in_a_row, label, marks_label, percent_label, problem
from question_bank.blueprint import Cell
from question_bank.fairness import RowKnowledge
from question_bank.kinds import QuestionType
from question_bank.pool import ENOUGH_ANSWERS

blueprint = Blueprint("blueprints", __name__)

_MOST_ROWS = 60
_FIELDS = ("section", "type", "category", "difficulty", "count", "marks")


@dataclass
class Row:
    """A row of the form as typed, and what is wrong with it."""

    section: str = ""
    type: str = "single"
    category: str = ""
    difficulty: str = ""
    count: str = ""
    marks: str = ""
    available: int | None = None
    short: int = 0  # how many more are asked than the bank has
    known: str = ""
    error: str | None = None


@blueprint.get("/banks/<int:bank_id>/blueprints")
@may(Permission.EXAM_EDIT)
def index(bank_id: int) -> str:
    """The bank's blueprints, and an empty one to fill."""
    rows = [Row(type=kind, marks="2") for kind in QuestionType]
    return _page(bank_id, rows)


def _say_what_there_is(stock: Stock, rows: list[Row], cells: list[Cell | None]) -> None:
    """Give each row how many questions there are for it, also one that has no count yet."""
    for row, cell in zip(rows, cells, strict=True):
        asked = cell or (None if row.error else _cell(0, replace(row, count="1")))
        if asked is not None:
            knowledge = stock.of(asked)
            row.available, row.known = knowledge.questions, _known(knowledge)
            row.short = 0 if cell is None else max(0, cell.count - row.available)


def _page(
    bank_id: int,
    rows: list[Row],
    name: str = "",
    fixed: str = "",
    wrong: dict[str, str] | None = None,
) -> str:
    caller = req.caller()
    source = bank_in_reach(caller, bank_id, Permission.EXAM_EDIT)
    cells = [_cell(n, row) for n, row in enumerate(rows, 1)]
    stock = blueprints.stock_of(caller, bank_id)
    _say_what_there_is(stock, rows, cells)
    whole = [cell for cell in cells if cell is not None]
    return render_template(
        "exams/blueprints/index.html",
        bank_id=bank_id,
        bank=source.name,
        rows=rows,
        name=name,
        fixed=fixed,
        wrong=wrong or {},
        types=[{"code": str(kind), "label": label(QuestionType, kind)} for kind in QuestionType],
        categories=stock.categories,
        sentence=_sentence(whole, sum(row.short for row in rows)),
        spread=_spread(stock.spread(whole), whole) if whole else None,
        exposure=_exposure(blueprints.exposure_of(caller, bank_id)),
        enough=ENOUGH_ANSWERS,
        saved=[_saved(stock, *each) for each in blueprints.blueprints_of(caller, bank_id)],
    )


def _sentence(cells: Sequence[Cell], short: int) -> str:
    """How many questions and marks the rows are in all, and how many the bank lacks for them."""
    whole = _(
        "共 %(n)s 题，%(m)s 分。",
        n=sum(cell.count for cell in cells),
        m=marks_label(sum(cell.count * cell.marks for cell in cells)),
    )
    return in_a_row(whole, _("题库里还差 %(n)s 题。", n=short) if short else "")


def _known(knowledge: RowKnowledge) -> str:
    """Of how many questions of a row the difficulty is measured, from how many answers, how well."""
    if knowledge.error is None:
        return _("%(n)s 题都没有实测", n=knowledge.questions) if knowledge.questions else ""
    return _(
        "%(a)s / %(n)s 题有实测，各 %(least)s 人次以上（多为 %(typical)s），得分率误差约 ±%(e)s 个百分点",
        a=knowledge.measured,
        n=knowledge.questions,
        least=knowledge.least,
        typical=knowledge.typical,
        e=round(100 * knowledge.error),
    )


def _spread(spread: float, cells: Sequence[Cell]) -> str:
    """How much papers differ, with the condition under which that holds."""
    full = sum(cell.count * cell.marks for cell in cells)
    return _(
        "按现有数据，各人试卷的期望分相差约 ±%(s)s 分（标准差，满分 %(m)s 分）；"
        "假定同一行的题得分率相差 ±15 个百分点。实测越多，相差越小。",
        s=f"{spread / 100:.1f}",
        m=marks_label(full),
    )


def _exposure(found: Exposure) -> str | None:
    """The share of the bank whose keys its audience was shown lately."""
    if not found.possible:
        return None
    share = percent_label(found.share)
    if found.of_all:
        return _(
            "近 %(d)s 天里，%(p)s 名考生平均看过其中 %(s)s 的答案；抽题时尽量避开。",
            d=AVOID_DAYS,
            p=found.people,
            s=share,
        )
    return _(
        "近 %(d)s 天里，抽查的 %(p)s 名考生平均看过其中 %(s)s 的答案；抽题时尽量避开。",
        d=AVOID_DAYS,
        p=found.people,
        s=share,
    )


def _saved(stock: Stock, row: Any, plan: Any, fixed: int) -> dict[str, Any]:
    parts = [_("%(n)s 题，%(m)s 分", n=plan.questions, m=marks_label(plan.total_marks))]
    if fixed:
        parts.append(_("固定 %(n)s 题", n=fixed))
    cells = [
        " · ".join(
            part
            for part in (
                cell.section,
                label(QuestionType, cell.type),
                "/".join(cell.category or ()),
                _("难度 %(d)s", d=cell.difficulty) if cell.difficulty else "",
                _("%(n)s 题，每题 %(m)s 分", n=cell.count, m=marks_label(cell.marks)),
                _known(stock.of(cell)),
            )
            if part
        )
        for cell in plan.cells
    ]
    spread = _spread(stock.spread(plan.cells), plan.cells)
    return {"name": row.name, "meta": _("；").join(parts), "cells": cells, "spread": spread}


def _typed() -> list[Row]:
    """The rows as the form sent them."""
    columns = {name: request.form.getlist(name)[:_MOST_ROWS] for name in _FIELDS}
    count = min((len(column) for column in columns.values()), default=0)
    typed: list[dict[str, Any]] = [
        {name: column[n].strip() for name, column in columns.items()} for n in range(count)
    ]
    return [Row(**each) for each in typed]


def _cell(ordinal: int, row: Row) -> Cell | None:
    """The cell that a row says; None for an empty row or one with an error, which is noted in it."""
    if not row.count or row.count == "0":
        return None
    try:
        count, marks = int(row.count), hundredths(row.marks) or 0
        if not (1 <= count <= 200 and 1 <= marks <= 100_00):
            raise ValueError
        difficulty = int(row.difficulty) if row.difficulty else None
        kind = QuestionType(row.type)
    except ValueError:
        row.error = problem("cell_unread", cell=ordinal)
        return None
    category = tuple(row.category.split("/")) if row.category else None
    section = (row.section or label(QuestionType, kind))[:200]
    return Cell(ordinal, section, kind, category, difficulty, count, marks)


@blueprint.post("/banks/<int:bank_id>/blueprints")
@makes
@may(Permission.EXAM_EDIT)
def save(bank_id: int) -> str | Response | tuple[str, int]:
    """Another row, a check of what the bank has, or the blueprint stored."""
    rows, name, fixed = _typed(), request.form.get("name", ""), request.form.get("fixed", "")
    if request.form.get("do") == "add" and len(rows) < _MOST_ROWS:
        rows.append(Row(marks=rows[-1].marks if rows else "2"))
        return _page(bank_id, rows, name, fixed)
    cells = [cell for n, row in enumerate(rows, 1) if (cell := _cell(n, row)) is not None]
    if any(row.error for row in rows):
        return _page(bank_id, rows, name, fixed), 422
    if request.form.get("do") == "check":
        return _page(bank_id, rows, name, fixed)
    caller, session = req.caller(), req.session()
    try:
        with session.begin_nested():
            blueprints.add_blueprint(caller, bank_id, name, cells, _fixed(fixed))
    except RuleBroken as broken:
        wrong = {broken.field: problem(broken.code, **broken.params)}
        return _page(bank_id, rows, name, fixed, wrong), 422
    flash(_("方案“%(name)s”已保存，加考试时可选。", name=name), "good")
    return redirect(url_for("blueprints.index", bank_id=bank_id), 303)


def _fixed(text: str) -> list[int]:
    """Question numbers, a line or a comma each. Raises RuleBroken("fixed", "fixed_unfit")."""
    found = []
    for part in text.replace("，", " ").replace(",", " ").replace("、", " ").split():
        if not part.isdecimal() or len(part) > 18:
            raise RuleBroken("fixed", "fixed_unfit", number=part)
        found.append(int(part))
    return list(dict.fromkeys(found))
