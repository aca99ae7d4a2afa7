"""Named queries of readings as their editor has them: newest versions, portions, sections, use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.study.models import (
    Completion,
    Item,
    Portion,
    Reading,
    ReadingSection,
    ReadingVersion,
    Requirement,
)


@dataclass(frozen=True)
class ReadingEntry:
    """A reading with its newest version and the number of its portions."""

    reading: Reading
    version: ReadingVersion
    portions: int


def readings_within(session: Session, reach: Select[int]) -> list[ReadingEntry]:
    """The readings of units within reach, without those put away, the newest first."""
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
    return [ReadingEntry(*row) for row in rows]


def titles_of(session: Session, owner_unit_id: int) -> set[str]:
    """The titles of a unit's readings in every version, those put away too."""
    rows = select(ReadingVersion.title).join(Reading, Reading.id == ReadingVersion.reading_id)
    return set(session.scalars(rows.where(Reading.owner_unit_id == owner_unit_id)))


def newest_version(session: Session, reading_id: int) -> ReadingVersion:
    """The text of a reading as it is now."""
    return session.scalars(
        select(ReadingVersion)
        .where(ReadingVersion.reading_id == reading_id)
        .order_by(ReadingVersion.number.desc())
        .limit(1)
    ).one()


def portions_of(session: Session, reading_id: int) -> list[Portion]:
    """The reading's portions in order."""
    return list(
        session.scalars(
            select(Portion).where(Portion.reading_id == reading_id).order_by(Portion.ordinal)
        )
    )


def portion_at(session: Session, reading_id: int, ordinal: int) -> Portion | None:
    """The portion of a reading at a place, counted from 1."""
    return session.scalar(
        select(Portion).where(Portion.reading_id == reading_id, Portion.ordinal == ordinal)
    )


def items_of(session: Session, reading_id: int) -> list[Item]:
    """The items of the portions of a reading, in their order."""
    return list(
        session.scalars(
            select(Item)
            .join(Portion, Portion.id == Item.portion_id)
            .where(Portion.reading_id == reading_id)
            .order_by(Portion.ordinal)
        )
    )


def sections_of(session: Session, version_id: int, portion_id: int) -> list[ReadingSection]:
    """The sections of a portion in a version of its reading, in order."""
    return list(
        session.scalars(
            select(ReadingSection)
            .where(ReadingSection.version_id == version_id, ReadingSection.portion_id == portion_id)
            .order_by(ReadingSection.ordinal)
        )
    )


def last_sections(session: Session, reading_id: int) -> dict[int, int]:
    """The last section of each portion, counted from 0 in the whole reading, by the portion's place."""
    rows = session.execute(
        select(Portion.ordinal, func.max(ReadingSection.ordinal))
        .join(ReadingSection, ReadingSection.portion_id == Portion.id)
        .where(Portion.reading_id == reading_id)
        .group_by(Portion.ordinal)
        .order_by(Portion.ordinal)
    )
    return {ordinal: last for ordinal, last in rows}


def can_check(
    session: Session, version_id: int, types: Collection[str], reach: Select[int]
) -> bool:
    """Whether a question may check a portion: a published one of these types, for practice, in a bank
    within reach."""
    wanted = (
        select(QuestionVersion.id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(
            QuestionVersion.id == version_id,
            QuestionVersion.type.in_(types),
            QuestionVersion.use.in_(("practice", "both")),
            QuestionVersion.status == "published",
            Bank.owner_unit_id.in_(reach),
        )
    )
    return session.scalar(wanted) is not None


def is_used(session: Session, reading_id: int) -> bool:
    """Whether a plan, a draft among them, asks a portion of a reading, or somebody completed one."""
    items = (
        select(Item.id)
        .join(Portion, Portion.id == Item.portion_id)
        .where(Portion.reading_id == reading_id)
    )
    asked = select(Requirement.id).where(Requirement.item_id.in_(items))
    done = select(Completion.id).where(Completion.item_id.in_(items))
    return any(session.scalar(each.limit(1)) is not None for each in (asked, done))
