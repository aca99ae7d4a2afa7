"""What came of a mock exam: marks that count nowhere, each answer beside its key, what is withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from learnapp.db.core.caller import Caller
from learnapp.db.practice import mock_exams
from learnapp.db.practice.models import MockExam
from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.rulings import Ruling
from learnapp.domain.practice.mock import MockScore, PlaceResult, score
from learnapp.services.practice.free_practice import PracticeFeedback, shown_again
from learnapp.services.practice.mock_exams import MockPlace, MockSheet, is_over, marks_of, sheet_of
from question_bank.marking import MultipleRule


@dataclass(frozen=True)
class PlaceOutcome:
    """A place with the answer beside its key; no feedback where nothing was answered, or where an
    exam withholds the key (`withheld`). `awarded` in hundredths, None where nobody judges it."""

    place: MockPlace
    feedback: PracticeFeedback | None
    withheld: bool
    awarded: int | None


@dataclass(frozen=True)
class MockResult:
    """A mock exam that is over."""

    sheet: MockSheet
    outcomes: list[PlaceOutcome]
    score: MockScore


def result_of(caller: Caller, public_id: str) -> MockResult:
    """The actor's own result. Raises NotFound, Conflict("mock_open") while it is written."""
    sheet = sheet_of(caller, public_id)
    if sheet.mock.handed_in_at is None and not is_over(sheet.mock, caller):
        raise Conflict("mock_open")
    events = [each.event_id for each in sheet.places]
    rows = mock_exams.answers_by_event(caller.session, caller.actor.own_id(), events)
    shown = {each.answer.event_id: each for each in shown_again(caller, list(rows.values()))}
    rule = MultipleRule(sheet.exam.multiple_rule)
    outcomes = [_outcome(each, shown.get(each.event_id), rule) for each in sheet.places]
    places = [PlaceResult(each.place.type, each.place.marks, each.awarded) for each in outcomes]
    return MockResult(sheet, outcomes, score(places))


def _outcome(
    place: MockPlace, feedback: PracticeFeedback | None, rule: MultipleRule
) -> PlaceOutcome:
    answered = place.answer is not None and place.answer.response is not None
    if feedback is None:
        awarded = None if answered else 0
        return PlaceOutcome(place, None, answered, awarded)
    if Ruling(feedback.revision.ruling).voids:
        return PlaceOutcome(place, feedback, False, None)
    return PlaceOutcome(place, feedback, False, marks_of(place, feedback.revision.key, rule))


@dataclass(frozen=True)
class MockRow:
    """A mock exam in its person's list."""

    mock: MockExam
    title: str
    begun_at: datetime
    over: bool


def own_mocks(caller: Caller) -> list[MockRow]:
    """The actor's mock exams, the newest first."""
    rows = mock_exams.mocks_of(caller.session, caller.actor.own_id())
    return [
        MockRow(mock, exam.title, mock.started_at, is_over(mock, caller)) for mock, exam in rows
    ]
