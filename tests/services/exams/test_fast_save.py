"""One answer, saved by the short ways: in one statement on PostgreSQL, in two on either database."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt
from learnapp.domain.exams.answers import AnswerEvent, EventState
from learnapp.domain.exams.exams import AttemptState
from learnapp.services.accounts import sign_in
from learnapp.services.exams import attempts
from learnapp.services.exams.attempts import Received, receive_at_once, receive_one
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import at_once

MINUTE = timedelta(minutes=1)
TEXT = 9  # a place of the office's paper that takes a text


class Phone:
    """Somebody's phone with an attempt of theirs."""

    def __init__(self, ground: ExamFixture) -> None:
        self.ground, self.officer = ground, ground.officer()
        self.attempt = ground.start(self.officer, EARLY)
        with ground.database.writing() as session:
            self.token = sign_in.succeed(session, self.officer.own_id(), "Linux", EARLY).token

    def at_once(self, event: AnswerEvent, now: datetime = EARLY) -> Received | None:
        """The save in one statement."""
        with self.ground.database.at_once() as direct:
            return direct and receive_at_once(direct, self.token, now, self.attempt, event)

    def save(self, event: AnswerEvent, now: datetime = EARLY) -> Received | None:
        """As the server does it: in one statement where that is possible, else in two."""
        if (received := self.at_once(event, now)) is not None:
            return received
        with self.ground.database.saving() as direct:
            return receive_one(direct, self.token, now, self.attempt, event)

    def hand_in(self, now: datetime = EARLY) -> bool:
        """Hand the attempt in; whether it was the first time."""
        with self.ground.database.writing() as session:
            return attempts.submit(Caller(session, self.officer, now), self.attempt).first

    def stored(self) -> dict[str, str]:
        """The state of each event that the attempt has."""
        with self.ground.database.reading() as session:
            rows = session.execute(
                select(AnswerEventRow.event_id, AnswerEventRow.state)
                .join(Attempt, Attempt.id == AnswerEventRow.attempt_id)
                .where(Attempt.public_id == self.attempt)
            )
            return {event_id: state for event_id, state in rows}


@pytest.fixture
def phone(ground: ExamFixture) -> Phone:
    return Phone(ground)


def _writing(n: int, question: int = TEXT, text: str = "依法") -> AnswerEvent:
    return AnswerEvent(str(uuid.UUID(int=n)), n, question, {"text": text})


def test_a_save_is_acknowledged_with_the_time_left_and_the_highest_count(phone: Phone) -> None:
    assert phone.save(_writing(7)) is not None
    received = phone.save(_writing(3), EARLY + MINUTE)
    assert received is not None
    assert received.acknowledged == [(str(uuid.UUID(int=3)), EventState.HELD)]
    assert (received.max_seq, received.state) == (7, AttemptState.OPEN)
    assert received.deadline == EARLY + 20 * MINUTE
    assert set(phone.stored().values()) == {"held"} and len(phone.stored()) == 2


def test_postgresql_needs_one_statement_and_sqlite_two(phone: Phone) -> None:
    one = phone.ground.database.engine.dialect.name == "postgresql"
    assert (phone.at_once(_writing(1)) is not None) is one
    assert len(phone.stored()) == int(one)


def _handed_in(phone: Phone) -> None:
    phone.hand_in()


def _void(phone: Phone) -> None:
    with phone.ground.database.writing() as session:
        wanted = update(Attempt).where(Attempt.public_id == phone.attempt)
        void = {"voided_at": EARLY, "void_reason": "作弊"}
        session.execute(wanted.values(state=AttemptState.VOIDED, **void))


def _signed_out(phone: Phone) -> None:
    with phone.ground.database.writing() as session:
        sign_in.revoke(Caller(session, phone.officer, EARLY))


def _anothers(phone: Phone) -> None:
    phone.token = Phone(phone.ground).token


def _known(phone: Phone) -> None:
    assert phone.save(_writing(1)) is not None


UNCLEAR: list[tuple[str, Callable[[Phone], object], AnswerEvent, timedelta]] = [
    ("handed in", _handed_in, _writing(1), timedelta()),
    ("voided", _void, _writing(1), timedelta()),
    ("signed out", _signed_out, _writing(1), timedelta()),
    ("of somebody else", _anothers, _writing(1), timedelta()),
    ("twice", _known, _writing(1), timedelta()),
    ("after its own time", lambda phone: None, _writing(1), 20 * MINUTE + timedelta(seconds=1)),
    ("to no place", lambda phone: None, _writing(1, 99), timedelta()),
    ("to place 0", lambda phone: None, _writing(1, 0), timedelta()),
    ("to a place beyond all numbers", lambda phone: None, _writing(1, 2**70), timedelta()),
    ("no answer to its question", lambda phone: None, _writing(1, 1), timedelta()),
    ("long", lambda phone: None, _writing(1, text="法" * 1_000), timedelta()),
]


@pytest.mark.parametrize(
    ("before", "event", "later"),
    [each[1:] for each in UNCLEAR],
    ids=[each[0] for each in UNCLEAR],
)
def test_what_is_not_plain_is_left_to_the_other_ways_with_nothing_stored(
    phone: Phone, before: Callable[[Phone], object], event: AnswerEvent, later: timedelta
) -> None:
    before(phone)
    held = phone.stored()
    assert phone.at_once(event, EARLY + later) is None
    assert phone.stored() == held


def test_saves_and_submits_at_one_instant_agree_on_what_counted(
    ground: ExamFixture, record_property
) -> None:
    tally: Counter[str] = Counter()
    for phone in _phones(ground, 10):
        saves = [lambda n=n, phone=phone: phone.save(_writing(n)) for n in range(1, 6)]
        came = at_once([*saves[:2], *[phone.hand_in] * 3, *saves[2:]])
        assert sorted(each for each in came if isinstance(each, bool)) == [False, False, True]
        acknowledged = dict(
            pair for each in came if isinstance(each, Received) for pair in each.acknowledged
        )
        assert phone.stored() == acknowledged and len(acknowledged) == 5
        tally.update(acknowledged.values())
    record_property("tried", f"saves beside three submits: {dict(tally)}")


def _phones(ground: ExamFixture, count: int) -> Iterator[Phone]:
    for _ in range(count):
        yield Phone(ground)


def test_each_of_many_saves_at_one_instant_is_stored_once(phone: Phone) -> None:
    events = [_writing(n % 8 + 1) for n in range(16)]  # each comes twice
    came = at_once([lambda each=each: phone.save(each) for each in events])
    assert sum(each is not None for each in came) == 8
    assert len(phone.stored()) == 8


def test_a_place_is_read_once_for_all_of_its_paper(phone: Phone, monkeypatch) -> None:
    if phone.ground.database.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite a save is two statements, one of which reads the place")
    assert phone.save(_writing(1)) is not None
    asked = []
    fetch = attempts.attempts._PLACES.rows
    monkeypatch.setattr(
        attempts.attempts._PLACES, "rows", lambda *a, **k: asked.append(1) or fetch(*a, **k)
    )
    assert phone.save(_writing(2, 10)) is not None and phone.save(_writing(3)) is not None
    assert not asked
