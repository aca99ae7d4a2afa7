"""What an open test page is told when it asks: its time, its state, and the proctor's words."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select

from learnapp.db.accounts.models import SignIn
from learnapp.db.core.caller import Caller
from learnapp.db.operations.models import AuditEntry
from learnapp.domain.core.permissions import Actor
from learnapp.services.accounts import sign_in
from learnapp.services.exams import attempt_news, proctoring
from learnapp.services.exams.attempt_news import AttemptNews
from tests.services.conftest import EARLY, ExamFixture

LASTS = timedelta(days=1)


def signed_in(ground: ExamFixture, officer: Actor, now=EARLY) -> str:
    token = uuid.uuid4().hex
    row = SignIn(
        token_sha256=sign_in.digest(token),
        person_id=officer.person_id,
        created_at=now,
        expires_at=now + LASTS,
        device="",
    )
    with ground.database.writing() as session:
        session.add(row)
    return token


def ask(
    ground: ExamFixture, token: str, public_id: str, seen: int = 0, now=EARLY
) -> AttemptNews | None:
    with ground.database.glancing() as direct:
        return attempt_news.news(direct, token, now, public_id, seen)


def say(ground: ExamFixture, text: str, public_id: str | None = None) -> None:
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, EARLY)
        if public_id is None:
            proctoring.announce(caller, ground.window_id, text)
        else:
            proctoring.announce_to(caller, public_id, text)


def test_time_added_and_a_void_reach_the_page_that_asks(ground: ExamFixture):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    token = signed_in(ground, officer)
    told = ask(ground, token, public_id)
    assert (told.state, told.deadline) == ("open", EARLY + timedelta(minutes=20))
    assert told.announcements is None
    with ground.database.writing() as session:
        proctoring.allow(Caller(session, ground.admin, EARLY), public_id, 600, "停电")
    assert ask(ground, token, public_id).deadline == EARLY + timedelta(minutes=30)
    with ground.database.writing() as session:
        proctoring.void(Caller(session, ground.admin, EARLY), public_id, "拿错账号")
    assert ask(ground, token, public_id).state == "voided"


def test_nobody_else_is_told_anything(ground: ExamFixture):
    officer, other = ground.officer(), ground.officer()
    public_id = ground.start(officer, EARLY)
    assert ask(ground, signed_in(ground, other), public_id) is None
    assert ask(ground, "nobody's", public_id) is None
    token = signed_in(ground, officer)
    assert ask(ground, token, "no-such") is None
    assert ask(ground, token, public_id, now=EARLY + LASTS) is None


def test_an_announcement_is_told_once_and_the_newest_of_each_rules(ground: ExamFixture):
    officer, other = ground.officer(), ground.officer()
    public_id, others = ground.start(officer, EARLY), ground.start(other, EARLY)
    token, others_token = signed_in(ground, officer), signed_in(ground, other)
    say(ground, "第 3 题的\r\n “下列”应为“下面”。")
    told = ask(ground, token, public_id)
    assert told.announcements == ["第 3 题的 “下列”应为“下面”。"]
    assert ask(ground, token, public_id, told.version).announcements is None
    say(ground, "请到第二考场。", public_id)
    say(ground, "请到第二考场。", public_id)  # pressed twice, said once
    told = ask(ground, token, public_id, told.version)
    assert told.announcements == ["第 3 题的 “下列”应为“下面”。", "请到第二考场。"]
    assert ask(ground, others_token, others).announcements == ["第 3 题的 “下列”应为“下面”。"]
    say(ground, "")
    say(ground, "已经修好。", public_id)
    after = ask(ground, token, public_id, told.version)
    assert after.announcements == ["已经修好。"] and after.version > told.version
    with ground.database.reading() as session:
        assert attempt_news.announced_in(session, ground.window_id).texts == []
        said = session.scalars(
            select(AuditEntry.detail).where(AuditEntry.action == "exam.announced")
        ).all()
    assert len(said) == 4 and "修好" not in str(said)
