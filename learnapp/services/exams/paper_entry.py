"""Attempts made with a pen: drawn and printed, entered by one person, verified by another."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers, paper_entries
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, PaperEntry
from learnapp.db.exams.attempt_papers import PlaceRow
from learnapp.db.exams.drawing import attempt_id_of
from learnapp.db.exams.models import Exam
from learnapp.db.operations import audit_log
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.core.seen import mark_of, must_have_seen
from learnapp.domain.exams.answers import EventState
from learnapp.domain.exams.exams import AttemptState, Channel, SubmittedBy
from learnapp.services.exams import attempt_start, auto_marking, monitoring
from question_bank.model import (
    BadResponse,
    QuestionType,
    parse_response,
    response_to_json,
)
from question_bank.options import LETTERS, places_of

_TRUE, _FALSE = frozenset("对√✓是TtYy"), frozenset("错×✗✘否FfNn")
VERIFIED, RETURNED = "verified", "returned"


@dataclass(frozen=True)
class PaperAttempt:
    """A paper attempt as its staff see it; `entry` is the newest reading of the answer sheet."""

    attempt: Attempt
    exam: Exam
    person: str
    login_name: str
    places: Sequence[PlaceRow]
    entry: PaperEntry | None

    @property
    def waits_for_verifying(self) -> bool:
        """Whether somebody has entered it and nobody has judged that yet."""
        return self.entry is not None and self.entry.outcome is None

    @property
    def mark(self) -> str:
        """The mark of the entry that is shown."""
        return mark_of(self.entry and self.entry.number)


def begin(caller: Caller, window_id: int, person_id: int, seed: str) -> str:
    """Draw a paper for somebody who will answer with a pen; its public id. A repeat finds it again.

    The rules of a start hold: Conflict before the window opens and with an attempt made online.
    Raises Forbidden("own_case") for oneself.
    """
    caller.actor.must(Permission.ANSWER_ENTER)
    refuse_own(caller.actor, person_id)
    room = monitoring.room(caller, window_id)
    if person_id not in {each.person_id for each in room.people}:
        raise NotFound("person_unknown")
    started = attempt_start.start(
        Caller(caller.session, Actor(person_id), caller.now), window_id, seed, channel=Channel.PAPER
    )
    audit_log.record(
        caller, "paper.drawn", ("attempt", attempt_id_of(caller.session, started.public_id))
    )
    return started.public_id


def script(caller: Caller, public_id: str, lock: bool = False) -> PaperAttempt:
    """A paper attempt of an exam within reach. Raises NotFound, Forbidden("own_case")."""
    session, actor = caller.session, caller.actor
    actor.must(Permission.ANSWER_ENTER)
    found = paper_entries.attempt_on_paper(caller, public_id, lock)
    if found is None:
        raise NotFound("attempt_unknown")
    refuse_own(actor, found.attempt.person_id)
    return PaperAttempt(
        found.attempt,
        found.exam,
        found.person,
        found.login_name,
        attempt_papers.paper_of(session, found.attempt.id),
        paper_entries.newest_entry(session, found.attempt.id),
    )


def read(place: PlaceRow, typed: str | Sequence[str]) -> dict[str, Any] | None:
    """Return what is written on an answer sheet as a response: letters, 对 or 错, blanks, or text.

    Raises RuleBroken("q<ordinal>", "answer_unread").
    """
    kind = QuestionType(place.type)
    try:
        if kind is QuestionType.FILL_BLANK:
            blanks = [each.strip() for each in typed] or [""] * place.blanks
            raw: dict[str, Any] = {"blanks": blanks}
        elif kind is QuestionType.SHORT_ANSWER:
            raw = {"text": str(typed)}
        else:
            raw = {"options": _options(place, kind, str(typed))}
        response = parse_response(kind, place.option_order, place.blanks, raw)
    except (BadResponse, ValueError, IndexError) as unread:
        value = typed if isinstance(typed, str) else "；".join(typed)
        raise RuleBroken(
            f"q{place.ordinal}", "answer_unread", n=place.ordinal, value=value
        ) from unread
    return None if response is None else response_to_json(response)


def _options(place: PlaceRow, kind: QuestionType, typed: str) -> list[str]:
    """Option ids of letters as on the printed paper, in any width and case."""
    order = list(place.option_order)
    text = "".join(typed.split()).upper().translate({0xFF21 + n: c for n, c in enumerate(LETTERS)})
    text = "".join(char for char in text if char not in ",，、;；")
    if kind is QuestionType.TRUE_FALSE and len(text) == 1 and text not in LETTERS[: len(order)]:
        return [_true_or_false(place, text)]
    return [order[place] for place in places_of(text)]


def _true_or_false(place: PlaceRow, char: str) -> str:
    """The option that says what a single sign means: 对 comes first in the question as written."""
    true, false = (option["id"] for option in place.options)
    if char in _TRUE:
        return str(true)
    if char in _FALSE:
        return str(false)
    raise ValueError(char)


def open_script(caller: Caller, public_id: str, sat_at: datetime) -> PaperAttempt:
    """A paper attempt that may be entered as handed in at that instant, locked.

    Raises NotFound, Forbidden("own_case"); Conflict("attempt_ended", "entered_already"); RuleBroken of
    ("sat_at", "in_the_future" | "out_of_order").
    """
    found = script(caller, public_id, lock=True)
    if found.attempt.state != AttemptState.OPEN:
        raise Conflict("attempt_ended")
    if found.waits_for_verifying:
        raise Conflict("entered_already")
    if sat_at > caller.now:
        raise RuleBroken("sat_at", "in_the_future")
    if sat_at < found.attempt.started_at:
        raise RuleBroken("sat_at", "out_of_order")
    return found


def enter(
    caller: Caller,
    public_id: str,
    typed: Mapping[int, str | Sequence[str]],
    sat_at: datetime,
) -> None:
    """Keep a reading of an answer sheet; another person verifies it.

    Raises Conflict once it was entered or handed in, RuleBroken("q<n>", "answer_unread") or
    ("sat_at", "in_the_future" | "out_of_order").
    """
    found = open_script(caller, public_id, sat_at)
    responses = {
        str(place.ordinal): read(place, typed.get(place.ordinal, [""] * place.blanks or ""))
        for place in found.places
    }
    caller.session.add(
        PaperEntry(
            attempt_id=found.attempt.id,
            number=found.entry.number + 1 if found.entry else 1,
            responses=responses,
            sat_at=sat_at,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    audit_log.record(caller, "paper.entered", ("attempt", found.attempt.id))


def verify(caller: Caller, public_id: str, seen: str, agrees: bool, remark: str = "") -> None:
    """Confirm that an entry agrees with the paper: it is handed in and marked; or send it back.
    `seen` is the mark of the entry that the page showed.

    Raises Conflict("nothing_entered"), RuleBroken("actor", "same_person") for whom
    entered it, RuleBroken("seen", "changed_since_seen"), RuleBroken("remark", "reason_needed") when it is
    sent back without one.
    """
    found = script(caller, public_id, lock=True)
    entry = found.entry
    if entry is None or entry.outcome is not None:
        raise Conflict("nothing_entered")
    if entry.recorded_by == caller.actor.person_id:
        raise RuleBroken("actor", "same_person")
    must_have_seen(seen, entry.number)
    if not agrees and not remark.strip():
        raise RuleBroken("remark", "reason_needed")
    entry.outcome = VERIFIED if agrees else RETURNED
    entry.remark, entry.verified_at, entry.verified_by = (
        remark.strip()[: lengths.LINE],
        caller.now,
        caller.actor.person_id,
    )
    caller.session.flush()
    about = ("attempt", found.attempt.id)
    audit_log.record(caller, f"paper.{entry.outcome}", about)
    if agrees:
        _hand_in(caller.session, caller.now, found, entry)


def _hand_in(session: Session, now: datetime, found: PaperAttempt, entry: PaperEntry) -> None:
    """The entry becomes the attempt's answers, handed in when the paper was; marked at once."""
    rows = [
        {
            "attempt_id": found.attempt.id,
            "event_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{entry.id}/{question}")),
            "seq": 1,
            "question": int(question),
            "response": response,
            "flagged": False,
            "state": EventState.HELD,
            "received_at": now,
        }
        for question, response in entry.responses.items()
        if response is not None
    ]
    if rows:
        session.execute(insert(AnswerEventRow), rows)
    session.execute(
        update(Attempt)
        .where(Attempt.id == found.attempt.id)
        .values(
            state=AttemptState.SUBMITTED,
            submitted_at=entry.sat_at,
            submitted_by=SubmittedBy.STAFF,
        )
    )
    session.expire(found.attempt)
    auto_marking.mark_closed_types(session, now, found.attempt.id)
