"""Nobody rules on their own case: every right that concerns people is tried on oneself and refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from learnapp.db.bank.models import QuestionReport
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import (
    Allowance,
    AnswerEventRow,
    Attempt,
    MarkOpinion,
    PaperQuestion,
)
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.people.models import Absence, Grant, Membership
from learnapp.db.people.scope import grants_of
from learnapp.domain.bank.versions import VersionAction
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Forbidden
from learnapp.domain.core.own_case import ASKS, CONCERNS_NOBODY, refuse_own
from learnapp.domain.core.permissions import SYSTEM, Actor, Permission, Role
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import AttemptState, Channel, WindowKind
from learnapp.services.accounts import access, activation
from learnapp.services.bank import question_reports, questions
from learnapp.services.exams import (
    accommodations,
    attempt_start,
    attempts,
    auto_marking,
    exams,
    grading,
    key_correction,
    late_answers,
    paper_entry,
    paper_scans,
    proctoring,
    reopening,
)
from learnapp.services.exams.grading import GivenGrade
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from question_bank.editing import to_fields
from tests.rulings import KEEPS, replaced_by
from tests.services.conftest import EARLY, ExamFixture
from tests.services.operations import own_deeds as deeds
from tests.small_office import NOW

P = Permission
DAY = date(2026, 1, 1)
AT = EARLY + timedelta(minutes=5)


class Self:
    """Somebody with every role over the unit, and with an attempt of their own in its exam."""

    def __init__(self, ground: ExamFixture, session: Any) -> None:
        self.ground, self.session = ground, session
        officer = people.add_person(Caller(session, SYSTEM, NOW), "身兼数职", [])
        post = people.MembershipSpec(ground.unit_id, ground.line_id)
        people.join(Caller(session, SYSTEM, NOW), officer.id, post, DAY)
        self.give(officer.id)
        self.person_id = officer.id
        self.actor = Actor(officer.id, grants_of(session, officer.id, local_day(NOW)))

    def give(self, person_id: int) -> None:
        for role in Role:
            roles.grant(
                Caller(self.session, SYSTEM, NOW),
                person_id,
                NewGrant(role, self.ground.unit_id, self.ground.line_id, DAY),
            )

    def start(self, channel: Channel = Channel.ONLINE) -> Attempt:
        public_id = attempt_start.start(
            Caller(self.session, Actor(self.person_id), EARLY),
            self.ground.window_id,
            "5eed",
            channel=channel,
        ).public_id
        return self.session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()

    def handed_in(self) -> Attempt:
        attempt = self.start()
        attempts.submit(Caller(self.session, Actor(self.person_id), EARLY), attempt.public_id)
        self.session.expire(attempt)
        return attempt

    def place(self, attempt: Attempt, type_: str) -> PaperQuestion:
        return self.session.scalars(
            select(PaperQuestion)
            .where(PaperQuestion.attempt_id == attempt.id, PaperQuestion.type == type_)
            .order_by(PaperQuestion.ordinal)
        ).first()

    def written(self) -> int:
        """A version of the actor's own, sent to review."""
        row = self.session.scalar(
            select(questions.QuestionVersion.id).where(questions.QuestionVersion.type == "single")
        )
        data = version_in_reach(Caller(self.session, self.actor, NOW), row, P.BANK_EDIT).data
        fields = to_fields(data)
        values = {name: getattr(fields, name) for name in fields.__dataclass_fields__}
        made, _ = questions.edit(
            Caller(self.session, self.actor, NOW),
            row,
            type(fields)(**{**values, "stem": "自己写的题？"}),
            questions.About(),
        )
        assert made is not None
        return made.id


def _code(me: Self) -> None:
    activation.issue_again(Caller(me.session, me.actor, AT), me.person_id)


def _sessions(me: Self) -> None:
    access.end_sessions(Caller(me.session, me.actor, AT), me.person_id)


def _disable(me: Self) -> None:
    access.disable(Caller(me.session, me.actor, AT), me.person_id)


def _enable(me: Self) -> None:
    access.enable(Caller(me.session, me.actor, AT), me.person_id)


def _end_grant(me: Self) -> None:
    own = me.session.scalar(select(Grant.id).where(Grant.person_id == me.person_id).limit(1))
    access.end_grant(Caller(me.session, me.actor, AT), me.person_id, own, local_day(AT))


def _own_report(me: Self) -> None:
    attempt = me.handed_in()
    question_reports.report(
        Caller(me.session, Actor(me.person_id), AT), attempt.public_id, 1, "答案错"
    )
    found = me.session.scalars(select(QuestionReport)).one()
    question_reports.answer(Caller(me.session, me.actor, AT), found.id, "成立")


