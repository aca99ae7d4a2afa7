"""Files whose secrecy marking has lapsed: stated by somebody with the right, then read."""

from __future__ import annotations

from typing import Any

from learnapp.db.core.caller import Caller
from learnapp.db.files.models import ImportJob, MarkingStatement
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import require_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.files.markings import LapsedMarking
from learnapp.services.files import staged_imports
from question_bank.secrecy import may_lapse


def must_state(caller: Caller, unit_id: int) -> None:
    """Raise Forbidden or NotFound unless the actor may state this for files of the unit."""
    caller.actor.must(Permission.MARKING_LAPSE)
    day = local_day(caller.now)
    require_scope(caller.session, caller.actor, Permission.MARKING_LAPSE, unit_id, day)


def record(caller: Caller, job: ImportJob, marking: str, stated: LapsedMarking) -> None:
    """Keep the statement beside the import, and in the audit."""
    must_state(caller, job.owner_unit_id)
    caller.session.add(
        MarkingStatement(
            job_id=job.id,
            marking=marking[:80],
            reason=stated.reason,
            authority=stated.authority,
            recorded_at=caller.now,
            recorded_by=caller.actor.own_id(),
        )
    )
    audit_log.record(caller, "import.marking_lapsed", ("import", job.id))


def read_after_all(caller: Caller, public_id: str, stated: LapsedMarking) -> None:
    """refused → reading: a file that was refused for a marking which names its own end.

    Raises Conflict of "import_ended" for any other; a repeat finds it reading and changes nothing.
    """
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.QUESTIONS, lock=True)
    if job.state == JobState.READING and job.settings.get("declared", {}).get("marking_lapsed"):
        return
    marking = refused_marking(job)
    if job.state != JobState.REFUSED or marking is None:
        raise Conflict("import_ended", state=job.state)
    record(caller, job, marking, stated)
    settings: dict[str, Any] = {k: v for k, v in job.settings.items() if k != "refused"}
    declared = {**settings.get("declared", {}), "marking_lapsed": True}
    job.settings = {**settings, "declared": declared}
    job.state, job.ended_at, job.attempts = JobState.READING, None, 0


def refused_marking(job: ImportJob) -> str | None:
    """The marking that a file was refused for, if it names its own end; else None."""
    refused = job.settings.get("refused") or {}
    marking = str(refused.get("params", {}).get("marking", ""))
    return marking if refused.get("code") == "secrecy_marking" and may_lapse(marking) else None
