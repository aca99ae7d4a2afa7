"""作答线索: what was noticed in a window, with its evidence, for the exam's owner; never a verdict."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.integrity import SignalKind
from learnapp.services.exams import integrity
from learnapp.services.exams.integrity import IntegrityView
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may

blueprint = Blueprint("signals", __name__)


@blueprint.get("/rooms/<int:window_id>/signals")
@may(Permission.SIGNALS_READ)
def show(window_id: int) -> str:
    """The signals, grouped by what was noticed."""
    found = integrity.of_window(req.caller(), window_id)
    return render_template(
        "exams/integrity/show.html",
        title=found.exam.title,
        attempts=found.attempts,
        back_url=url_for("rooms.show", window_id=window_id),
        groups=[
            {"title": title, "rows": rows}
            for kind, title in _titles().items()
            if (rows := [_row(each) for each in found.found if each.signal.kind is kind])
        ],
    )


def _titles() -> dict[SignalKind, str]:
    return {
        SignalKind.ALIKE: _("错得相同"),
        SignalKind.GUESSED: _("答得极快，得分与瞎猜相当"),
        SignalKind.AWAY: _("离开页面较久"),
        SignalKind.COPIED: _("多次复制题目"),
    }


def _row(each: IntegrityView) -> dict[str, Any]:
    return {"people": each.people, "unit": each.unit, "evidence": _evidence(each)}


def _evidence(each: IntegrityView) -> str:
    told = each.signal.evidence
    if each.signal.kind is SignalKind.ALIKE:
        return _(
            "两人都答错的 %(a)s 题里有 %(b)s 题选得一样，按他人的选法估计约 %(c)s 题，"
            "偶然的可能约 %(p)s",
            a=told["wrong"],
            b=told["same"],
            c=f"{told['expected']:.1f}",
            p=f"{told['p']:.1e}",
        )
    if each.signal.kind is SignalKind.GUESSED:
        return _(
            "平均每题 %(s)s 秒，%(n)s 题答对 %(r)s 题，瞎猜约 %(e)s 题",
            s=f"{told['each']:.1f}",
            n=told["of"],
            r=told["right"],
            e=f"{told['expected']:.1f}",
        )
    if each.signal.kind is SignalKind.AWAY:
        return _(
            "离开 %(n)s 次，共 %(m)s 分钟，占全程 %(p)s%%",
            n=told["times"],
            m=round(told["seconds"] / 60),
            p=round(100 * told["share"]),
        )
    return _("复制 %(n)s 次", n=told["times"])
