"""Readings as their editor has them: staged, recorded in sections and portions, given checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import drawing
from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, StoredFile
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.study import readings as reading_queries
from learnapp.db.study.models import (
    Item,
    Portion,
    Reading,
    ReadingMedia,
    ReadingSection,
    ReadingVersion,
)
from learnapp.db.study.readings import ReadingEntry
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.study.programme import ItemKind
from learnapp.domain.study.readings import plan_portions
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found
from learnapp.services.study.reading_text import ReadingText, pictures_in
from question_bank.kinds import CHOICES, QuestionType

MOST_LOST = 2_000
# A check question is marked at once.
CHECK_TYPES = tuple(each for each in QuestionType if each in CHOICES)


def stage_reading(caller: Caller, file: StoredFile, text: ReadingText) -> ImportJob:
    """Stage a reading's sections for a preview."""
    require_scope(
        caller.session,
        caller.actor,
        Permission.READING_EDIT,
        file.owner_unit_id,
        local_day(caller.now),
    )
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
    lost = [asdict(each) for each in text.lost[:MOST_LOST]]
    found = Found(rows, lost, settings)
    job = staged_imports.stage(caller, ImportKind.READING, file, found)
    pictures = {sha256: each.mime for sha256, each in text.pictures.items()}
    staged_imports.keep_pictures(caller.session, job, pictures)
    return job


def confirm_reading(
    caller: Caller,
    public_id: str,
    title: str,
    source: str,
    classification: str,
) -> Reading:
    """Record the staged reading as version 1, cut into portions, each an item to complete."""
    job = staged_imports.take_staged(caller, public_id, ImportKind.READING)
    if not title.strip():
        raise RuleBroken("title", "name_needed")
    sections = [row.record for row in import_queries.rows_of(caller.session, job)]
    reading = add_reading(
        caller,
        job.owner_unit_id,
        {
            "title": title.strip(),
            "source": source.strip(),
            "category": job.settings.get("category", ""),
            "classification": classification,
        },
        sections,
        import_queries.pictures_of(caller.session, job),
    )
    job.settings = {**job.settings, "reading_id": reading.id}
    staged_imports.end(caller, job, JobState.DONE)
    return reading


def add_reading(
    caller: Caller,
    owner_unit_id: int,
    about: dict[str, str],
    sections: list[dict[str, Any]],
    pictures: Mapping[str, str] | None = None,
) -> Reading:
    """A reading of these sections ({heading, html, length}); html must be clean already.

    `pictures`: the media types of the pictures that the sections may show, by SHA-256.
    """
    session = caller.session
    if not sections:
        raise RuleBroken("file", "reading_empty")
    reading = Reading(
        owner_unit_id=owner_unit_id,
        classification=about["classification"],
        recorded_at=caller.now,
    )
    session.add(reading)
    session.flush()
    version = ReadingVersion(
        reading_id=reading.id,
        number=1,
        title=about["title"][:200],
        source=about["source"][: lengths.LINE],
        category=about["category"][:100],
        length=sum(section["length"] for section in sections),
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    session.add(version)
    session.flush()
    _add_portions(session, version, sections)
    _add_pictures(session, version, sections, pictures or {})
    audit_log.record(caller, "reading.added", ("reading", reading.id))
    return reading


def _add_portions(
    session: Session, version: ReadingVersion, sections: list[dict[str, Any]]
) -> None:
    """Cut the sections into portions, each an item that can be asked for."""
    plans = plan_portions([section["length"] for section in sections])
    for ordinal, plan in enumerate(plans, 1):
        portion = Portion(reading_id=version.reading_id, ordinal=ordinal)
        session.add(portion)
        session.flush()
        suffix = f"（{ordinal}/{len(plans)}）" if len(plans) > 1 else ""
        title = f"{version.title[:180]}{suffix}"
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


def _add_pictures(
    session: Session,
    version: ReadingVersion,
    sections: list[dict[str, Any]],
    pictures: Mapping[str, str],
) -> None:
    """Record which pictures the version shows: who may read it may see them."""
    shown = {sha256 for each in sections for sha256 in pictures_in(each["html"])}
    rows = [
        {"version_id": version.id, "sha256": sha256, "media_type": pictures[sha256]}
        for sha256 in sorted(shown & pictures.keys())
    ]
    if rows:
        session.execute(insert(ReadingMedia), rows)


def readings_in_reach(caller: Caller) -> list[ReadingEntry]:
    """Readings within reach, newest version each, with the number of portions."""
    caller.actor.must(Permission.READING_EDIT)
    reach = units_in_scope(caller.actor, Permission.READING_EDIT, local_day(caller.now))
    return reading_queries.readings_within(caller.session, reach)


def reading_in_reach(caller: Caller, reading_id: int) -> tuple[Reading, ReadingVersion]:
    """The reading with its newest version, within reach. Raises NotFound."""
    for each in readings_in_reach(caller):
        if each.reading.id == reading_id:
            return each.reading, each.version
    raise NotFound("reading_unknown")


def set_check(
    caller: Caller,
    reading_id: int,
    ordinal: int,
    version_id: int | None,
) -> None:
    """Choose a portion's check question (or none): a published one of a closed type.

    Raises RuleBroken("check", …) for one that does not fit, or that a paper of an exam which is
    not over may have: a check's key is shown after answering.
    """
    reading_in_reach(caller, reading_id)
    portion = reading_queries.portion_at(caller.session, reading_id, ordinal)
    if portion is None:
        raise NotFound("portion_unknown")
    if version_id == portion.check_version_id:
        return
    if version_id is not None and not _fits(caller, version_id):
        raise RuleBroken("check", "check_question_unfit")
    if version_id is not None and drawing.may_be_pinned(caller.session, version_id, caller.now):
        raise RuleBroken("check", "check_question_in_exam")
    portion.check_version_id = version_id
    audit_log.record(caller, "portion.check_set", ("portion", portion.id))


def _fits(caller: Caller, version_id: int) -> bool:
    reach = units_in_scope(caller.actor, Permission.READING_EDIT, local_day(caller.now))
    return reading_queries.can_check(caller.session, version_id, CHECK_TYPES, reach)