def _approve(me: Self) -> None:
    version_id = me.written()
    questions.apply_action(Caller(me.session, me.actor, AT), version_id, VersionAction.SUBMITTED)
    questions.apply_action(Caller(me.session, me.actor, AT), version_id, VersionAction.APPROVED)


def _return(me: Self) -> None:
    version_id = me.written()
    questions.apply_action(Caller(me.session, me.actor, AT), version_id, VersionAction.SUBMITTED)
    questions.apply_action(
        Caller(me.session, me.actor, AT), version_id, VersionAction.RETURNED, "再想想"
    )


def _release_question(me: Self) -> None:
    questions.apply_action(
        Caller(me.session, me.actor, AT), me.written(), VersionAction.RELEASED_URGENTLY, "自己批准"
    )


def _key(me: Self) -> None:
    place = me.place(me.handed_in(), "single")
    old = version_in_reach(Caller(me.session, me.actor, AT), place.version_id, P.KEY_REVISE)
    letter = "B" if to_fields(old.data).answer == "A" else "A"
    key_correction.revise(
        Caller(me.session, me.actor, AT), place.version_id, replaced_by(letter), KEEPS
    )


def _batch(me: Self) -> None:
    window = me.session.get_one(ExamWindow, me.ground.window_id)
    accommodations.limit_to_people(Caller(me.session, me.actor, AT), window, [me.person_id])


def _leave_batch(me: Self) -> None:
    exam = me.session.get_one(Exam, me.ground.exam_id)
    closes = AT + timedelta(hours=2)
    window = exams.add_window(Caller(me.session, me.actor, AT), exam, WindowKind.MAIN, AT, closes)
    accommodations.limit_to_people(Caller(me.session, me.ground.admin, AT), window, [me.person_id])
    accommodations.limit_to_people(Caller(me.session, me.actor, AT), window, [])


def _void(me: Self) -> None:
    proctoring.void(Caller(me.session, me.actor, AT), me.handed_in().public_id, "考得不好")


def _reopen(me: Self) -> None:
    reopening.reopen(Caller(me.session, me.actor, AT), me.handed_in().public_id, 10, "手滑")


def _look_at_reopening(me: Self) -> None:
    reopening.look(Caller(me.session, me.actor, AT), me.handed_in().public_id)


def _reduce(me: Self) -> None:
    proctoring.reduce(Caller(me.session, me.actor, AT), me.start().public_id, 60, "多了")


def _reduce_extra(me: Self) -> None:
    accommodations.reduce_extra_time(
        Caller(me.session, me.actor, AT), me.ground.exam_id, me.person_id, 60, "多了"
    )


def _allow(me: Self) -> None:
    proctoring.allow(Caller(me.session, me.actor, AT), me.start().public_id, 600, "不够")


def _extra(me: Self) -> None:
    other = me.ground.admin.person_id
    accommodations.give_extra_time(
        Caller(me.session, me.actor, AT), me.ground.exam_id, [other, me.person_id], 600, "不够"
    )


def _admit(me: Self) -> None:
    attempt = me.handed_in()
    event_id = "00000000-0000-4000-8000-000000000001"
    event = AnswerEvent(event_id, 99, me.place(attempt, "single").ordinal, None)
    attempts.receive(Caller(me.session, Actor(me.person_id), AT), attempt.public_id, [event])
    assert me.session.scalar(select(AnswerEventRow.state)) == "after_submit"
    late_answers.accept_late_answer(
        Caller(me.session, me.actor, AT), attempt.public_id, event_id, "本人"
    )


def _draw_paper(me: Self) -> None:
    paper_entry.begin(Caller(me.session, me.actor, AT), me.ground.window_id, me.person_id, "5eed")


def _enter_paper(me: Self) -> None:
    paper_entry.enter(
        Caller(me.session, me.actor, AT), me.start(Channel.PAPER).public_id, {}, EARLY
    )


def _attach_scan(me: Self) -> None:
    public_id = me.start(Channel.PAPER).public_id
    paper_scans.may_attach(Caller(me.session, me.actor, AT), public_id, "a.pdf", b"%PDF-1.7")


def _verify_paper(me: Self) -> None:
    public_id = me.start(Channel.PAPER).public_id
    paper_entry.enter(Caller(me.session, me.ground.admin, AT), public_id, {}, EARLY)
    seen = paper_entry.script(Caller(me.session, me.ground.admin, AT), public_id).mark
    paper_entry.verify(Caller(me.session, me.actor, AT), public_id, seen, agrees=True)


def _mark(me: Self) -> None:
    attempt = me.handed_in()
    place = me.place(attempt, "short_answer")
    grading.submit_grade(
        Caller(me.session, me.actor, AT),
        attempt.marking_id,
        place.ordinal,
        GivenGrade(place.marks, "好"),
    )


