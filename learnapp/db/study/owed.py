"""Named queries of what a person owes: items by id, and exams with the windows that are for them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId
from learnapp.db.core.many import in_order, one_of, one_of_named
from learnapp.db.exams.models import Exam, ExamWindow, WindowPerson
from learnapp.db.study.models import (
    Completion,
    Item,
    ReadingPlace,
    ReadingSection,
    ReadingVersion,
)
from learnapp.domain.exams.exams import WindowState
from learnapp.domain.study.readings import PortionProgress

_LATER = lasting_alias(ReadingVersion)

_BATCH = (
    select(WindowPerson.window_id)
    .where(WindowPerson.window_id == ExamWindow.id)
    .correlate(ExamWindow)
)


_ITEMS = select(Item).where(one_of_named(Item.id, "items"))


def items_of(session: Session, item_ids: Collection[int]) -> dict[int, Item]:
    """The items of these ids, by id."""
    rows = session.scalars(_ITEMS, {"items": in_order(item_ids)})
    return {item.id: item for item in rows}


def titles_of(session: Session, item_ids: Collection[int]) -> dict[int, str]:
    """The titles of the items of these ids, by id."""
    rows = session.execute(select(Item.id, Item.title).where(one_of(Item.id, item_ids)))
    return {item_id: title for item_id, title in rows}


_OWN_BATCH = _BATCH.where(WindowPerson.person_id == bindparam("person_id", type_=BigId))
_EXAMS = (
    select(Exam, ExamWindow, and_(_BATCH.exists(), ~_OWN_BATCH.exists()))
    .join(ExamWindow, ExamWindow.exam_id == Exam.id)
    .where(one_of_named(Exam.id, "exams"), ExamWindow.state != WindowState.CANCELLED)
    .order_by(ExamWindow.closes_at.desc(), ExamWindow.id)
)


def exams_with_windows(
    session: Session, person_id: int, exam_ids: Collection[int]
) -> list[tuple[Exam, list[tuple[ExamWindow, bool]]]]:
    """Each exam with its windows, without cancelled ones, and whether each is for the person, who may
    be in no batch of it; the exam whose last window closes last first. One statement."""
    rows = session.execute(_EXAMS, {"person_id": person_id, "exams": in_order(exam_ids)})
    found: dict[int, tuple[Exam, list[tuple[ExamWindow, bool]]]] = {}
    for exam, window, others in rows:
        found.setdefault(exam.id, (exam, []))[1].append((window, not others))
    return list(found.values())


_PROGRESS = (
    select(
        ReadingSection.portion_id,
        ReadingSection.length,
        ReadingPlace.section,
        ReadingPlace.furthest,
    )
    .join(ReadingVersion, ReadingVersion.id == ReadingSection.version_id)
    .outerjoin(
        ReadingPlace,
        and_(
            ReadingPlace.portion_id == ReadingSection.portion_id,
            ReadingPlace.person_id == bindparam("person_id", type_=BigId),
        ),
    )
    .where(
        one_of_named(ReadingSection.portion_id, "portions"),
        ReadingVersion.number
        == select(func.max(_LATER.number))
        .where(_LATER.reading_id == ReadingVersion.reading_id)
        .correlate(ReadingVersion)
        .scalar_subquery(),
    )
    .order_by(ReadingSection.portion_id, ReadingSection.ordinal)
)


def progress_in(
    session: Session, person_id: int, portion_ids: Collection[int]
) -> dict[int, PortionProgress]:
    """How far the person is in each of these portions, of the text as it is now. One statement."""
    rows = session.execute(
        _PROGRESS, {"person_id": person_id, "portions": in_order(portion_ids)}
    ).all()
    lengths: dict[int, list[int]] = {}
    places: dict[int, tuple[int, int]] = {}
    for portion_id, length, at, furthest in rows:
        lengths.setdefault(portion_id, []).append(length)
        places[portion_id] = (at or 0, -1 if furthest is None else furthest)
    return {each: PortionProgress(found, *places[each]) for each, found in lengths.items()}


def begun_item(session: Session, person_id: int, portion_id: int) -> Item | None:
    """The item of a portion that the person has opened or completed, whatever asks it today."""
    opened = select(ReadingPlace.portion_id).where(
        ReadingPlace.person_id == person_id, ReadingPlace.portion_id == portion_id
    )
    completed = select(Completion.id).where(
        Completion.person_id == person_id, Completion.item_id == Item.id
    )
    return session.scalar(
        select(Item).where(Item.portion_id == portion_id, or_(opened.exists(), completed.exists()))
    )


def exam_with_batches(
    session: Session, exam_id: int
) -> tuple[Exam, list[tuple[ExamWindow, set[int] | None]]]:
    """An exam with its windows, without cancelled ones, each with the people it is reserved for; None:
    for everybody."""
    windows = session.scalars(
        select(ExamWindow)
        .where(ExamWindow.exam_id == exam_id, ExamWindow.state != WindowState.CANCELLED)
        .order_by(ExamWindow.closes_at.desc(), ExamWindow.id)
    ).all()
    batches: dict[int, set[int]] = {}
    rows = session.execute(
        select(WindowPerson.window_id, WindowPerson.person_id)
        .join(ExamWindow, ExamWindow.id == WindowPerson.window_id)
        .where(ExamWindow.exam_id == exam_id)
    )
    for window_id, person_id in rows:
        batches.setdefault(window_id, set()).add(person_id)
    exam = session.get_one(Exam, exam_id)
    return exam, [(window, batches.get(window.id)) for window in windows]
