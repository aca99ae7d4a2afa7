"""Deeds on people, tried on oneself by tests/services/operations/test_own_case.py."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from learnapp.db.accounts.models import RoleRequest
from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Dispensation
from learnapp.db.notices.models import Chase
from learnapp.db.study.models import Completion, Item, Stage
from learnapp.domain.accounts.separation import THE_THREE
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.exams.dispensations import DispensationKind, NewDispensation
from learnapp.domain.exams.exams import Channel
from learnapp.domain.notices.chases import ChaseKind, Condition, ConditionKind
from learnapp.domain.people.people import Basis, Category, LoginKind
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.accounts import password_rules, separation
from learnapp.services.exams import dispensations
from learnapp.services.notices import chasing, finding_work
from learnapp.services.notices.finding_work import NewFinding
from learnapp.services.operations import feedback
from learnapp.services.people import absences, leave_reports, naming, people, postings, roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.services.conftest import EARLY
from tests.small_office import NOW

DAY = date(2026, 1, 1)
AT = EARLY + timedelta(minutes=5)


def absence(me: Any) -> None:
    new = absences.NewAbsence(AbsenceKind.LONG_LEAVE, DAY, DAY, "本人")
    absences.record(Caller(me.session, me.actor, AT), me.person_id, new)


def cancelled_absence(me: Any) -> None:
    new = absences.NewAbsence(AbsenceKind.LEAVE, DAY, DAY)
    made = absences.record(Caller(me.session, me.ground.admin, AT), me.person_id, new)
    absences.cancel(Caller(me.session, me.actor, AT), me.person_id, made)


def emergency_account(me: Any) -> None:
    password_rules.name_emergency(Caller(me.session, me.actor, AT), me.person_id, "本人")


def one_of_the_three(me: Any) -> None:
    third = people.add_person(Caller(me.session, SYSTEM, NOW), "第三人", []).id
    people_named = (me.person_id, me.ground.admin.person_id, third)
    three = dict(zip(THE_THREE, people_named, strict=True))
    separation.switch_on(Caller(me.session, me.actor, AT), three)


def confirmed_role(me: Any) -> None:
    wanted = RoleRequest(
        person_id=me.person_id,
        role=Role.MARKER,
        unit_id=me.ground.unit_id,
        from_day=DAY,
        asked_at=AT,
        asked_by=me.ground.admin.person_id,
    )
    me.session.add(wanted)
    me.session.flush()
    roles.decide(Caller(me.session, me.actor, AT), wanted.id, True)


def end_of_emergency_account(me: Any) -> None:
    password_rules.name_emergency(Caller(me.session, SYSTEM, AT), me.person_id, "值班")
    (named,) = password_rules.emergency_accounts(Caller(me.session, SYSTEM, AT))
    password_rules.end_emergency(Caller(me.session, me.actor, AT), named.id)


def _reported(me: Any) -> int:
    new = absences.NewAbsence(AbsenceKind.DUTY, DAY, DAY)
    return leave_reports.report(Caller(me.session, me.actor, AT), new)


def confirmed_report(me: Any) -> None:
    leave_reports.confirm(Caller(me.session, me.actor, AT), _reported(me))


def refused_report(me: Any) -> None:
    leave_reports.refuse(Caller(me.session, me.actor, AT), _reported(me), "本人")


def answered_feedback(me: Any) -> None:
    own = Caller(me.session, me.actor, AT)
    feedback.answer(own, feedback.say(own, "题太多"), "本人")


def _asked(me: Any) -> int:
    new = NewDispensation(DispensationKind.EXEMPTION, None, "公差")
    admin = Caller(me.session, me.ground.admin, AT)
    dispensations.ask(admin, me.ground.window_id, [me.person_id], new)
    return me.session.scalars(select(Dispensation.id)).one()


def dispensation(me: Any) -> None:
    new = NewDispensation(DispensationKind.EXEMPTION, None, "本人")
    dispensations.ask(Caller(me.session, me.actor, AT), me.ground.window_id, [me.person_id], new)


def approval(me: Any) -> None:
    dispensations.decide(Caller(me.session, me.actor, AT), _asked(me), True, "")


def taken_back(me: Any) -> None:
    dispensations.withdraw(Caller(me.session, me.actor, AT), _asked(me), "本人")


def withdrawal(me: Any) -> None:
    item_id = me.session.scalar(select(Item.id).where(Item.portion_id.is_not(None)).limit(1))
    completions.complete(
        Caller(me.session, SYSTEM, EARLY),
        NewCompletion(me.person_id, item_id, Channel.ONLINE, {}, "x", EARLY),
    )
    found = me.session.scalars(select(Completion).where(Completion.person_id == me.person_id)).one()
    completions.withdraw(Caller(me.session, me.actor, AT), found.id, "本人")


def transfer(me: Any) -> None:
    post = people.MembershipSpec(me.ground.unit_id, me.ground.line_id, category=Category.AUXILIARY)
    people.transfer(Caller(me.session, me.actor, AT), me.person_id, post, local_day(AT))


def join(me: Any) -> None:
    post = people.MembershipSpec(me.ground.unit_id, me.ground.line_id)
    people.join(Caller(me.session, me.actor, AT), me.person_id, post, local_day(AT))


def move(me: Any) -> None:
    post = people.MembershipSpec(me.ground.unit_id, me.ground.line_id, category=Category.AUXILIARY)
    postings.move(Caller(me.session, me.actor, AT), me.person_id, post, local_day(AT))


def second_posting(me: Any) -> None:
    post = people.MembershipSpec(me.ground.unit_id, me.ground.line_id, Basis.CONCURRENT)
    postings.second(
        Caller(me.session, me.actor, AT), me.person_id, post, postings.DaySpan(local_day(AT))
    )


def retirement(me: Any) -> None:
    postings.retire(Caller(me.session, me.actor, AT), me.person_id)


def return_to_service(me: Any) -> None:
    postings.bring_back(Caller(me.session, me.actor, AT), me.person_id)


def name(me: Any) -> None:
    new = naming.NewName("自己改名", naming.NameKind.CHANGE, local_day(AT))
    naming.rename(Caller(me.session, me.actor, AT), me.person_id, new)


def login(me: Any) -> None:
    naming.add_login(
        Caller(me.session, me.actor, AT), me.person_id, LoginKind.MOBILE, "13900000000"
    )


def end_of_login(me: Any) -> None:
    naming.end_login(Caller(me.session, me.actor, AT), me.person_id, 1)


def role(me: Any) -> None:
    new = roles.NewGrant(Role.ADMIN, me.ground.unit_id, None, local_day(AT))
    roles.give(Caller(me.session, me.actor, AT), me.person_id, new)


def grant(me: Any) -> None:
    roles.grant(
        Caller(me.session, me.actor, AT),
        me.person_id,
        NewGrant(Role.ADMIN, me.ground.unit_id, None, local_day(AT)),
    )


def chase(me: Any) -> None:
    stage_id = me.session.scalar(select(Stage.id).limit(1))
    condition = Condition(ConditionKind.BEHIND, 0)
    due_on = local_day(AT) + timedelta(days=3)
    new = chasing.NewChase(
        ChaseKind.LETTER, stage_id, me.ground.unit_id, me.person_id, "本人", condition, due_on
    )
    chasing.draft(Caller(me.session, me.actor, AT), new)


def approval_of_a_chase(me: Any) -> None:
    row = Chase(
        kind="order",
        stage_id=me.session.scalar(select(Stage.id).limit(1)),
        unit_id=me.ground.unit_id,
        owner_id=me.ground.admin.person_id,
        reason="本人起草",
        condition="behind",
        target=0,
        due_on=local_day(AT),
        state="draft",
        drafted_by=me.person_id,
        drafted_at=AT,
    )
    me.session.add(row)
    me.session.flush()
    chasing.approve(Caller(me.session, me.actor, AT), row.id)


def finding_about_own_unit(me: Any) -> None:
    due_on = local_day(AT) + timedelta(days=9)
    new = NewFinding(me.ground.unit_id, "问题", "情况", "要求", due_on)
    finding_work.open_finding(Caller(me.session, me.actor, AT), new)
