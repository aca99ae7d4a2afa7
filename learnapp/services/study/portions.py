"""Portions as their reader has them: opened once, the place saved, the check answered, completed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.bank import question_values
from learnapp.db.bank.current_keys import newest_key
from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams.open_papers import must_not_be_answering
from learnapp.db.operations import daily_limits
from learnapp.db.progress import figure_facts as duties
from learnapp.db.study import completions as completion_queries
from learnapp.db.study import readings as reading_queries
from learnapp.db.study.models import (
    CheckAnswer,
    Item,
    Portion,
    Reading,
    ReadingPlace,
    ReadingSection,
    ReadingVersion,
)
from learnapp.db.study.owed import begun_item
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.exams import Channel
from learnapp.domain.operations.bounds import Use
from learnapp.domain.progress.figures import DutyState
from learnapp.domain.study.readings import UnreadPortion, is_read, next_to_read
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from learnapp.services.study.owed import items_owed
from question_bank.marking import mark
from question_bank.model import (
    QuestionType,
    answers_in,
    key_from_json,
    parse_response,
    response_to_json,
)


@dataclass(frozen=True)
class AnswerToCheck:
    """The reader's answer to a check question: option ids, and whether they were right."""

    options: list[str]
    right: bool


@dataclass(frozen=True)
class PortionView:
    """A portion as its reader sees it; `answered` is the right answer, or else the latest."""

    portion: Portion
    item: Item
    reading: Reading
    version: ReadingVersion
    sections: list[ReadingSection]
    place: int
    furthest: int
    check: QuestionVersion | None
    answered: AnswerToCheck | None
    done_at: datetime | None

    @property
    def checked(self) -> bool:
        """Whether the check question was answered right."""
        return self.answered is not None and self.answered.right

    @property
    def last(self) -> int:
        """The place of the last section, counted from 0."""
        return len(self.sections) - 1


def open_portion(caller: Caller, portion_id: int) -> PortionView:
    """The portion, if a requirement in force asks it of the reader, or they have begun it. Raises
    NotFound."""
    session, actor = caller.session, caller.actor
    person_id = actor.own_id()
    item = _readable(session, person_id, caller.now, portion_id)
    portion = session.get_one(Portion, portion_id)
    reading = session.get_one(Reading, portion.reading_id)
    version = reading_queries.newest_version(session, reading.id)
    place = session.get(ReadingPlace, (actor.own_id(), portion_id))
    sections = reading_queries.sections_of(session, version.id, portion_id)
    standing = completion_queries.standing_completion(session, actor.own_id(), item.id)
    return PortionView(
        portion=portion,
        item=item,
        reading=reading,
        version=version,
        sections=sections,
        place=place.section if place else 0,
        furthest=place.furthest if place else -1,
        check=_check_of(session, portion),
        answered=_answered(session, actor.own_id(), portion, item),
        done_at=standing.occurred_at if standing else None,
    )


def _readable(session: Session, person_id: int, now: datetime, portion_id: int) -> Item:
    """The portion's item, while a requirement in force asks it of the person; for good once they
    have begun or completed it."""
    for item in duties.items_asked_of(session, person_id, now):
        if item.portion_id == portion_id:
            return item
    begun = begun_item(session, person_id, portion_id)
    if begun is None:
        raise NotFound("portion_unknown")
    return begun


def _check_of(session: Session, portion: Portion) -> QuestionVersion | None:
    """The check question; none once it is void: the reading is then complete without it."""
    if portion.check_version_id is None:
        return None
    return completion_queries.check_in_force(session, portion.check_version_id)


def _answered(
    session: Session, person_id: int, portion: Portion, item: Item
) -> AnswerToCheck | None:
    """The answer to the check since the last withdrawal: a right one, or else the latest."""
    if portion.check_version_id is None:
        return None
    withdrawn_at = completion_queries.withdrawals_of(session, person_id, item.id).last_at
    found = completion_queries.best_answer(session, person_id, portion.id, withdrawn_at)
    if found is None:
        return None
    return AnswerToCheck(list((found.response or {}).get("options", [])), found.right)


