"""练习: questions answered outside exams, one at a time, each with its key right after the answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from learnapp.db.bank.current_keys import newest_key
from learnapp.db.bank.models import KeyRevision, Passage, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import attempt_start
from learnapp.db.exams import result_visibility as visibility_queries
from learnapp.db.exams.models import Exam
from learnapp.db.exams.open_papers import must_not_be_answering
from learnapp.db.operations import daily_limits
from learnapp.db.practice import answers, free_practice
from learnapp.db.practice.free_practice import PracticeCategory
from learnapp.db.practice.models import PracticeAnswer
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.operations.bounds import Use
from learnapp.domain.practice.notebook import Recall
from learnapp.services.exams import result_visibility
from learnapp.services.practice import notebook
from learnapp.services.practice.notebook import EntryState, Holding, NotebookEntry
from question_bank.marking import mark
from question_bank.model import (
    QuestionType,
    Response,
    key_from_json,
    parse_response,
    response_to_json,
)
from question_bank.options import order_options


@dataclass(frozen=True)
class PracticeQuestion:
    """A question to practise: its options in the order that the event id gives them."""

    version: QuestionVersion
    passage: Any
    option_order: list[str]
    blanks: int
    entry: NotebookEntry | None  # its place in the notebook, if it was wrong before


@dataclass(frozen=True)
class PracticeFeedback:
    """An answer given, beside the key as it is now; `corrected` where it was judged by another."""

    asked: PracticeQuestion
    answer: PracticeAnswer
    revision: KeyRevision
    corrected: bool


def shelves(caller: Caller) -> list[PracticeCategory]:
    """The banks and categories that the actor may practise, with how many questions each has."""
    session, person_id = caller.session, caller.actor.own_id()
    return free_practice.shelves(
        session, person_id, caller.now, free_to_practise(session, person_id, caller.now)
    )


def holdings(caller: Caller) -> list[Holding]:
    """The exams that withhold questions from free practice, the first to end at the top."""
    session, now = caller.session, caller.now
    person_id = caller.actor.own_id()
    closed = result_visibility.closed(session, now)
    if not closed:
        return []
    own = result_visibility.own(session, person_id, now)
    held = and_(
        visibility_queries.on_a_paper_in(session, closed, of_exam=Exam.id),
        QuestionVersion.question_id.not_in(visibility_queries.lawfully_seen(person_id, own.hidden)),
    )
    exams = {each.exam_id: each for each in sorted(closed.values(), key=lambda each: each.until)}
    counts = free_practice.held_back(session, person_id, now, list(exams), held)
    found = [
        Holding(exams[exam_id].title, count, exams[exam_id].until) for exam_id, count in counts
    ]
    return sorted(found, key=lambda each: each.until)


def free_to_practise(session: Session, person_id: int, now: datetime) -> ColumnElement[bool]:
    """Condition on a version: the person was lawfully shown its key, or it is on no paper of an
    exam that goes on; and it is on none of theirs that is not handed in."""
    own = result_visibility.own(session, person_id, now)
    free = or_(
        ~visibility_queries.on_a_paper_in(session, own.closed),
        QuestionVersion.question_id.in_(visibility_queries.lawfully_seen(person_id, own.hidden)),
    )
    return and_(free, QuestionVersion.question_id.not_in(list(own.unfinished)))


def next_to_practise(caller: Caller, rng: random.Random, bank_id: int, category: str) -> int | None:
    """A version to practise: never practised before, else the longest ago; None if there is none.

    Never one that an exam which goes on has on a paper, unless its key was lawfully shown before,
    and never one on an open paper of the actor's own.
    """
    person_id = caller.actor.own_id()
    free = free_to_practise(caller.session, person_id, caller.now)
    shelf = free_practice.CategoryFilter(person_id, caller.now, bank_id, category)
    for unseen in (True, False):
        found = free_practice.one_to_practise(caller.session, shelf, free, unseen, rng.random())
        if found is not None:
            return found
    return None


def next_to_review(caller: Caller, category: str) -> int | None:
    """The version of the mistake that is due the longest; None if none is."""
    due = notebook.book(caller).due(category)
    return due[0].version_id if due else None


def ask(caller: Caller, version_id: int, event_id: str) -> PracticeQuestion:
    """The question, if it may be practised or is in the actor's notebook. Raises NotFound."""
    session = caller.session
    person_id = caller.actor.own_id()
    version = session.get(QuestionVersion, version_id)
    if version is None:
        raise NotFound("question_unknown")
    entry = _entry_of(caller, version)
    allowed = entry is not None and entry.version_id == version_id
    if allowed and entry is not None and entry.state is EntryState.HELD:
        raise NotFound("question_unknown")
    if not allowed:
        free = free_to_practise(session, person_id, caller.now)
        if not free_practice.may_practise(session, person_id, caller.now, version_id, free):
            raise NotFound("question_unknown")
    return _asked(session, version, event_id, entry)


