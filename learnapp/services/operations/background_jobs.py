"""后台任务: what runs and what ended of all that is done in the background; cancelled and asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from learnapp.db.core.caller import Caller
from learnapp.db.operations import background_jobs, background_lists
from learnapp.db.operations.background_lists import ImportLine, JobSubject
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.progress import counting_left
from learnapp.db.progress.counting_left import StageLeft
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.files.imports import ImportKind
from learnapp.domain.operations.background_jobs import (
    PERMISSION,
    WorkKind,
    WorkState,
    may_be_cancelled,
    may_be_retried,
)
from learnapp.services.files import staged_imports

# Of imports those that are read or entered in the background.
_IMPORTS = {
    str(kind): staged_imports.PERMISSION[kind] for kind in (ImportKind.QUESTIONS, ImportKind.ROSTER)
}
_RIGHTS = {*PERMISSION.values(), *_IMPORTS.values(), Permission.PROGRAMME_EDIT}


@dataclass(frozen=True)
class WorkLine:
    """A job as it is listed: what about, by whom, how far; with what can be done about it."""

    kind: WorkKind
    job: BackgroundJob
    about: JobSubject
    by: str
    cancellable: bool
    retried: bool


@dataclass(frozen=True)
class ImportedLine:
    """An import as it is listed."""

    kind: ImportKind
    public_id: str
    state: str
    file: str
    by: str
    asked_at: datetime
    ended_at: datetime | None
    done: int
    total: int | None


Line = WorkLine | ImportedLine


@dataclass(frozen=True)
class Jobs:
    """What runs (all of it), a page of what ended, and how much ended in all."""

    running: list[Line]
    counting: list[StageLeft]
    ended: list[Line]
    total: int


def sees_jobs(actor: Actor) -> bool:
    """Whether work of any kind can be within the actor's reach."""
    return any(actor.may(right) for right in _RIGHTS)


def jobs(caller: Caller, offset: int, limit: int) -> Jobs:
    """Work within reach; nothing for who can see none of any kind."""
    running: list[BackgroundJob | ImportLine] = [
        *background_lists.active_within(caller),
        *background_lists.imports_running(caller, _IMPORTS),
    ]
    ended = background_lists.ended(caller, _IMPORTS, offset, limit)
    return Jobs(
        _lines(caller, running),
        counting_left.stages_left(caller) if caller.actor.may(Permission.PROGRAMME_EDIT) else [],
        _lines(caller, ended),
        background_lists.count_ended(caller, _IMPORTS),
    )


def _lines(caller: Caller, found: Sequence[BackgroundJob | ImportLine]) -> list[Line]:
    work = [each for each in found if isinstance(each, BackgroundJob)]
    about = background_lists.about(caller.session, work)
    asked_by = [e.asked_by if isinstance(e, BackgroundJob) else e.job.created_by for e in found]
    names = background_lists.names_of(caller.session, asked_by)
    return [
        _work_line(caller, each, about[each.id], names)
        if isinstance(each, BackgroundJob)
        else _import_line(each, names)
        for each in found
    ]


def _work_line(
    caller: Caller, job: BackgroundJob, about: JobSubject, names: dict[int, str]
) -> WorkLine:
    kind, state = WorkKind(job.kind), WorkState(job.state)
    return WorkLine(
        kind,
        job,
        about,
        names.get(job.asked_by or 0, ""),
        may_be_cancelled(kind, state),
        may_be_retried(state) and _is_newest(caller, job),
    )


def _import_line(line: ImportLine, names: dict[int, str]) -> ImportedLine:
    job = line.job
    return ImportedLine(
        ImportKind(job.kind),
        job.public_id,
        job.state,
        line.file,
        names.get(job.created_by, ""),
        job.created_at,
        job.ended_at,
        job.counts.get("entered", 0),
        job.total,
    )


def _is_newest(caller: Caller, job: BackgroundJob) -> bool:
    newest = background_jobs.newest(caller.session, WorkKind(job.kind), job.subject)
    return newest is not None and newest.id == job.id


def job(caller: Caller, public_id: str, lock: bool = False) -> BackgroundJob:
    """A job within reach. Raises NotFound."""
    found = background_lists.job_within(caller, public_id, lock)
    if found is None:
        raise NotFound("background_unknown")
    return found


def progress(caller: Caller, public_id: str) -> dict[str, Any]:
    """How far a job within reach is. Raises NotFound."""
    found = job(caller, public_id)
    return {"state": found.state, "done": found.done, "total": found.total}


def cancel(caller: Caller, public_id: str) -> None:
    """Give a job up, or put away one that failed; a repeat changes nothing.

    Raises NotFound, Conflict("background_ended") for one that is done, Conflict("background_must_end")
    for one that has to reach its end.
    """
    found = job(caller, public_id, lock=True)
    kind, state = WorkKind(found.kind), WorkState(found.state)
    if state is WorkState.CANCELLED:
        return
    if state is WorkState.DONE:
        raise Conflict("background_ended")
    if not may_be_cancelled(kind, state):
        raise Conflict("background_must_end")
    background_jobs.cancel(caller, found)


def retry(caller: Caller, public_id: str) -> None:
    """Have a job that failed or was cancelled carried out after all; a repeat changes nothing.

    Raises NotFound, Conflict("background_ended") for one that is done or was asked for anew since.
    """
    found = job(caller, public_id, lock=True)
    state = WorkState(found.state)
    if state in (WorkState.WAITING, WorkState.RUNNING):
        return
    if not may_be_retried(state) or not _is_newest(caller, found):
        raise Conflict("background_ended")
    background_jobs.retry(caller, found)
