"""What the large demonstration's heads, liaisons and owners steer by: reports signed, briefings, chases,
reminders, sessions, deferrals, and a question that went wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from learnapp.db.bank.question_reports import open_reports
from learnapp.demo.deeds import Deed, Doing
from learnapp.demo.town_people import TOP, town_data
from learnapp.demo.town_staff import Office, acting
from learnapp.domain.core.calendar import local_day
from learnapp.domain.exams.dispensations import DispensationKind, NewDispensation
from learnapp.domain.exams.rulings import Correction
from learnapp.domain.notices.chases import ChaseKind, Condition, ConditionKind
from learnapp.domain.notices.findings import FindingStep
from learnapp.domain.notices.reminders import ReminderRule
from learnapp.domain.study.study_sessions import RollMark, SessionKind, Tick
from learnapp.services.bank import question_reports
from learnapp.services.exams import dispensations, key_correction, own_marks
from learnapp.services.exams.key_correction import CorrectionInput, Decision
from learnapp.services.notices import chasing, finding_work, reminding
from learnapp.services.notices.chasing import NewChase
from learnapp.services.notices.finding_work import NewFinding
from learnapp.services.notices.reminding import NewReminder, Whom
from learnapp.services.reports import briefings, weekly
from learnapp.services.reports.briefings import NewBriefing
from learnapp.services.study import programmes, study_sessions
from learnapp.services.study.study_sessions import NewSession
from learnapp.wording.briefings import OwnWords

_WORDS = OwnWords(
    "部分单位学习集中在周五下午突击完成，测试成绩与完成率不相称；个别县进度前紧后松。",
    "一是由各县党委政法委逐单位核对未完成人员；二是对连续两周滞后的单位发提醒函；三是下周组织一次集中辅导。",
    "报：市委政法委领导\n发：各县党委政法委、市直政法单位",
)
_CHASES = (  # week, unit, what, target in per cent, days until it is due, why
    (9, "lw_ga", ChaseKind.LETTER, 85, 7, "学习任务连续两周滞后"),
    (8, "gd_ga", ChaseKind.LETTER, 80, 10, "到期任务未完成人数增加"),
    (7, "lw_ga", ChaseKind.ORDER, 90, 14, "提醒后仍未达到要求"),
    (3, "wc_ga", ChaseKind.LETTER, 95, 7, "完成率逐周下降"),
    (1, "wc_ga", ChaseKind.ORDER, 90, 14, "提醒后完成率仍在下降"),
    (0, "lw_sf", ChaseKind.LETTER, 95, 10, "到期任务未完成"),
)
_SESSIONS = (("qx_ga", 10), ("bl_fy", 9), ("np_jc", 7), ("qx_ga", 5), ("bh_sf", 3), ("tc_ga", 2))


def deeds(office: Office) -> list[Deed]:
    """All of them that lie before now."""
    found = [*_reports(office), *_chases(office), *_sessions(office)]
    found += [
        *_reminders(office),
        *_deferrals(office),
        *_wrong_question(office),
        *_findings(office),
    ]
    return [each for each in found if each.at < office.days.now]


def _reports(office: Office) -> Iterator[Deed]:
    """Each Monday the heads who are diligent sign; twice the prefecture's head issues a briefing."""
    for week in range(11, -1, -1):
        at = office.at(week, 0, 11)
        for key in ("bl_zf", "bh_zf", "qx_zf", "np_zf", "bl_ga", "ga", "fy"):
            yield Deed(at, office.town.heads[key], _sign(office, key, week))
        if week in (8, 4, 0):
            yield Deed(office.at(week, 0, 15), 0, _brief(office, week))


def _sign(office: Office, key: str, week: int) -> Doing:
    at, town = office.at(week, 0, 11), office.town

    def sign(session: Session) -> None:
        caller = acting(session, town.heads[key], at)
        for stage in weekly.reports_of(caller):
            if stage.unit_id != town.ids[key] or not stage.issues:
                continue
            newest = stage.issues[0]
            if newest.cut_off < at - timedelta(days=1):
                continue
            weekly.sign(caller, newest.id, town.ids[key])
            if week % 4 == 0 and key in ("qx_zf", "ga"):
                text = "已逐人核对，未完成的均为请假和值班备勤人员，本周内补学。"
                weekly.comment(caller, newest.id, town.ids[key], text)

    return sign


