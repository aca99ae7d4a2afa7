"""Named queries of a person's library and of their own notes: for that person alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.study.models import (
    Completion,
    Item,
    OwnNote,
    Portion,
    Reading,
    ReadingPlace,
    ReadingSection,
    ReadingVersion,
    Withdrawal,
)


class LibraryPortion(NamedTuple):
    """A portion that the person may read, with its reading as it is now."""

    portion_id: int
    ordinal: int
    item_id: int
    reading_id: int
    version_id: int
    title: str
    source: str
    category: str


_NEWEST = (
    select(func.max(ReadingVersion.number))
    .where(ReadingVersion.reading_id == Reading.id)
    .correlate(Reading)
    .scalar_subquery()
)


def portions_for(
    session: Session, person_id: int, asked_items: Collection[int]
) -> list[LibraryPortion]:
    """The portions of these items and those that the person has opened or completed, the reading that
    was recorded last first."""
    opened = select(ReadingPlace.portion_id).where(ReadingPlace.person_id == person_id)
    completed = select(Completion.item_id).where(Completion.person_id == person_id)
    rows = session.execute(
        select(
            Portion.id,
            Portion.ordinal,
            Item.id,
            Reading.id,
            ReadingVersion.id,
            ReadingVersion.title,
            ReadingVersion.source,
            ReadingVersion.category,
        )
        .join(Item, Item.portion_id == Portion.id)
        .join(Reading, Reading.id == Portion.reading_id)
        .join(ReadingVersion, ReadingVersion.reading_id == Reading.id)
        .where(
            ReadingVersion.number == _NEWEST,
            or_(one_of(Item.id, asked_items), Portion.id.in_(opened), Item.id.in_(completed)),
        )
        .order_by(Reading.id.desc(), Portion.ordinal)
    )
    return [LibraryPortion(*row) for row in rows]


def completed_portions(session: Session, person_id: int) -> set[int]:
    """The portions that the person has completed and nobody withdrew."""
    withdrawn = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    rows = session.scalars(
        select(Item.portion_id)
        .join(Completion, Completion.item_id == Item.id)
        .where(Completion.person_id == person_id, Item.portion_id.is_not(None), ~withdrawn.exists())
    )
    return {each for each in rows if each is not None}


def sections_with(
    session: Session, version_ids: Collection[int], words: str
) -> list[tuple[int, str]]:
    """(portion, HTML) of the sections of these versions whose text has the words, in order."""
    rows = session.execute(
        select(ReadingSection.portion_id, ReadingSection.html)
        .where(
            one_of(ReadingSection.version_id, version_ids),
            ReadingSection.html.icontains(words, autoescape=True),
        )
        .order_by(ReadingSection.version_id, ReadingSection.ordinal)
    )
    return [(portion_id, html) for portion_id, html in rows]


class LawSection(NamedTuple):
    """A section of a law as it is now."""

    version_id: int
    heading: str
    html: str


def sections_naming(
    session: Session, portions: Collection[LibraryPortion], words: Collection[str]
) -> list[LawSection]:
    """The sections of these portions, in their readings as they are now, that have one of the words."""
    named = [
        column.contains(each, autoescape=True)
        for each in words
        for column in (ReadingSection.heading, ReadingSection.html)
    ]
    rows = session.execute(
        select(ReadingSection.version_id, ReadingSection.heading, ReadingSection.html)
        .where(
            one_of(ReadingSection.version_id, (each.version_id for each in portions)),
            one_of(ReadingSection.portion_id, (each.portion_id for each in portions)),
            or_(*named),
        )
        .order_by(ReadingSection.version_id, ReadingSection.ordinal)
    )
    return [LawSection(*row) for row in rows]


def note_at(session: Session, person_id: int, portion_id: int, section: int) -> OwnNote | None:
    """The person's mark at a section, counted from 0."""
    return session.get(OwnNote, (person_id, portion_id, section))


class NoteRow(NamedTuple):
    """A mark of a person: where it is, and what they wrote."""

    portion_id: int
    section: int
    text: str
    title: str


def notes_of(session: Session, person_id: int) -> list[NoteRow]:
    """The person's bookmarks and notes, the newest first."""
    rows = session.execute(
        select(OwnNote.portion_id, OwnNote.section, OwnNote.text, Item.title)
        .join(Item, Item.portion_id == OwnNote.portion_id)
        .where(OwnNote.person_id == person_id)
        .order_by(OwnNote.updated_at.desc(), OwnNote.portion_id, OwnNote.section)
    )
    return [NoteRow(*row) for row in rows]


def remove_note(session: Session, person_id: int, portion_id: int, section: int) -> None:
    """Take the person's mark away; nothing happens where there is none."""
    session.execute(
        delete(OwnNote).where(
            OwnNote.person_id == person_id,
            OwnNote.portion_id == portion_id,
            OwnNote.section == section,
        )
    )
