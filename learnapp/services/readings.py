"""Readings: staged, recorded in sections and portions, read with a place kept and a check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db import progress as duties
from learnapp.db.bank import ImportJob, ImportRow, KeyRevision, QuestionVersion, StoredFile
from learnapp.db.scope import must_reach, units_in_scope
from learnapp.db.study import (
    CheckAnswer,
    Item,
    Portion,
    Reading,
    ReadingPlace,
    ReadingSection,
    ReadingVersion,
)
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import NotFound, RuleBroken
from learnapp.domain.exams import Channel
from learnapp.domain.permissions import Actor, Permission
from learnapp.domain.programme import ItemKind
from learnapp.domain.reading import is_read, plan_portions
from learnapp.services import audit, imports, study
from learnapp.services.imports import ImportKind, JobState
from learnapp.services.reading_file import ReadingText
from question_bank.marking import mark
from question_bank.model import (
    QuestionType,
    key_from_json,
    parse_response,
    response_to_json,
)


def stage_reading(
    session: Session, actor: Actor, now: datetime, file: StoredFile, text: ReadingText
) -> ImportJob:
    """Stage a reading's sections for a preview."""
    must_reach(session, actor, Permission.READING_EDIT, file.owner_unit_id, local_day(now))
    rows = [
        {
            "place": {},
            "outcome": "ready",
            "reasons": [],
            "record": {"heading": s.heading, "html": s.html, "length": s.length},
            "raw": "",
            "decision": "take",
        }
        for s in text.sections
    ]
    settings = {"title": text.title, "source": text.source, "category": text.category}
    return imports.stage(
        session, actor, now, ImportKind.READING, file, rows, [], settings=settings
    )


def confirm_reading(
    session: Session,
    actor: Actor,
    now: datetime,
    public_id: str,
    title: str,
    source: str,
    classification: str,
) -> Reading:
    """Record the staged reading as version 1, cut into portions, each an item to complete."""
    job = imports.take_staged(session, actor, now, public_id, ImportKind.READING)
    if not title.strip():
        raise RuleBroken("title", "name_needed")
    rows = session.scalars(
        select(ImportRow).where(ImportRow.job_id == job.id).order_by(ImportRow.ordinal)
    )
    sections = [row.record for row in rows]
    reading = add_reading(
        session,
        actor,
        now,
        job.owner_unit_id,
        {
            "title": title.strip(),
            "source": source.strip(),
            "category": job.settings.get("category", ""),
            "classification": classification,
        },
        sections,
    )
    imports.end(session, actor, now, job, JobState.DONE)
    return reading


def add_reading(
    session: Session,
    actor: Actor,
    now: datetime,
    owner_unit_id: int,
    about: dict[str, str],
    sections: list[dict[str, Any]],
) -> Reading:
    """A reading of these sections ({heading, html, length}); html must be clean already."""
    if not sections:
        raise RuleBroken("file", "reading_empty")
    reading = Reading(
        owner_unit_id=owner_unit_id,
        classification=about["classification"],
        recorded_at=now,
    )
    session.add(reading)
    session.flush()
    version = ReadingVersion(
        reading_id=reading.id,
        number=1,
        title=about["title"][:200],
        source=about["source"][:400],
        category=about["category"][:100],
        length=sum(section["length"] for section in sections),
        recorded_at=now,
        recorded_by=actor.person_id,
    )
    session.add(version)
    session.flush()
    plans = plan_portions([section["length"] for section in sections])
    for ordinal, plan in enumerate(plans, 1):
        portion = Portion(reading_id=reading.id, ordinal=ordinal)
        session.add(portion)
        session.flush()
        suffix = f"（{ordinal}/{len(plans)}）" if len(plans) > 1 else ""
        title = f"{about['title'][:180]}{suffix}"
        session.add(Item(kind=ItemKind.PORTION, title=title, portion_id=portion.id))
        session.add_all(
            ReadingSection(
                version_id=version.id,
                ordinal=index,
                portion_id=portion.id,
                heading=sections[index]["heading"][:200],
                html=sections[index]["html"],
                length=sections[index]["length"],
            )
            for index in range(plan.first, plan.last + 1)
        )
    audit.record(session, actor, now, "reading.added", ("reading", reading.id))
    return reading