def _brief(office: Office, week: int) -> Doing:
    at, town = office.at(week, 0, 15), office.town

    def brief(session: Session) -> None:
        head = acting(session, town.heads[TOP], at)
        for stage in weekly.reports_of(head):
            if stage.stage.programme_id != office.campaign or not stage.issues:
                continue
            row = briefings.draft(head, NewBriefing(stage.issues[0].id, town.ids[TOP], _WORDS))
            if week:  # the newest is left as a draft
                briefings.issue(head, row.id, briefings.mark(row))
            return

    return brief


def _chases(office: Office) -> Iterator[Deed]:
    """Drafted by the prefecture's head; an order is approved by the admin the same day."""
    for number, (week, key, kind, target, days, why) in enumerate(_CHASES):
        at = office.at(week, 1, 9)
        condition = Condition(ConditionKind.DUE_SHARE, target)
        yield Deed(at, number, _chase(office, week, (key, kind, condition), (days, why)))


def _chase(
    office: Office, week: int, what: tuple[str, ChaseKind, Condition], asked: tuple[int, str]
) -> Doing:
    at, town = office.at(week, 1, 9), office.town
    key, kind, condition = what
    days, why = asked

    def chase(session: Session) -> None:
        head = acting(session, town.heads[TOP], at)
        plans = programmes.plans_in_reach(office.caller(session, "admin", at), office.campaign)
        today = local_day(at)
        running = [p for p in plans if p.stage.first_day <= today <= p.stage.last_day] or plans
        due = today + timedelta(days=days)
        new = NewChase(
            kind, running[0].identity, town.ids[key], town.heads[key], why, condition, due
        )
        row = chasing.draft(head, new)
        if kind is ChaseKind.ORDER:
            admin = office.caller(session, "admin", at + timedelta(hours=2))
            chasing.approve(admin, row.id)

    return chase


def _sessions(office: Office) -> Iterator[Deed]:
    """A collective session of a unit on a Wednesday afternoon: planned, called, ended."""
    for key, week in _SESSIONS:
        yield Deed(office.at(week, 2, 14), 0, _session(office, key, week))


def _session(office: Office, key: str, week: int) -> Doing:
    at, town = office.at(week, 2, 14), office.town

    def hold(session: Session) -> None:
        liaison = acting(session, town.liaisons[key], at)
        covered = study_sessions.portions_to_cover(liaison)
        first = (11 - week) * 3 % max(1, len(covered) - 2)
        items = tuple(item for item, _ in covered[first : first + 2])
        title = covered[first][1].partition(" ")[0] if covered else "集中学习"
        new = NewSession(
            town.ids[key],
            SessionKind.COLLECTIVE,
            f"集中学习：{title}",
            town.names[town.heads[key]],
            "三楼会议室",
            at + timedelta(minutes=30),
            items,
        )
        made = study_sessions.plan(liaison, new)
        ended = acting(session, town.liaisons[key], at + timedelta(hours=2))
        luck = random.Random(f"roll {key} {week}")
        ticks = [
            Tick(
                str(UUID(int=luck.getrandbits(128), version=4)),
                seq,
                person_id,
                luck.choice([RollMark.PRESENT] * 8 + [RollMark.LEAVE, RollMark.ABSENT]),
            )
            for seq, (person_id, unit) in enumerate(town.staff.items(), 1)
            if unit == key
        ]
        study_sessions.receive(ended, made.id, ticks)
        study_sessions.close(ended, made.id)

    return hold


def _reminders(office: Office) -> Iterator[Deed]:
    """Liaisons of three counties remind who is overdue, on Thursdays."""
    for week in (10, 7, 4, 2, 1):
        for key in ("qx_ga", "lw_ga", "gd_ga"):
            yield Deed(office.at(week, 3, 10), 0, _remind(office, key, week))