def _entry_of(caller: Caller, version: QuestionVersion) -> NotebookEntry | None:
    entries = notebook.book(caller).entries
    return next((e for e in entries if e.question_id == version.question_id), None)


def _asked(
    session: Session, version: QuestionVersion, event_id: str, entry: NotebookEntry | None
) -> PracticeQuestion:
    face = attempt_start.question_shapes(session, [version.id])[version.id]
    order = order_options(event_id, version.id, face.option_ids, face.keeps_order)
    passage = session.get(Passage, version.passage_id) if version.passage_id else None
    return PracticeQuestion(
        version=version,
        passage=passage.content if passage else None,
        option_order=list(order),
        blanks=face.blanks,
        entry=entry,
    )


def reference_of(session: Session, asked: PracticeQuestion) -> dict[str, Any]:
    """The key of a question that the reader judges alone (简答), shown before that judgement."""
    key: dict[str, Any] = newest_key(session, asked.version.id).key
    return key


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as it was sent: `own` is how its writer judges a short answer; `unsure` of the others."""

    raw: dict[str, Any]
    own: Recall | None = None
    unsure: bool = False


def answer(caller: Caller, asked: PracticeQuestion, event_id: str, given: GivenAnswer) -> int:
    """Keep an answer and carry it into the notebook's schedule; the id to look it up by.

    A repeat of the event changes nothing. Raises BadResponse when it does not fit the question,
    RuleBroken("answer", "answer_missing"), TooMuch.
    """
    session = caller.session
    person_id = caller.actor.own_id()
    version = asked.version
    response, recall, revision = _judged(session, asked, given)
    row = {
        "person_id": person_id,
        "event_id": event_id,
        "question_id": version.question_id,
        "version_id": version.id,
        "key_revision_id": revision.id,
        "response": None if response is None else response_to_json(response),
        "recall": recall,
        "recorded_at": caller.now,
    }
    statement = insert_if_new(session, PracticeAnswer).values(row).returning(PracticeAnswer.id)
    made: int | None = session.scalar(statement)
    if made is not None:
        size = daily_limits.size_of(row["response"])
        daily_limits.must_spend(session, caller.actor.person_id, caller.now, Use.PRACTICE, size)
        notebook.remember(caller, asked.entry, version.question_id, recall)
        return made
    return answers.answer_of_event(session, person_id, event_id)


def _judged(
    session: Session, asked: PracticeQuestion, given: GivenAnswer
) -> tuple[Response | None, Recall, KeyRevision]:
    """The response, how it came, and the key by which that was found."""
    kind = QuestionType(asked.version.type)
    response = parse_response(kind, asked.option_order, asked.blanks, given.raw)
    revision = newest_key(session, asked.version.id)
    if kind is QuestionType.SHORT_ANSWER:
        if given.own is None:
            raise RuleBroken("recall", "recall_needed")
        return response, given.own, revision
    if response is None:
        raise RuleBroken("answer", "answer_missing")
    if not mark(kind, key_from_json(revision.key), response, 100).right:
        return response, Recall.WRONG, revision
    return response, Recall.UNSURE if given.unsure else Recall.KNOWN, revision


def feedback_of(caller: Caller, answer_id: int) -> PracticeFeedback:
    """Return one's own answer with the key as it is now. Raises NotFound for anybody else's,
    Conflict while the question is on a paper of theirs that is not handed in."""
    session = caller.session
    row = answers.answer_of(session, caller.actor.person_id, answer_id)
    if row is None:
        raise NotFound("answer_unknown")
    must_not_be_answering(session, caller.actor, row.question_id)
    version = session.get_one(QuestionVersion, row.version_id)
    return _beside_key(session, row, _entry_of(caller, version))


def shown_again(caller: Caller, rows: Sequence[PracticeAnswer]) -> list[PracticeFeedback]:
    """One's own answers with the keys as they are now, without their places in the notebook and
    without those on a paper of one's own that is not handed in."""
    own = result_visibility.own(caller.session, caller.actor.own_id(), caller.now)
    return [
        _beside_key(caller.session, row, None)
        for row in rows
        if row.question_id not in own.unfinished
    ]


def _beside_key(
    session: Session, row: PracticeAnswer, entry: NotebookEntry | None
) -> PracticeFeedback:
    version = session.get_one(QuestionVersion, row.version_id)
    asked = _asked(session, version, row.event_id, entry)
    judged = session.get_one(KeyRevision, row.key_revision_id)
    newest = newest_key(session, version.id)
    corrected = (judged.ruling, judged.key) != (newest.ruling, newest.key)
    return PracticeFeedback(asked, row, newest, corrected)
