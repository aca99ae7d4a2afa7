"""Portions as their reader has them: opened, the place kept, the check answered, completed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db import progress as duties
from learnapp.db.bank import QuestionVersion
from learnapp.db.owed import begun_item
from learnapp.db.questions import newest_key
from learnapp.db.study import (
    CheckAnswer,
    Item,
    Portion,
    Reading,
    ReadingPlace,
    ReadingSection,
    ReadingVersion,
)
from learnapp.domain.errors import NotFound
from learnapp.domain.exams import Channel
from learnapp.domain.permissions import Actor
from learnapp.domain.reading import is_read
from learnapp.services import study
from question_bank.marking import mark
from question_bank.model import (
    QuestionType,
    key_from_json,
    parse_response,
    response_to_json,
)


@dataclass(frozen=True)
class Opened:
    """A portion as its reader sees it."""

    portion: Portion
    item: Item
    reading: Reading
    version: ReadingVersion
    portions: int
    sections: list[ReadingSection]
    place: int
    furthest: int
    check: QuestionVersion | None
    checked: bool
    done_at: datetime | None


def open_portion(session: Session, actor: Actor, now: datetime, portion_id: int) -> Opened:
    """The portion, if a requirement in force asks it of the reader, or they have begun it. Raises
    NotFound."""
    person_id = actor.own_id()
    item = _readable(session, person_id, now, portion_id)
    portion = session.get_one(Portion, portion_id)
    reading = session.get_one(Reading, portion.reading_id)
    version = session.scalars(
        select(ReadingVersion)
        .where(ReadingVersion.reading_id == reading.id)
        .order_by(ReadingVersion.number.desc())
        .limit(1)
    ).one()
    sections = session.scalars(
        select(ReadingSection)
        .where(ReadingSection.version_id == version.id, ReadingSection.portion_id == portion_id)
        .order_by(ReadingSection.ordinal)
    ).all()
    place = session.get(ReadingPlace, (person_id, portion_id))
    count = session.scalar(select(func.count()).where(Portion.reading_id == reading.id)) or 0
    standing = study.standing_completion(session, person_id, item.id)
    return Opened(
        portion=portion,
        item=item,
        reading=reading,
        version=version,
        portions=count,
        sections=list(sections),
        place=place.section if place else 0,
        furthest=place.furthest if place else -1,
        check=_check_of(session, portion),
        checked=_checked(session, person_id, portion, item),
        done_at=standing.occurred_at if standing else None,
    )


def _readable(session: Session, person_id: int, now: datetime, portion_id: int) -> Item:
    """The portion's item, while a requirement in force asks it of the person; for good once they
    have begun or completed it."""
    for item in duties.items_asked_of(session, person_id, now):
        if item.portion_id == portion_id:
            return item
    item = begun_item(session, person_id, portion_id)
    if item is None:
        raise NotFound("portion_unknown")
    return item


def _check_of(session: Session, portion: Portion) -> QuestionVersion | None:
    if portion.check_version_id is None:
        return None
    return session.get(QuestionVersion, portion.check_version_id)


def _checked(session: Session, person_id: int, portion: Portion, item: Item) -> bool:
    """Whether the check was answered right since the last withdrawal."""
    _, withdrawn_at = study.withdrawals_of(session, person_id, item.id)
    statement = select(CheckAnswer.id).where(
        CheckAnswer.person_id == person_id,
        CheckAnswer.portion_id == portion.id,
        CheckAnswer.right.is_(True),
    )
    if withdrawn_at is not None:
        statement = statement.where(CheckAnswer.recorded_at > withdrawn_at)
    return session.scalar(statement.limit(1)) is not None


def keep_place(
    session: Session, actor: Actor, now: datetime, portion_id: int, section: int
) -> bool:
    """Remember where the reader is; True once the portion is completed by what is known."""
    opened = open_portion(session, actor, now, portion_id)
    person_id = actor.own_id()
    within = max(0, min(section, len(opened.sections) - 1))
    place = session.get(ReadingPlace, (person_id, portion_id))
    if place is None:
        place = ReadingPlace(
            person_id=person_id,
            portion_id=portion_id,
            section=within,
            furthest=within,
            opened_at=now,
            updated_at=now,
        )
        session.add(place)
    place.section, place.updated_at = within, now
    place.furthest = max(place.furthest, within)
    session.flush()
    return _complete_if_read(session, actor, now, opened, place.furthest, opened.checked)


@dataclass(frozen=True)
class Checked:
    """What an answer to a check question comes to; practice shows its key after answering."""

    right: bool
    done: bool
    explanation: Any
    source: str


def answer_check(
    session: Session, actor: Actor, now: datetime, portion_id: int, raw: dict[str, Any]
) -> Checked:
    """Mark an answer to the check question; tries are unlimited.

    Raises BadResponse when the answer does not fit the question, NotFound without a check.
    """
    opened = open_portion(session, actor, now, portion_id)
    if opened.check is None:
        raise NotFound("check_unknown")
    version = opened.check
    type_ = QuestionType(version.type)
    response = parse_response(type_, [o["id"] for o in version.options], 0, raw)
    revision = newest_key(session, version.id)
    right = bool(mark(type_, key_from_json(revision.key), response, 100).right)
    session.add(
        CheckAnswer(
            person_id=actor.person_id,
            portion_id=portion_id,
            key_revision_id=revision.id,
            response=None if response is None else response_to_json(response),
            right=right,
            recorded_at=now,
        )
    )
    session.flush()
    done = _complete_if_read(
        session, actor, now, opened, opened.furthest, opened.checked or right
    )
    return Checked(right, done, version.explanation, version.source)


def _complete_if_read(
    session: Session,
    actor: Actor,
    now: datetime,
    opened: Opened,
    furthest: int,
    checked: bool,
) -> bool:
    """Record the completion once the evidence is whole: last section reached, check right."""
    if opened.done_at is not None:
        return True
    last = len(opened.sections) - 1
    if not is_read(furthest, last, opened.check is not None, checked):
        return False
    person_id = actor.own_id()
    withdrawn, _ = study.withdrawals_of(session, person_id, opened.item.id)
    evidence = {"version": opened.version.id, "section": furthest, "check": checked}
    study.complete(
        session,
        actor,
        now,
        person_id,
        opened.item.id,
        Channel.ONLINE,
        evidence,
        f"read:{withdrawn}",
    )
    return True


def right_options(session: Session, portion_id: int) -> list[str]:
    """The right options of a portion's check question; for the demonstration's history alone.

    Raises NotFound without a check.
    """
    version_id = session.get_one(Portion, portion_id).check_version_id
    if version_id is None:
        raise NotFound("check_unknown")
    return list(newest_key(session, version_id).key["options"])