def _remind(office: Office, key: str, week: int) -> Doing:
    at, town = office.at(week, 3, 10), office.town

    def remind(session: Session) -> None:
        liaison = acting(session, town.liaisons[key], at)
        plans = programmes.plans_in_reach(office.caller(session, "admin", at), office.campaign)
        today = local_day(at)
        for plan in plans:
            if plan.stage.first_day <= today <= plan.stage.last_day:
                whom = Whom(plan.identity, town.ids[key], ReminderRule.OVERDUE)
                reminding.ask(liaison, NewReminder(whom, addition="请于周五前补学。"))

    return remind


def _deferrals(office: Office) -> Iterator[Deed]:
    """Two are asked for, one of them is granted, the other waits."""
    at = office.at(0, 0, 10)
    town = office.town

    def ask(session: Session) -> None:
        liaison = acting(session, town.liaisons["np_ga"], at)
        people = [each for each, key in town.staff.items() if key == "np_ga"][4:6]
        windows = [w for w, _ in dispensations.windows_to_ask(liaison) if w.opens_at > at]
        for person_id, window in zip(people, windows, strict=False):
            until = local_day(window.closes_at) + timedelta(days=14)
            new = NewDispensation(DispensationKind.DEFERRAL, until, "执行跨省办案任务")
            dispensations.ask(liaison, window.id, [person_id], new)

    yield Deed(at, 0, ask)


def _findings(office: Office) -> Iterator[Deed]:
    """The guidance group finds problems; units answer, one answer is returned, one finding is closed."""
    for number, each in enumerate(town_data()["findings"]):
        at = office.at(5 - number, 2, 16)
        found: list[int] = []
        yield Deed(at, 0, _find(office, at, each, found))
        for days, step, text in each["steps"]:
            then = at + timedelta(days=days)
            yield Deed(then, 0, _take(office, then, (each["unit"], FindingStep(step), text), found))


def _find(office: Office, at: datetime, about: dict[str, Any], found: list[int]) -> Doing:
    def find(session: Session) -> None:
        due_on = local_day(at) + timedelta(days=14)
        unit = office.town.ids[about["unit"]]
        new = NewFinding(unit, about["title"], about["found"], about["asked"], due_on)
        found.append(finding_work.open_finding(office.caller(session, "inspector", at), new).id)

    return find


def _take(
    office: Office, at: datetime, what: tuple[str, FindingStep, str], found: list[int]
) -> Doing:
    unit, step, text = what

    def take(session: Session) -> None:
        by_unit = acting(session, office.town.heads[unit], at)
        by_group = office.caller(session, "inspector", at)
        for each in found:
            caller = by_unit if step is FindingStep.ANSWER else by_group
            seen = finding_work.one(caller, each).mark
            finding_work.take(caller, each, step, text, seen)

    return take


def _wrong_question(office: Office) -> Iterator[Deed]:
    """Officers report questions of a weekly test; one is void, and everybody's marks follow."""
    at = office.at(3, 2, 9)
    town = office.town
    who = [each for each, key in town.staff.items() if key == "bl_ga"][3:]

    def report(session: Session) -> None:
        for person_id, text in zip(who, town_data()["reports"], strict=False):
            caller = acting(session, person_id, at)
            for newest in own_marks.marks_of(caller)[:1]:
                question_reports.report(caller, newest.attempt, 1, text)

    def correct(session: Session) -> None:
        _void_one(office, session, at + timedelta(days=1))

    yield Deed(at, 0, report)
    yield Deed(at + timedelta(days=1), 0, correct)


def _void_one(office: Office, session: Session, at: datetime) -> None:
    """The exams' owner voids the first reported question that is none of their own paper, and the editor
    answers the report; the others wait."""
    owner, editor = office.caller(session, "owner", at), office.caller(session, "editor", at)
    for each in open_reports(editor):
        if key_correction.concerns_oneself(session, owner.actor, each.version.id):
            continue
        reason = "所引条文已修订，题干表述不再准确，本题作废，按满分计。"
        wanted = CorrectionInput(Correction.VOID_FULL)
        key_correction.revise(owner, each.version.id, wanted, Decision(reason, keeps_passes=True))
        question_reports.answer(editor, each.report.id, "核对属实，已作废并重新计分，谢谢。")
        return
