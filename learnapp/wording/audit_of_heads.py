"""The audit in sentences: what heads and liaisons do about figures; code with its group and sentence."""

from __future__ import annotations

from collections.abc import Mapping

from learnapp.wording.catalogue import N_

HEADS_SENTENCES: Mapping[str, tuple[str, str]] = {
    "chase.drafted": ("study", N_("%(actor)s 起草给 %(unit)s 的督办")),
    "chase.issued": ("study", N_("%(actor)s 发出给 %(unit)s 的督办")),
    "chase.dropped": ("study", N_("%(actor)s 作废给 %(unit)s 的督办草稿")),
    "chase.closed": ("study", N_("%(unit)s 的督办达到条件，自动销号")),
    "chase.escalated": ("study", N_("%(unit)s 的督办到期没有办结，已上报")),
    "finding.opened": ("study", N_("%(actor)s 对 %(unit)s 提出一个问题")),
    "finding.answered": ("study", N_("%(actor)s 回复 %(unit)s 一个问题的整改情况")),
    "finding.returned": ("study", N_("%(actor)s 退回 %(unit)s 一个问题的整改")),
    "finding.closed": ("study", N_("%(actor)s 给 %(unit)s 的一个问题销号")),
    "finding.withdrawn": ("study", N_("%(actor)s 撤回对 %(unit)s 提出的一个问题")),
    "sheet.entered": ("study", N_("%(actor)s 录入 %(unit)s 一场集中学习的签到表")),
    "sheet.verified": ("study", N_("%(actor)s 核对 %(unit)s 一场集中学习的签到表")),
    "sheet.returned": ("study", N_("%(actor)s 退回 %(unit)s 一场集中学习的签到表")),
    "rework.ordered": ("study", N_("%(actor)s 安排 %(unit)s 补课重做")),
    "rework.withdrawn": ("study", N_("%(actor)s 撤回 %(unit)s 的一项补课重做")),
    "files.taken": ("study", N_("%(actor)s 导出 %(unit)s 的迎检台账（%(month)s）")),
    "reminder.asked": ("study", N_("%(actor)s 提醒 %(unit)s 的人")),
    "briefing.drafted": ("study", N_("%(actor)s 起草 %(unit)s 的简报")),
    "briefing.issued": ("study", N_("%(actor)s 印发 %(unit)s 的简报")),
    "session.planned": ("study", N_("%(actor)s 安排 %(unit)s 的一场集中学习")),
    "session.closed": ("study", N_("%(actor)s 结束 %(unit)s 一场集中学习的点名")),
    "elective.offered": ("study", N_("%(actor)s 给 %(unit)s 加了一项自选动作")),
    "elective.taken_out": ("study", N_("%(actor)s 撤下 %(unit)s 的一项自选动作")),
    "report.commented": ("study", N_("%(actor)s 给 %(unit)s 的一期周报加了说明")),
    "report.signed": ("study", N_("%(actor)s 签发了 %(unit)s 的一期周报")),
    "report.cut_offs": ("system", N_("%(actor)s 改了周报的截止时间")),
    "display.added": ("study", N_("%(actor)s 给 %(unit)s 开了挂图显示地址")),
    "display.revoked": ("study", N_("%(actor)s 停用了 %(unit)s 的挂图显示地址")),
}
