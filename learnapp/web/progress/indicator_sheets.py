"""指标, 走势 and 热度 as workbooks, with the heading of their pages."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext as _

from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.people.people import Category
from learnapp.domain.progress.groups import GroupCounts
from learnapp.domain.reports.weekly import WeekRates
from learnapp.services.progress import indicators, trend
from learnapp.services.progress.indicators import ExamIndicators
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.wording import day_label, label, percent_label
from learnapp.web.progress.explained import sheet
from learnapp.web.progress.figures import list_explained
from learnapp.web.progress.indicators import (
    BELOW,
    category_asked,
    level_label,
    rates_explained,
    stage_counted,
)
from learnapp.wording.numbers import NOTHING

blueprint = Blueprint("indicator_sheets", __name__)
Cells = list[str | int]


def _share(share: Share) -> Cells:
    """A share with its counts, so that they can be added up."""
    return [percent_label(share), share.part, share.whole]


def _head(name: str) -> list[str]:
    return [name, _("%(n)s：完成", n=name), _("%(n)s：全部", n=name)]


@blueprint.get(f"{BELOW}/indicators.xlsx")
@may(Permission.PROGRESS_READ)
def rates(stage_id: int, unit_id: int) -> Response:
    """Units, then heads of units and categories, then exams; each row says what it is of."""
    stage = stage_counted(stage_id)
    chosen = category_asked()
    found = indicators.indicators_of(req.caller(), stage, unit_id, chosen)
    columns = [
        _("单位或人员"), _("人数"), *_head(_("参学率")), *_head(_("不漏一人")), *_head(_("任务进度")),
        *_head(_("到期完成")), _("没有账号"), _("没有计划"),
    ]  # fmt: skip
    rows = [
        [
            *_group(each.name, each.group),
            each.gap.without_account,
            each.gap.without_programme,
        ]
        for each in found.rows
    ]
    groups = [(_("负责人"), found.leaders), (_("其他人员"), found.officers)]
    groups += [(label(Category, code), each) for code, each in sorted(found.categories.items())]
    rows += [[*_group(name, group), "", ""] for name, group in groups]
    rows += [[], [_("考试"), "", *_head(_("参考率")), *_head(_("合格率"))]]
    rows += [_exam(each) for each in found.exams]
    return sheet(_("指标"), rates_explained(stage, found, chosen), columns, rows)


def _group(name: str, group: GroupCounts) -> Cells:
    counts = group.counts
    shares = (group.study_rate, counts.coverage, counts.task_share, counts.due_share)
    return [name, counts.people, *(cell for share in shares for cell in _share(share))]


def _exam(each: ExamIndicators) -> Cells:
    """An exam's rates; a dash where there is none yet or it may not be seen."""
    none: Cells = [NOTHING, "", ""]
    sitting = none if each.is_running else _share(each.rates.sitting_rate)
    shown = each.marks_shown and not each.is_running
    return [each.title, "", *sitting, *(_share(each.rates.pass_rate) if shown else none)]


@blueprint.get(f"{BELOW}/trend.xlsx")
@may(Permission.PROGRESS_READ)
def weeks(stage_id: int, unit_id: int) -> Response:
    """Each closed study week as reported then, and now."""
    stage = stage_counted(stage_id)
    found = trend.trend_of(req.caller(), stage, unit_id)
    columns = [
        _("学习周"), _("时间进度"), *_head(_("任务进度")), _("人数"), _("到期未完成"),
        *_head(_("到期完成")), *_head(_("不漏一人")), *_head(_("参学率")), *_head(_("参考率")),
        *_head(_("合格率")),
    ]  # fmt: skip
    rows: list[Cells] = [
        [
            _("现在") if each is found.now else day_label(each.day),
            percent_label(each.time),
            *_share(each.counts.task_share),
            each.counts.people,
            each.counts.behind,
            *_share(each.counts.due_share),
            *_share(each.counts.coverage),
            *_rates(found.rates.get(each.day)),
        ]
        for each in (*found.weeks, found.now)
    ]
    return sheet(_("走势"), list_explained(stage, unit_id), columns, rows)


def _rates(rates_: WeekRates | None) -> Cells:
    """参学率, 参考率 and 合格率 of a week; dashes where there is none."""
    known = (None,) * 3 if rates_ is None else (rates_.study, rates_.sitting, rates_.passing)
    return [
        cell
        for each in known
        for cell in (_share(each) if each is not None and each.whole else [NOTHING, "", ""])
    ]


@blueprint.get(f"{BELOW}/heat.xlsx")
@may(Permission.PROGRESS_READ)
def heat(stage_id: int, unit_id: int) -> Response:
    """The share of due duties done, by branch and level of units."""
    stage = stage_counted(stage_id)
    found = trend.heat_of(req.caller(), stage, unit_id)
    levels = sorted({level for each in found for level in each.levels})
    columns = [_("单位"), *(cell for level in levels for cell in _head(level_label(level)))]
    nothing = Share(0, 0)
    rows: list[Cells] = [
        [
            each.name,
            *(cell for level in levels for cell in _share(each.levels.get(level, nothing))),
            "" if each.lost_at is None else level_label(each.lost_at),
        ]
        for each in found
    ]
    columns.append(_("从哪一级变冷"))
    return sheet(_("热度"), list_explained(stage, unit_id), columns, rows)