def _release(me: Self) -> None:
    me.handed_in()
    auto_marking.release(Caller(me.session, me.actor, AT), me.ground.exam_id)


def _announce(me: Self) -> None:
    proctoring.announce_to(Caller(me.session, me.actor, AT), me.start().public_id, "本人")


CASES: dict[Permission, list[Callable[[Self], None]]] = {
    P.ABSENCE_RECORD: [
        deeds.absence,
        deeds.cancelled_absence,
        deeds.confirmed_report,
        deeds.refused_report,
        deeds.answered_feedback,
    ],
    P.CHASE_DRAFT: [deeds.chase],
    P.CHASE_APPROVE: [deeds.approval_of_a_chase],
    P.FINDING_WRITE: [deeds.finding_about_own_unit],
    P.COMPLETION_WITHDRAW: [deeds.withdrawal],
    P.ROSTER_IMPORT: [
        deeds.transfer,
        deeds.join,
        deeds.move,
        deeds.second_posting,
        deeds.retirement,
        deeds.return_to_service,
        deeds.name,
        deeds.login,
        deeds.end_of_login,
    ],
    P.PEOPLE_ACTIVATE: [_code, _sessions],
    P.PEOPLE_DISABLE: [_disable, _enable],
    P.GRANT_END: [_end_grant],
    P.ROLE_GIVE: [deeds.grant, deeds.role],
    P.ROLE_CONFIRM: [deeds.confirmed_role],
    P.SECURITY_SET: [
        deeds.emergency_account,
        deeds.end_of_emergency_account,
        deeds.one_of_the_three,
    ],
    P.BANK_EDIT: [_own_report],
    P.BANK_REVIEW: [_approve, _return],
    P.BANK_RELEASE: [_release_question],
    P.KEY_REVISE: [_key],
    P.EXAM_EDIT: [_batch, _leave_batch],
    P.ATTEMPT_VOID: [_void],
    P.ATTEMPT_REOPEN: [_reopen, _look_at_reopening],
    P.ALLOWANCE_GRANT: [_allow, _extra, _reduce, _reduce_extra],
    P.ANNOUNCE: [_announce],
    P.ANSWER_ADMIT: [_admit],
    P.ANSWER_ENTER: [_draw_paper, _enter_paper, _verify_paper, _attach_scan],
    P.ANSWER_MARK: [_mark],
    P.MARKS_RELEASE: [_release],
    P.DISPENSATION_ASK: [deeds.dispensation, deeds.taken_back],
    P.DISPENSATION_DECIDE: [deeds.approval],
}


@pytest.mark.parametrize("permission", Permission)
def test_every_right_either_asks_whose_case_it_is_or_says_why_it_concerns_nobody(permission):
    assert (permission in ASKS) != (permission in CONCERNS_NOBODY)
    if permission in ASKS:
        assert CASES[permission]
    else:
        assert len(CONCERNS_NOBODY[permission].split()) > 1


@pytest.mark.parametrize("deed", [deed for each in CASES.values() for deed in each])
def test_a_deed_on_oneself_is_refused(ground: ExamFixture, deed):
    with ground.database.writing() as session:
        me = Self(ground, session)
        with pytest.raises(Forbidden) as refused:
            deed(me)
        assert refused.value.code == "own_case"


def test_time_for_a_unit_passes_the_givers_own_attempt_by(ground: ExamFixture):
    other = ground.officer()
    ground.start(other, EARLY)
    with ground.database.writing() as session:
        me = Self(ground, session)
        mine = me.start()
        about = (ground.window_id, ground.unit_id, 600, "停电")
        assert proctoring.allow_unit(Caller(me.session, me.actor, AT), *about) == 1
        given = session.scalars(select(Allowance.attempt_id)).all()
        assert len(given) == 1 and mine.id not in given


def test_a_refusal_leaves_nothing_behind(ground: ExamFixture):
    counted = (Allowance, MarkOpinion, Absence, Membership, Grant)
    with ground.database.writing() as session:
        me = Self(ground, session)
        attempt = me.handed_in()

        def counts() -> list[int]:
            session.flush()
            return [session.scalar(select(func.count()).select_from(row)) for row in counted]

        before = counts()
        for deed in (deeds.absence, deeds.transfer, deeds.grant, _extra):
            with pytest.raises(Forbidden):
                deed(me)
        assert counts() == before and attempt.state == AttemptState.SUBMITTED


def test_the_system_has_no_case_of_its_own():
    refuse_own(SYSTEM, 1, 2)
    with pytest.raises(Forbidden):
        refuse_own(Actor(2), 1, 2)