def readings_in_reach(
    session: Session, actor: Actor, now: datetime
) -> list[tuple[Reading, ReadingVersion, int]]:
    """Readings within reach, newest version each, with the number of portions."""
    actor.must(Permission.READING_EDIT)
    reach = units_in_scope(actor, Permission.READING_EDIT, local_day(now))
    portions = (
        select(func.count())
        .where(Portion.reading_id == Reading.id)
        .correlate(Reading)
        .scalar_subquery()
    )
    newest = (
        select(func.max(ReadingVersion.number))
        .where(ReadingVersion.reading_id == Reading.id)
        .correlate(Reading)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Reading, ReadingVersion, portions)
        .join(ReadingVersion, ReadingVersion.reading_id == Reading.id)
        .where(
            Reading.owner_unit_id.in_(reach),
            Reading.retired_at.is_(None),
            ReadingVersion.number == newest,
        )
        .order_by(Reading.id.desc())
    )
    return [(reading, version, count) for reading, version, count in rows]


def portions_of(session: Session, reading_id: int) -> list[Portion]:
    """The reading's portions in order."""
    return list(
        session.scalars(
            select(Portion).where(Portion.reading_id == reading_id).order_by(Portion.ordinal)
        )
    )


def reading_in_reach(
    session: Session, actor: Actor, now: datetime, reading_id: int
) -> tuple[Reading, ReadingVersion]:
    """The reading with its newest version, within reach. Raises NotFound."""
    for reading, version, _ in readings_in_reach(session, actor, now):
        if reading.id == reading_id:
            return reading, version
    raise NotFound("reading_unknown")


def set_check(
    session: Session,
    actor: Actor,
    now: datetime,
    reading_id: int,
    ordinal: int,
    version_id: int | None,
) -> None:
    """Choose a portion's check question (or none): a published one of a closed type."""
    reading_in_reach(session, actor, now, reading_id)
    portion = session.scalar(
        select(Portion).where(Portion.reading_id == reading_id, Portion.ordinal == ordinal)
    )
    if portion is None:
        raise NotFound("portion_unknown")
    if version_id is not None:
        version = session.get(QuestionVersion, version_id)
        fits = version is not None and version.type in ("single", "multiple", "true_false")
        if version is None or not fits or version.use not in ("practice", "both"):
            raise RuleBroken("check", "check_question_unfit")
    portion.check_version_id = version_id
    audit.record(session, actor, now, "portion.check_set", ("portion", portion.id))


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
    """The portion, if a requirement in force asks it of the reader. Raises NotFound."""
    assert actor.person_id is not None
    item = next(
        (
            each
            for each in duties.items_asked_of(session, actor.person_id, now)
            if each.portion_id == portion_id
        ),
        None,
    )
    if item is None:
        raise NotFound("portion_unknown")
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
    place = session.get(ReadingPlace, (actor.person_id, portion_id))
    count = session.scalar(select(func.count()).where(Portion.reading_id == reading.id)) or 0
    standing = study.standing_completion(session, actor.person_id, item.id)
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
        checked=_checked(session, actor.person_id, portion, item),
        done_at=standing.occurred_at if standing else None,
    )


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
    assert actor.person_id is not None
    within = max(0, min(section, len(opened.sections) - 1))
    place = session.get(ReadingPlace, (actor.person_id, portion_id))
    if place is None:
        place = ReadingPlace(
            person_id=actor.person_id,
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
    revision = session.scalars(
        select(KeyRevision)
        .where(KeyRevision.version_id == version.id)
        .order_by(KeyRevision.number.desc())
        .limit(1)
    ).one()
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
    assert actor.person_id is not None
    withdrawn, _ = study.withdrawals_of(session, actor.person_id, opened.item.id)
    evidence = {"version": opened.version.id, "section": furthest, "check": checked}
    study.complete(
        session,
        actor,
        now,
        actor.person_id,
        opened.item.id,
        Channel.ONLINE,
        evidence,
        f"read:{withdrawn}",
    )
    return True


def last_sections(session: Session, reading_id: int) -> list[tuple[int, int]]:
    """(portion's ordinal, its last section counted from 0 in the whole reading), in order."""
    rows = session.execute(
        select(Portion.ordinal, func.max(ReadingSection.ordinal))
        .join(ReadingSection, ReadingSection.portion_id == Portion.id)
        .where(Portion.reading_id == reading_id)
        .group_by(Portion.ordinal)
        .order_by(Portion.ordinal)
    )
    return [(ordinal, last) for ordinal, last in rows]


def right_options(session: Session, portion_id: int) -> list[str]:
    """The right options of a portion's check question; for the demonstration's history alone."""
    key = session.scalars(
        select(KeyRevision.key)
        .join(Portion, Portion.check_version_id == KeyRevision.version_id)
        .where(Portion.id == portion_id)
        .order_by(KeyRevision.number.desc())
        .limit(1)
    ).one()
    return list(key["options"])
