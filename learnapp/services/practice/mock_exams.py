"""模拟考: a person tries an exam's blueprint by its clock, with what may be practised; it counts nowhere."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from learnapp.db.bank.models import KeyRevision
from learnapp.db.core.base import new_public_id
from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import attempt_start, drawing, extra_times
from learnapp.db.exams.attempt_start import QuestionShape
from learnapp.db.exams.models import BlueprintRow, Exam
from learnapp.db.exams.result_visibility import unfinished
from learnapp.db.operations import daily_limits
from learnapp.db.practice import mock_exams
from learnapp.db.practice.mock_exams import VersionAsked
from learnapp.db.practice.models import MockExam, PracticeAnswer
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.exams.answers import GRACE, AnswerEvent
from learnapp.domain.exams.exams import UNCOUNTED
from learnapp.domain.operations.bounds import Use
from learnapp.domain.practice.mock import (
    MOST_STORED,
    Rehearsal,
    rehearsal,
    time_for,
)
from learnapp.domain.practice.notebook import Recall
from learnapp.services.exams import exams
from learnapp.services.practice.free_practice import free_to_practise
from question_bank.kinds import QuestionType
from question_bank.marking import MultipleRule, mark
from question_bank.model import BadResponse, key_from_json, parse_response, response_to_json
from question_bank.options import order_options


@dataclass(frozen=True)
class MockPaper:
    """A paper that was drawn and is not begun: the exam, its places, its time."""

    exam_id: int
    drawn: Rehearsal
    sections: dict[int, str]
    time: timedelta


def to_rehearse(caller: Caller) -> list[Exam]:
    """The exams that count and are asked of the actor, of each blueprint the last to close."""
    found = exams.sittable(caller.session, caller.actor.own_id(), caller.now)
    each: dict[int, Exam] = {}
    for card in found:
        if card.exam.kind not in UNCOUNTED:
            each.setdefault(card.exam.blueprint_id, card.exam)
    return list(each.values())


def draw_paper(caller: Caller, exam_id: int, seed: str) -> MockPaper:
    """A paper by the exam's blueprint from what the actor may practise now; reads only.

    Never a question that every paper of the exam has, nor one that an exam which goes on withholds.
    Raises NotFound for an exam that is not asked of the actor, Conflict("mock_nothing_to_ask").
    """
    session, person_id, now = caller.session, caller.actor.own_id(), caller.now
    exam = next((each for each in to_rehearse(caller) if each.id == exam_id), None)
    if exam is None:
        raise NotFound("exam_unknown")
    blueprint = drawing.blueprint_of(session, exam.blueprint_id)
    bank_id = session.get_one(BlueprintRow, exam.blueprint_id).bank_id
    free = free_to_practise(session, person_id, now)
    found = mock_exams.stock(session, person_id, now, (exam.blueprint_id, bank_id), free)
    drawn = rehearsal(blueprint, found.candidates, seed, found.elsewhere)
    if not drawn.placed:
        raise Conflict("mock_nothing_to_ask")
    extra = timedelta(seconds=extra_times.seconds_of(session, exam.id, person_id))
    return MockPaper(
        exam.id,
        drawn,
        {cell.ordinal: cell.section for cell in blueprint.cells},
        time_for(timedelta(seconds=exam.duration_s), extra, drawn),
    )


def begin(caller: Caller, paper: MockPaper, seed: str) -> MockExam:
    """Begin with a drawn paper; the one that is open, if there is one.

    Raises Conflict("mock_while_answering") while the actor answers a real one.
    """
    session, person_id, now = caller.session, caller.actor.own_id(), caller.now
    if unfinished(session, person_id):
        raise Conflict("mock_while_answering")
    held = mock_exams.open_mock(session, person_id, now)
    if held is not None:
        return held
    rng = random.Random(seed)
    row = MockExam(
        public_id=new_public_id(),
        person_id=person_id,
        exam_id=paper.exam_id,
        wanted=paper.drawn.wanted,
        started_at=now,
        due_at=now + paper.time,
        handed_in_at=None,
        paper=[
            [each.id, _event(rng), each.marks, paper.sections[each.cell]]
            for each in paper.drawn.placed
        ],
        answers={},
    )
    session.add(row)
    session.flush()
    mock_exams.remove_oldest(session, person_id, MOST_STORED)
    return row


def _event(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


@dataclass(frozen=True)
class MockPlace:
    """A place of a mock paper: what is asked, in which order of options, and what is answered so far."""

    ordinal: int
    event_id: str
    marks: int
    section: str
    asked: VersionAsked
    shape: QuestionShape
    option_order: list[str]
    answer: AnswerEvent | None

    @property
    def type(self) -> QuestionType:
        """The type of its question."""
        return QuestionType(self.shape.type)


@dataclass(frozen=True)
class MockSheet:
    """A mock exam as it is written: whose exam it follows, its places."""

    mock: MockExam
    exam: Exam
    places: list[MockPlace]

    @property
    def max_seq(self) -> int:
        """The highest count of an answer that is held; 0 for none."""
        return max((each.answer.seq for each in self.places if each.answer), default=0)


def is_over(mock: MockExam, caller: Caller) -> bool:
    """Whether it was handed in, or its time and what a slow network is given are over."""
    return mock.handed_in_at is not None or caller.now > mock.due_at + GRACE


def sheet_of(caller: Caller, public_id: str, lock: bool = False) -> MockSheet:
    """The actor's own mock exam. Raises NotFound for anybody else's."""
    session = caller.session
    mock = mock_exams.mock_of(session, caller.actor.own_id(), public_id, lock)
    if mock is None:
        raise NotFound("mock_unknown")
    ids = [row[0] for row in mock.paper]
    shapes = attempt_start.question_shapes(session, ids)
    asked = mock_exams.asked_versions(session, ids)
    places = []
    for ordinal, (version_id, event_id, marks, section) in enumerate(mock.paper, 1):
        shape = shapes[version_id]
        order = order_options(event_id, version_id, shape.option_ids, shape.keeps_order)
        answer = _answer(ordinal, mock.answers.get(str(ordinal)))
        places.append(
            MockPlace(
                ordinal, event_id, marks, section, asked[version_id], shape, list(order), answer
            )
        )
    return MockSheet(mock, session.get_one(Exam, mock.exam_id), places)


def _answer(ordinal: int, held: Sequence[Any] | None) -> AnswerEvent | None:
    if held is None:
        return None
    seq, event_id, response, flagged = held
    return AnswerEvent(event_id, seq, ordinal, response, flagged)


@dataclass(frozen=True)
class MockReceived:
    """What became of events: each that is held or refused (with why), and the highest count."""

    held: list[str]
    refused: list[tuple[str, str]]
    max_seq: int
    is_open: bool


def receive(caller: Caller, public_id: str, events: Sequence[AnswerEvent]) -> MockReceived:
    """Keep of each question the newest answer; what comes after the end is acknowledged and left out.

    Raises NotFound, TooMuch.
    """
    sheet = sheet_of(caller, public_id, lock=True)
    if is_over(sheet.mock, caller):
        return MockReceived([each.event_id for each in events], [], sheet.max_seq, False)
    places = {each.ordinal: each for each in sheet.places}
    answers = dict(sheet.mock.answers)
    held, refused = [], []
    for event in sorted(events, key=lambda each: each.order):
        try:
            response = _checked(places.get(event.question), event)
        except BadResponse as bad:
            refused.append((event.event_id, str(bad)))
            continue
        held.append(event.event_id)
        before = _answer(event.question, answers.get(str(event.question)))
        if before is None or event.order > before.order:
            row = [event.seq, event.event_id, response, event.flagged]
            answers[str(event.question)] = row
    if answers != sheet.mock.answers:
        size = daily_limits.size_of(answers)
        daily_limits.must_spend(
            caller.session, caller.actor.person_id, caller.now, Use.PRACTICE, size
        )
        sheet.mock.answers = answers
        caller.session.flush()
    highest = max([sheet.max_seq, *(row[0] for row in answers.values())])
    return MockReceived(held, refused, highest, True)


def _checked(place: MockPlace | None, event: AnswerEvent) -> dict[str, Any] | None:
    """The response in its stored form; None for an emptied answer. Raises BadResponse."""
    if place is None:
        raise BadResponse("unknown_question")
    if event.response is None:
        return None
    found = parse_response(place.type, place.option_order, place.shape.blanks, event.response)
    return None if found is None else response_to_json(found)


def hand_in(caller: Caller, public_id: str) -> MockSheet:
    """End it: what was answered becomes answers in practice, so that mistakes are in the notebook.

    Left out is what an exam that began meanwhile withholds: its key is not shown. A second time
    changes nothing. Raises NotFound.
    """
    session, person_id = caller.session, caller.actor.own_id()
    sheet = sheet_of(caller, public_id, lock=True)
    if sheet.mock.handed_in_at is not None:
        return sheet
    sheet.mock.handed_in_at = caller.now
    answered = [each for each in sheet.places if each.answer and each.answer.response is not None]
    free = free_to_practise(session, person_id, caller.now)
    ids = mock_exams.still_free(session, [each.asked.version.id for each in answered], free)
    keys = mock_exams.newest_keys(session, ids)
    if rows := [
        _row(caller, each, keys[each.asked.version.id])
        for each in answered
        if each.asked.version.id in ids
    ]:
        session.execute(insert_if_new(session, PracticeAnswer).values(rows))
    session.flush()
    return sheet


def _row(caller: Caller, place: MockPlace, key: KeyRevision) -> dict[str, Any]:
    """The answer of a place as one in practice."""
    version = place.asked.version
    return {
        "person_id": caller.actor.own_id(),
        "event_id": place.event_id,
        "question_id": version.question_id,
        "version_id": version.id,
        "key_revision_id": key.id,
        "response": place.answer and place.answer.response,
        "recall": _recall(place, key.key),
        "recorded_at": caller.now,
    }


def _recall(place: MockPlace, key: Any) -> Recall:
    """How it came; a short answer, which nobody has judged, is no mistake and not known either."""
    if place.type is QuestionType.SHORT_ANSWER:
        return Recall.UNSURE
    awarded = marks_of(place, key, MultipleRule.ALL_OR_NOTHING)
    return Recall.KNOWN if awarded == place.marks else Recall.WRONG


def marks_of(place: MockPlace, key: Any, rule: MultipleRule) -> int | None:
    """The marks of a place's answer by a key, in hundredths; None for a short answer."""
    response = place.answer.response if place.answer else None
    if place.type is QuestionType.SHORT_ANSWER:
        return None
    given = (
        None
        if response is None
        else parse_response(place.type, place.option_order, place.shape.blanks, response)
    )
    return mark(place.type, key_from_json(key), given, place.marks, rule).awarded
