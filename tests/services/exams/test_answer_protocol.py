"""The way of an answer, attacked: no acknowledged answer lost, none late counted, one submit."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams import attempts as attempts_queries
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark, Result
from learnapp.db.operations.models import AuditEntry, JobRun
from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.exams import attempt_results, attempts, proctoring
from learnapp.services.exams.attempts import Received
from learnapp.services.exams.plain_form import receive_plain
from question_bank.marking import mark
from question_bank.model import QuestionType, key_from_json, response_from_json
from tests.services.conftest import EARLY, ExamFixture
from tests.services.phones import (
    AFTER_COMMIT,
    AT_COMMIT,
    GRACE,
    Field,
    Ledger,
    Line,
    Message,
    Phone,
    Reply,
    ServerDied,
)
from tests.small_office import NOW

LATE = NOW + timedelta(hours=9, minutes=-5)  # five minutes before the window's close
DEATHS = st.one_of(
    st.none(), st.none(), st.integers(0, 9), st.sampled_from([AT_COMMIT, AFTER_COMMIT])
)
WAITS = st.sampled_from([1, 2, 29, 31, 270])
ROUND_THE_DEADLINE = st.sampled_from([-1, 0, 29, 30, 31, 45, 59, 61])
FATES = st.sampled_from(["arrives", "arrives", "arrives, and again", "lost"])


class AnswerProtocol(RuleBasedStateMachine):
    """Two phones and a form without JavaScript, one attempt, a bad network and a server that dies."""

    def __init__(self, ground: ExamFixture) -> None:
        super().__init__()
        self.ground = ground
        self.database = ground.database
        self.tally = ground.tally
        self.phones = [Phone(), Phone()]
        self.wire: list[Message] = []
        self.replies: list[Reply] = []
        self.allowed = 0
        self.final: dict[int, AnswerEvent] | None = None
        self.server_ids = (str(uuid.uuid5(uuid.NAMESPACE_OID, str(n))) for n in itertools.count())

    @initialize(start=st.sampled_from([EARLY, LATE]))
    def begin(self, start: datetime) -> None:
        self.now = start
        self.officer = self.ground.officer()
        self.public_id = self.ground.start(self.officer, start)
        with self.database.reading() as session:
            sheet = attempt_results.open_sheet(session, self.officer, self.public_id)
            self.places = {row.ordinal: row for row in sheet.places}
            self.attempt_id = sheet.head.id
            self.ledger = Ledger(sheet.head.deadline)
        length = timedelta(minutes=20 if start == EARLY else 5)
        assert self.ledger.deadline == start + length
        self.form = self._form()

    # ---- what a person does ----

    def _response(self, draw: st.DataObject, question: int):
        place = self.places[question]
        if place.type == QuestionType.SHORT_ANSWER:
            texts = [
                "依法",
                "依法\n及时",
                "依法\r\n及时",
            ]  # a form ends its lines in two characters
            return draw.draw(st.sampled_from([None, *({"text": text} for text in texts)]))
        if place.type == QuestionType.FILL_BLANK:
            gaps = [draw.draw(st.sampled_from(["", "三十日", "七日"])) for _ in range(place.blanks)]
            return {"blanks": gaps} if any(gaps) else None
        options = list(place.option_order)
        most = len(options) if place.type == QuestionType.MULTIPLE else 1
        chosen = draw.draw(st.sets(st.sampled_from(options), max_size=most))
        return {"options": sorted(chosen)} if chosen else None

    @rule(which=st.integers(0, 1), data=st.data(), event_id=st.uuids(), flagged=st.booleans())
    def tap(self, which: int, data: st.DataObject, event_id: uuid.UUID, flagged: bool) -> None:
        question = data.draw(st.sampled_from(sorted(self.places)))
        response = self._response(data, question)
        self.phones[which].change(str(event_id), question, response, flagged)
        self.tally["taps"] += 1

    @rule(which=st.integers(0, 1), event_id=st.uuids())
    def tap_wrongly(self, which: int, event_id: uuid.UUID) -> None:
        """A faulty page: an option that the paper does not have."""
        self.phones[which].change(str(event_id), 1, {"options": ["nowhere"]}, False)

    @rule(which=st.integers(0, 1), submits=st.sampled_from([False, False, False, True]))
    def send(self, which: int, submits: bool) -> None:
        self.wire.append(self.phones[which].message(submits))

    def _form(self) -> dict[int, Field]:
        """The page without JavaScript as it is served now."""
        held = self.ledger.answers
        return {n: self._field(n, held.get(n)) for n in self.places}

    @staticmethod
    def _field(question: int, shown: AnswerEvent | None) -> Field:
        if shown is None:
            return Field(question, None, False, None)
        return Field(question, shown.response, shown.flagged, shown)

    @rule(data=st.data(), fresh=st.booleans(), submits=st.sampled_from([False, False, False, True]))
    def post_form(self, data: st.DataObject, fresh: bool, submits: bool) -> None:
        """One change in a page without JavaScript, loaded now or a while ago."""
        if fresh:
            self.form = self._form()
        question = data.draw(st.sampled_from(sorted(self.places)))
        self.wire.append(self._filled(data, question, submits))

    def _filled(self, data: st.DataObject, question: int, submits: bool) -> Message:
        """The form as it lies on the desk, with one question filled in."""
        response, flagged = self._response(data, question), data.draw(st.booleans())
        shown = self.form[question].shown
        self.form[question] = Field(question, response, flagged, shown)
        self.tally["plain posts"] += 1
        return Message(None, submits, plain=tuple(self.form[n] for n in sorted(self.form)))

    @precondition(lambda self: self.ledger.answers)
    @rule(data=st.data(), submits=st.booleans(), dies=DEATHS)
    def post_from_an_older_tab(self, data: st.DataObject, submits: bool, dies) -> None:
        """A change, on a page of some time ago, of what may have been answered elsewhere since."""
        question = data.draw(st.sampled_from(sorted(self.ledger.answers)))
        self._serve(self._filled(data, question, submits), dies)

    @precondition(lambda self: self.ledger.state != "voided")  # then another may follow
    @rule()
    def start_again(self) -> None:
        """A second tab, a second phone, the back button."""
        if self.ledger.state == "open":
            assert self.ground.start(self.officer, self.now) == self.public_id
            return
        with pytest.raises(Conflict):
            self.ground.start(self.officer, self.now)

    # ---- what the network and the server do ----

    @precondition(lambda self: self.wire)
    @rule(data=st.data(), fate=FATES, dies=DEATHS)
    def deliver(self, data: st.DataObject, fate: str, dies: int | str | None) -> None:
        """Any message on its way, in any order, arrives; some arrive again later, some never."""
        index = data.draw(st.integers(0, len(self.wire) - 1))
        message = self.wire[index] if fate == "arrives, and again" else self.wire.pop(index)
        self.tally[f"messages: {fate}"] += 1
        if fate != "lost":
            self._serve(message, dies)

    @rule(which=st.integers(0, 1), data=st.data())
    def tap_and_save(self, which: int, data: st.DataObject) -> None:
        """The common way: a tap that is saved at once."""
        self.tap(which=which, data=data, event_id=data.draw(st.uuids()), flagged=False)
        self._serve(self.phones[which].message(submits=False), None)
        self.phones[which].hear(self.replies.pop())

    @precondition(lambda self: len(self.ledger.lines) > 3)
    @rule(which=st.integers(0, 1), dies=DEATHS)
    def hand_in(self, which: int, dies: int | str | None) -> None:
        """A submit that arrives while other messages are still on their way."""
        self._serve(self.phones[which].message(submits=True), dies)

    def _serve(self, message: Message, dies: int | str | None) -> None:
        ids = [next(self.server_ids) for _ in message.plain]
        if message.plain:
            news, left_alone = self.ledger.of_form(message, ids)
        else:
            news, left_alone = message.events, []
        try:
            with self.ground.crashing.dying(dies), self.database.writing() as session:
                received, stale = self._call(session, message, ids)
        except ServerDied:
            self.tally["deaths before the commit"] += 1
            return
        assert stale == left_alone
        self.tally["stale fields left alone"] += len(stale)
        good = [each for each in news if each.response != {"options": ["nowhere"]}]
        told = self.ledger.take(good, self.now)
        self.tally.update(f"told {state}" for state in told.values())
        if message.submits and not stale:  # else the page comes again, with what was typed
            self._submitted()
        assert dict(received.acknowledged) == told
        bad = {each.event_id for each in news} - set(told)
        assert {event_id for event_id, _ in received.refused} == bad
        assert received.max_seq == self.ledger.max_seq
        assert (received.state, received.deadline) == (self.ledger.state, self.ledger.deadline)
        if message.phone and dies != AFTER_COMMIT:
            reply = Reply(message.phone, tuple(told), tuple(bad), received.max_seq)
            self.replies.append(reply)
        self.tally["deaths after the commit"] += dies == AFTER_COMMIT

    def _call(self, session, message: Message, ids: list[str]) -> tuple[Received, list[int]]:
        about = (Caller(session, self.officer, self.now), self.public_id)
        if message.plain:
            plain = [each.posted(i) for i, each in zip(ids, message.plain, strict=True)]
            kept = receive_plain(*about, plain)
            if not message.submits or not kept.whole:
                return kept.received, kept.stale
            state = attempts.submit(*about).received.state
            return replace(kept.received, state=state), kept.stale
        if message.submits:
            return attempts.submit(*about, message.events).received, []
        return attempts.receive(*about, message.events), []

    def _submitted(self, by_clock_alone: bool = False) -> None:
        before = self.ledger.state
        self.ledger.submit(self.now, by_clock_alone)
        if self.ledger.state != before:
            self.final = self.ledger.answers
            self.tally[f"submitted by the {self.ledger.submitted_by}"] += 1

    @precondition(lambda self: self.replies)
    @rule(data=st.data(), again=st.booleans(), lost=st.booleans())
    def reply(self, data: st.DataObject, again: bool, lost: bool) -> None:
        """Any reply on its way arrives, late or twice, or is lost."""
        index = data.draw(st.integers(0, len(self.replies) - 1))
        reply = self.replies[index] if again else self.replies.pop(index)
        if lost:
            self.tally["replies lost"] += 1
        else:
            reply.phone.hear(reply)

    # ---- what time and other people do ----

    @rule(seconds=WAITS)
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: len(self.ledger.lines) > 2)
    @rule(seconds=ROUND_THE_DEADLINE)
    def wait_until_about_the_deadline(self, seconds: int) -> None:
        self.now = max(self.now, self.ledger.deadline + timedelta(seconds=seconds))

    @rule(dies=DEATHS, from_page=st.booleans())
    def clock(self, dies: int | str | None, from_page: bool) -> None:
        """The scheduler looks, or the person's next page does."""
        try:
            with self.ground.crashing.dying(dies):
                if from_page:
                    with self.database.writing() as session:
                        attempts.submit_if_ran_out(
                            session, self.now, self.public_id, self.officer.person_id
                        )
                else:
                    self.ground.work(self.now)
        except ServerDied:
            self.tally["deaths before the commit"] += 1
            with self.database.reading() as session:  # which of its transactions were over?
                state = session.get_one(Attempt, self.attempt_id).state
            if state == self.ledger.state:
                return
        self._submitted(by_clock_alone=True)

    @precondition(lambda self: self.ledger.state == "open" and self.allowed < 2)
    @rule(seconds=st.sampled_from([60, 600]))
    def allow(self, seconds: int) -> None:
        with self.database.writing() as session:
            proctoring.allow(
                Caller(session, self.ground.admin, self.now), self.public_id, seconds, "停电"
            )
        self.ledger.deadline += timedelta(seconds=seconds)
        self.allowed += 1
        self.tally["allowances"] += 1

    @precondition(lambda self: len(self.ledger.lines) > 12)
    @rule()
    def void(self) -> None:
        with self.database.writing() as session:
            proctoring.void(Caller(session, self.ground.admin, self.now), self.public_id, "断网")
        self.ledger.state = "voided"
        self.tally["voided"] += 1

    # ---- what must hold after every step ----

    @invariant()
    def holds(self) -> None:
        with self.database.reading() as session:
            rows = session.scalars(
                select(AnswerEventRow).where(AnswerEventRow.attempt_id == self.attempt_id)
            )
            held = {row.event_id: _as_line(row) for row in rows}
            answers = attempts_queries.answers_of(session, self.attempt_id)
            attempt = session.get_one(Attempt, self.attempt_id)
            assert held == self.ledger.lines
            assert answers == self.ledger.answers
            self._nothing_is_lost(held)
            self._nothing_late_counts(held, answers)
            assert attempt.state == self.ledger.state
            assert attempt.submitted_at == self.ledger.submitted_at
            assert attempt.submitted_by == self.ledger.submitted_by
            self._submitted_once(session, answers)

    def _nothing_is_lost(self, held: dict[str, Line]) -> None:
        for phone in self.phones:
            assert phone.made <= held.keys() | phone.outbox.keys() | phone.refused

    def _nothing_late_counts(self, held: dict[str, Line], answers: dict[int, AnswerEvent]) -> None:
        for answer in answers.values():
            line = held[answer.event_id]
            assert line.received_at <= self.ledger.deadline + GRACE
            assert self.final is None or answer in self.final.values()

    def _submitted_once(self, session, answers: dict[int, AnswerEvent]) -> None:
        made = session.scalar(
            select(func.count()).where(
                AuditEntry.action == "attempt.submitted",
                AuditEntry.subject_id == self.attempt_id,
            )
        )
        runs = session.scalar(select(func.count()).where(JobRun.period == self.public_id))
        marks = session.execute(
            select(Mark.question, Mark.awarded).where(Mark.attempt_id == self.attempt_id)
        ).all()
        once = int(self.final is not None)
        assert made == once
        assert runs <= once
        assert self.final is None or answers == self.final
        expected = self._expected_marks(session) if once else []
        assert sorted(marks) == expected
        results = session.scalars(
            select(Result.awarded).where(Result.attempt_id == self.attempt_id)
        ).all()
        all_marked = once and len(expected) == len(self.places)
        assert results == ([sum(awarded for _, awarded in expected)] if all_marked else [])

    def _expected_marks(self, session) -> list[tuple[int, int]]:
        found = []
        for place in attempt_papers.keys_of(session, self.attempt_id):
            type_ = QuestionType(place.type)
            answer = (self.final or {}).get(place.ordinal)
            given = (
                response_from_json(type_, answer.response) if answer and answer.response else None
            )
            marked = mark(type_, key_from_json(place.key), given, place.marks, self.ground.rule)
            if marked.awarded is not None:
                found.append((place.ordinal, marked.awarded))
        return found

    def teardown(self) -> None:
        """The network comes back: everything that was tapped reaches the server, once."""
        if not hasattr(self, "ledger"):
            return
        for phone in self.phones:
            self._serve(phone.message(submits=False), None)
            phone.hear(self.replies[-1])
            assert not phone.outbox
        self.now += timedelta(hours=12)
        self.ground.work(self.now)
        self._submitted(by_clock_alone=True)
        self.holds()
        assert self.ground.work(self.now) == 0


def _as_line(row: AnswerEventRow) -> Line:
    made = AnswerEvent(row.event_id, row.seq, row.question, row.response, row.flagged)
    return Line(made, row.state, row.received_at)


def test_no_history_loses_an_answer_counts_a_late_one_or_submits_twice(ground, record_property):
    chosen = settings(max_examples=50, stateful_step_count=50)
    run_state_machine_as_test(lambda: AnswerProtocol(ground), settings=chosen)
    for needed in (
        "deaths before the commit",
        "messages: lost",
        "submitted by the person",
        "stale fields left alone",
    ):
        assert ground.tally[needed] > 0, ground.tally
    record_property("tried", f"answer protocol: {dict(ground.tally)}; none lost, late or doubled")
