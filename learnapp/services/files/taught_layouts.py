"""Layouts that people taught: kept under a name for the next file of the same source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select

from learnapp.db.core.caller import Caller
from learnapp.db.files import imports as import_queries
from learnapp.db.files import taught_layouts
from learnapp.db.files.models import ImportJob, TaughtLayout
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.services.files import staged_imports

# Why a file was refused that a layout may read after all.
TEACHABLE = ("no_questions", "unknown_header", "empty_sheet")


def saved(caller: Caller) -> list[TaughtLayout]:
    """The layouts within reach, newest first."""
    return taught_layouts.layouts_within(caller.session, _reach(caller))


def layout_of(caller: Caller, layout_id: int) -> Any:
    """A kept layout as JSON data. Raises NotFound."""
    return _one(caller, layout_id).layout


def keep(caller: Caller, unit_id: int, name: str, layout: Mapping[str, Any]) -> TaughtLayout:
    """Keep a layout under a name. Raises RuleBroken where the name is missing or too long."""
    name = name.strip()
    if not name:
        raise RuleBroken("name", "layout_name_needed")
    if len(name) > _LONGEST_NAME:
        raise RuleBroken("name", "value_too_long", most=_LONGEST_NAME)
    made = TaughtLayout(
        owner_unit_id=unit_id,
        name=name,
        layout=dict(layout),
        recorded_at=caller.now,
        recorded_by=caller.actor.own_id(),
    )
    caller.session.add(made)
    caller.session.flush()
    audit_log.record(caller, "layout.kept", ("layout", made.id))
    return made


_LONGEST_NAME = lengths.LINE // 2


def put_away(caller: Caller, layout_id: int) -> None:
    """A kept layout that is offered no more; one that is gone already stays gone."""
    try:
        found = _one(caller, layout_id)
    except NotFound:
        return
    found.retired_at = caller.now
    audit_log.record(caller, "layout.retired", ("layout", found.id))


def may_teach(job: ImportJob) -> bool:
    """Whether an import can be read by another layout: it waits, or nothing was made out in its file."""
    refused = job.settings.get("refused") or {}
    return job.state == JobState.STAGED or (
        job.state == JobState.REFUSED and refused.get("code") in TEACHABLE
    )


def read_by(caller: Caller, public_id: str, layout: Mapping[str, Any]) -> ImportJob:
    """staged or refused → reading: the file of an import is read again, by a layout.

    What was staged of it, and mended in it, is forgotten. Raises Conflict of "import_ended".
    """
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.QUESTIONS, lock=True)
    if not may_teach(job):
        raise Conflict("import_ended", state=job.state)
    import_queries.forget_pictures(caller.session, job.id)
    settings = {k: v for k, v in job.settings.items() if k not in ("refused", "format")}
    declared = {**settings.get("declared", {}), "layout": dict(layout)}
    job.settings = {**settings, "declared": declared}
    job.state, job.ended_at, job.attempts, job.total = JobState.READING, None, 0, None
    audit_log.record(caller, "import.taught", ("import", job.id))
    return job


def _one(caller: Caller, layout_id: int) -> TaughtLayout:
    found = taught_layouts.one_within(caller.session, _reach(caller), layout_id)
    if found is None:
        raise NotFound("layout_unknown")
    return found


def _reach(caller: Caller) -> Select[int]:
    caller.actor.must(Permission.BANK_IMPORT)
    return units_in_scope(caller.actor, Permission.BANK_IMPORT, local_day(caller.now))
