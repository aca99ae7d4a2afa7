"""What codes are called that heads and liaisons meet: chases, findings, reminders, reports, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from learnapp.domain.notices.chases import ChaseKind, ChaseState, ConditionKind
from learnapp.domain.notices.findings import FindingState, FindingStep
from learnapp.domain.notices.reminders import DeliveryState, ReminderRule, ReminderState
from learnapp.domain.reports.briefings import BriefingKind
from learnapp.domain.reports.month_files import FilePart, MissingWhy
from learnapp.domain.reports.weekly import ReportKind
from learnapp.domain.study.study_sessions import RollMark, SessionKind
from learnapp.wording.catalogue import N_

HEADS_LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {
    ChaseKind: {ChaseKind.LETTER: N_("提醒函"), ChaseKind.ORDER: N_("督办单")},
    FindingState: {
        FindingState.OPEN: N_("待整改"),
        FindingState.ANSWERED: N_("待复核"),
        FindingState.RETURNED: N_("退回整改"),
        FindingState.CLOSED: N_("已销号"),
        FindingState.WITHDRAWN: N_("已撤回"),
    },
    FindingStep: {
        FindingStep.ANSWER: N_("回复整改情况"),
        FindingStep.RETURN: N_("退回整改"),
        FindingStep.CLOSE: N_("销号"),
        FindingStep.WITHDRAW: N_("撤回"),
    },
    ChaseState: {
        ChaseState.DRAFT: N_("待批准"),
        ChaseState.ISSUED: N_("办理中"),
        ChaseState.CLOSED: N_("已销号"),
        ChaseState.DROPPED: N_("已作废"),
    },
    ConditionKind: {
        ConditionKind.BEHIND: N_("到期未完成人数不超过（人）"),
        ConditionKind.DUE_SHARE: N_("到期完成率达到（%）"),
        ConditionKind.TASK_SHARE: N_("任务进度达到（%）"),
    },
    ReminderRule: {
        ReminderRule.OVERDUE: N_("到期未完成"),
        ReminderRule.UNDER_HALF: N_("任务未过半"),
    },
    ReminderState: {
        ReminderState.WAITING: N_("待发"),
        ReminderState.SENT: N_("已发"),
        ReminderState.NEEDLESS: N_("已完成，未发"),
        ReminderState.AWAY: N_("请假，未发"),
    },
    DeliveryState: {
        DeliveryState.WAITING: N_("待发"),
        DeliveryState.SENT: N_("已发"),
        DeliveryState.FAILED: N_("没发成"),
        DeliveryState.NO_ADDRESS: N_("没有号码"),
    },
    BriefingKind: {
        BriefingKind.BRIEFING: N_("简报"),
        BriefingKind.CIRCULAR: N_("考试通报"),
        BriefingKind.PLAN: N_("月计划通知"),
    },
    SessionKind: {
        SessionKind.COLLECTIVE: N_("集中学习"),
        SessionKind.LECTURE: N_("专题讲座"),
        SessionKind.MEETING: N_("以会代训"),
        SessionKind.FILM: N_("观看教育片"),
        SessionKind.VIDEO: N_("视频学习"),
    },
    RollMark: {
        RollMark.PRESENT: N_("实到"),
        RollMark.LEAVE: N_("请假"),
        RollMark.ABSENT: N_("缺席"),
    },
    FilePart: {
        FilePart.PLAN: N_("学习计划"),
        FilePart.NOTICE: N_("通知"),
        FilePart.ROLL: N_("集中学习点名册"),
        FilePart.PAPER: N_("试题和答案"),
        FilePart.MARKS: N_("成绩册"),
        FilePart.MAKE_UP: N_("补考、补学名单"),
        FilePart.DISPENSATION: N_("缓考、免考审批"),
        FilePart.WEEKLY: N_("周报"),
        FilePart.CIRCULAR: N_("简报、通报"),
        FilePart.CHASE: N_("提醒函、督办单"),
        FilePart.FINDING: N_("问题整改"),
        FilePart.REWORK: N_("补课重做"),
    },
    MissingWhy: {
        MissingWhy.NOTHING: N_("缺：本月没有"),
        MissingWhy.NO_RIGHT: N_("缺：您没有查看的权限"),
        MissingWhy.NOT_OVER: N_("缺：还没有结束"),
        MissingWhy.NOT_RELEASED: N_("缺：答案还没有公布"),
        MissingWhy.ON_OWN_PAPER: N_("缺：您还在作答同样的题"),
        MissingWhy.NOT_SIGNED: N_("未签发"),
    },
    ReportKind: {ReportKind.WEEKLY: N_("周报"), ReportKind.FLASH: N_("快报")},
}