def keep_place(
    caller: Caller, opened: PortionView, section: int, made: datetime | None = None
) -> PortionView:
    """Remember where the reader is; the portion as it then is, completed if that was all.

    `made`: when it was done, where a phone held it back (None: now).
    """
    session, now = caller.session, caller.now
    within = max(0, min(section, opened.last))
    place = session.get(ReadingPlace, (caller.actor.own_id(), opened.portion.id))
    if place is None:
        place = ReadingPlace(
            person_id=caller.actor.own_id(),
            portion_id=opened.portion.id,
            section=within,
            furthest=within,
            opened_at=now,
            updated_at=now,
        )
        session.add(place)
    place.section, place.updated_at = within, now
    place.furthest = max(place.furthest, within)
    session.flush()
    moved = replace(opened, place=within, furthest=place.furthest)
    return _complete_if_read(caller, moved, made)


def answer_check(
    caller: Caller, opened: PortionView, raw: dict[str, Any], made: datetime | None = None
) -> PortionView:
    """Mark an answer to the check question; tries are unlimited, a right answer is final. `made`: when
    it was given, where a phone held it back (None: now).

    The portion as it then is. Raises BadResponse when the answer does not fit the question,
    NotFound without a check, TooMuch, Conflict while the question is on a paper of the reader's
    that is not handed in.
    """
    session, actor = caller.session, caller.actor
    daily_limits.must_spend(
        session, actor.own_id(), caller.now, Use.CHECKS, daily_limits.size_of(raw)
    )
    if opened.check is None:
        raise NotFound("check_unknown")
    version = opened.check
    must_not_be_answering(session, actor, version.question_id)
    type_ = QuestionType(version.type)
    response = parse_response(type_, [o["id"] for o in version.options], 0, raw)
    if opened.checked:
        return opened
    revision = newest_key(session, version.id)
    right = bool(mark(type_, key_from_json(revision.key), response, 100).right)
    stored = None if response is None else response_to_json(response)
    session.add(
        CheckAnswer(
            person_id=actor.own_id(),
            portion_id=opened.portion.id,
            key_revision_id=revision.id,
            response=stored,
            right=right,
            recorded_at=caller.now,
        )
    )
    session.flush()
    answered = AnswerToCheck(list((stored or {}).get("options", [])), right)
    return _complete_if_read(caller, replace(opened, answered=answered), made)


@dataclass(frozen=True)
class Why:
    """What is shown of a check question that was answered right: the options that are right, each
    whole answer by itself, and why."""

    answers: list[list[str]]
    explanation: Any
    source: str


def why_of(session: Session, opened: PortionView) -> Why | None:
    """What is right of the check and why, once the reader has answered it right; None before."""
    if opened.check is None or not opened.checked:
        return None
    revision = newest_key(session, opened.check.id)
    reasons = question_values.why_of(opened.check, revision)
    return Why(answers_in(revision.key), reasons["explanation"], reasons["source"])


@dataclass(frozen=True)
class Following:
    """The portion to read next."""

    portion_id: int
    title: str


def following(caller: Caller, opened: PortionView) -> Following | None:
    """What is asked of the reader after this portion: the reading's next, else the next due."""
    asked = {
        each.portion_id: each.title
        for each in items_owed(caller.session, caller.actor.own_id(), caller.now)
        if each.portion_id is not None
        and each.duty is not None
        and each.duty.state in (DutyState.OWED, DutyState.OVERDUE)
    }
    own = reading_queries.portions_of(caller.session, opened.reading.id)
    ordinals = {portion.id: portion.ordinal for portion in own}
    unread = [UnreadPortion(each, ordinals.get(each)) for each in asked]
    found = next_to_read(opened.portion.ordinal, unread)
    return None if found is None else Following(found.portion_id, asked[found.portion_id])


def _complete_if_read(
    caller: Caller, opened: PortionView, made: datetime | None = None
) -> PortionView:
    """Record the completion once the evidence is whole: last section reached, check right."""
    needs_check = opened.check is not None
    read = is_read(opened.furthest, opened.last, needs_check, opened.checked)
    if opened.done_at is not None or not read:
        return opened
    person_id = caller.actor.own_id()
    withdrawn = completion_queries.withdrawals_of(caller.session, person_id, opened.item.id).count
    evidence = {
        "version": opened.version.id,
        "section": opened.furthest,
        "check": opened.checked,
    }
    source = f"read:{withdrawn}"
    fact = NewCompletion(person_id, opened.item.id, Channel.ONLINE, evidence, source, made)
    completions.complete(caller, fact)
    return replace(opened, done_at=made or caller.now)


def right_options(session: Session, portion_id: int) -> list[str]:
    """The right options of a portion's check question; for the demonstration's history alone.

    Raises NotFound without a check.
    """
    version_id = session.get_one(Portion, portion_id).check_version_id
    if version_id is None:
        raise NotFound("check_unknown")
    return list(newest_key(session, version_id).key["options"])
