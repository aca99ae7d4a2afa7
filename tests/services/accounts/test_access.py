"""People can be shut out at once, and let in again; nothing that they began is lost by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.accounts.models import Credential
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, Result
from learnapp.db.exams.attempts import answers_of
from learnapp.db.operations.models import AuditEntry
from learnapp.db.people.models import Grant, Membership
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.people.people import UnitKind
from learnapp.services.accounts import access, activation, sign_in
from learnapp.services.accounts.sign_in import Visitor
from learnapp.services.exams import attempts
from learnapp.services.people import people, roles, search
from learnapp.services.people.roles import NewGrant
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import HASH, NOW

DAY = date(2026, 1, 1)
HERE = Visitor("10.0.0.1")


def signed_in(ground: ExamFixture, officer: Actor) -> str:
    with ground.database.writing() as session:
        activation.set_password(session, NOW, officer.person_id, HASH)
        return sign_in.succeed(session, officer.person_id, "Linux", NOW, HERE).token


def audited(session, action: str) -> int:
    session.flush()
    rows = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
    return session.scalar(rows)


def test_a_disabled_person_is_out_at_once_and_in_again_when_enabled(ground: ExamFixture):
    officer = ground.officer()
    token = signed_in(ground, officer)
    who = officer.person_id
    with ground.database.writing() as session:
        code = activation.issue(Caller(session, SYSTEM, NOW), [who])[who]
        activation.set_password(session, NOW, who, HASH)
        token = sign_in.succeed(session, who, "Linux", NOW, HERE).token
        assert access.disable(Caller(session, ground.admin, NOW), who)
        assert not access.disable(Caller(session, ground.admin, NOW), who)
        assert audited(session, "person.disabled") == 1
        assert sign_in.who(session, token, NOW) is None
        with pytest.raises(NotFound):
            activation.holder(session, code, NOW)
        with pytest.raises(Conflict):
            activation.issue_again(Caller(session, ground.admin, NOW), who)
        assert access.enable(Caller(session, ground.admin, NOW), who)
        assert not access.enable(Caller(session, ground.admin, NOW), who)
        assert sign_in.who(session, token, NOW) is None  # the session does not come back
        assert session.get(Credential, who).password_hash == HASH


def test_who_is_disabled_between_the_check_and_the_session_does_not_enter(ground: ExamFixture):
    officer = ground.officer()
    signed_in(ground, officer)
    with ground.database.writing() as session:
        login = access.account_of(
            Caller(session, ground.admin, NOW), officer.person_id
        ).login_names[0]
        tried = sign_in.begin(session, login, HERE, NOW)
        assert tried.person_id == officer.person_id and sign_in.may_enter(session, tried)
        access.disable(Caller(session, ground.admin, NOW), officer.person_id)
        assert not sign_in.may_enter(session, tried)
        assert sign_in.begin(session, login, HERE, NOW).person_id is None


def test_the_exam_of_somebody_disabled_ends_by_the_clock_and_its_answers_count(ground: ExamFixture):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    event = AnswerEvent("00000000-0000-4000-8000-000000000001", 1, 1, None, True)
    with ground.database.writing() as session:
        attempts.receive(Caller(session, officer, EARLY), public_id, [event])
        listed = access.account_of(Caller(session, ground.admin, EARLY), officer.person_id).attempts
        assert [each.title for each in listed] == ["周测"]
        access.disable(Caller(session, ground.admin, EARLY), officer.person_id)
    assert ground.work(EARLY + timedelta(hours=1))
    with ground.database.reading() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        assert attempt.state == "submitted" and attempt.submitted_by == "clock"
        assert len(answers_of(session, attempt.id)) == 1
        assert session.scalar(select(func.count()).select_from(Result)) in (0, 1)


def test_sessions_end_and_a_repeat_ends_none(ground: ExamFixture):
    officer = ground.officer()
    token = signed_in(ground, officer)
    with ground.database.writing() as session:
        assert access.end_sessions(Caller(session, ground.admin, NOW), officer.person_id) == 1
        assert access.end_sessions(Caller(session, ground.admin, NOW), officer.person_id) == 0
        assert sign_in.who(session, token, NOW) is None
        assert audited(session, "person.sessions_ended") == 1


def test_a_role_ends_by_a_further_row_at_once_or_from_a_day_on(ground: ExamFixture):
    officer = ground.officer()
    who, today = officer.person_id, local_day(NOW)
    with ground.database.writing() as session:
        for role in (Role.PROCTOR, Role.MARKER):
            roles.grant(
                Caller(session, SYSTEM, NOW),
                who,
                NewGrant(role, ground.unit_id, ground.line_id, DAY),
            )
        proctor, marker = session.scalars(
            select(Grant).where(Grant.person_id == who).order_by(Grant.id)
        ).all()
        about = (Caller(session, ground.admin, NOW), who)
        with pytest.raises(RuleBroken):
            access.end_grant(*about, proctor.id, today - timedelta(days=1))
        assert access.end_grant(*about, proctor.id, today)
        assert not access.end_grant(*about, proctor.id, today)
        assert access.end_grant(*about, marker.id, today + timedelta(days=3))
        assert [held.role for held in grants_of(session, who, today)] == [Role.MARKER]
        assert grants_of(session, who, today + timedelta(days=3)) == ()
        assert access.end_grant(*about, marker.id, today)  # sooner, by the row it was superseded by
        assert grants_of(session, who, today) == ()
        assert audited(session, "role.ended") == 3


def test_the_last_admin_can_be_neither_disabled_nor_stripped(ground: ExamFixture):
    today = local_day(NOW)
    with ground.database.writing() as session:
        admins = session.scalars(
            select(Grant).where(Grant.role == Role.ADMIN).order_by(Grant.id)
        ).all()
        assert len(admins) == 2
        assert access.disable(Caller(session, SYSTEM, NOW), admins[0].person_id)
        with pytest.raises(Conflict) as last:
            access.disable(Caller(session, SYSTEM, NOW), admins[1].person_id)
        assert last.value.code == "last_admin"
        with pytest.raises(Conflict):
            access.end_grant(Caller(session, SYSTEM, NOW), admins[1].person_id, admins[1].id, today)
        access.enable(Caller(session, SYSTEM, NOW), admins[0].person_id)
        assert access.disable(Caller(session, SYSTEM, NOW), admins[1].person_id)


def test_an_admin_below_cannot_touch_the_account_of_one_above(ground: ExamFixture):
    with ground.database.writing() as session:
        below = people.add_unit(Caller(session, SYSTEM, NOW), "派出所", UnitKind.POLICE, 3)
        people.place_unit(
            Caller(session, SYSTEM, NOW), ground.line_id, ground.unit_id, below.id, DAY
        )
        local, chief = (
            people.add_person(Caller(session, SYSTEM, NOW), each, []) for each in ("所", "局")
        )
        for person, unit in ((local, below.id), (chief, ground.unit_id)):
            post = people.MembershipSpec(below.id, ground.line_id)
            people.join(Caller(session, SYSTEM, NOW), person.id, post, DAY)
            roles.grant(
                Caller(session, SYSTEM, NOW),
                person.id,
                NewGrant(Role.ADMIN, unit, ground.line_id, DAY),
            )
        actor = Actor(local.id, grants_of(session, local.id, local_day(NOW)))
        for deed in (access.disable, access.end_sessions, activation.issue_again):
            with pytest.raises(Forbidden) as above:
                deed(Caller(session, actor, NOW), chief.id)
            assert above.value.code == "person_above"
            with pytest.raises(NotFound):  # and who is out of reach is not known to exist
                deed(Caller(session, actor, NOW), ground.admin.person_id)


def test_who_has_left_can_still_be_found_and_shut_out(ground: ExamFixture):
    officer = ground.officer()
    with ground.database.writing() as session:
        here = session.scalars(
            select(Membership).where(Membership.person_id == officer.person_id)
        ).one()
        session.add(
            Membership(
                person_id=here.person_id,
                unit_id=here.unit_id,
                line_id=here.line_id,
                basis=here.basis,
                category=here.category,
                counts=True,
                valid_from=here.valid_from,
                valid_to=local_day(NOW),
                recorded_at=NOW,
                supersedes_id=here.id,
            )
        )
        session.flush()
        assert access.disable(Caller(session, ground.admin, NOW), officer.person_id)
        found, _ = search.people_in_reach(
            Caller(session, ground.admin, NOW), search.PeopleSearch("考生"), 1, 500
        )
        assert officer.person_id in {each.person_id for each in found if each.disabled}
