"""A staged roster confirmed: few rows come in at once, many part by part; its codes have a sheet."""

from __future__ import annotations

from learnapp.db.accounts import code_sheets as code_queries
from learnapp.db.accounts.models import CodeSheet
from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.files.models import ImportJob
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.services.accounts import code_sheets
from learnapp.services.files import staged_imports
from learnapp.services.people import roster_parts

AT_ONCE = 40  # rows; more come in in the background


def check(caller: Caller, public_id: str) -> None:
    """Refuse a roster that cannot come in whole; nothing for one that has come in or is coming in.

    Raises RuleBroken("file", "roster_has_troubles") while any row is doubtful;
    Conflict("import_ended") when the import was cancelled.
    """
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.ROSTER)
    if job.state == JobState.CANCELLED:
        raise Conflict("import_ended", state=job.state)
    if job.state == JobState.STAGED and job.counts.get("to_confirm"):
        raise RuleBroken("file", "roster_has_troubles", count=job.counts["to_confirm"])


def confirm(caller: Caller, public_id: str, seal: Seal) -> ImportJob:
    """Let a roster come in: staged → entering, and → done where its rows are few.

    Every row is looked at once more before the first one comes in: of many, by the scheduler. A repeat
    changes nothing. Raises Conflict("import_ended") when the import was cancelled;
    RuleBroken("file", "roster_has_troubles") where rows became doubtful after they were staged.
    """
    session = caller.session
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.ROSTER, lock=True)
    if job.state in (JobState.DONE, JobState.ENTERING):
        return job
    if job.state != JobState.STAGED:
        raise Conflict("import_ended", state=job.state)
    few = job.total is not None and job.total <= AT_ONCE
    begun = job.settings.get("entering")
    if few and not begun:
        _refuse_doubtful(caller, job)
    job.state, job.attempts = JobState.ENTERING, 0
    if not begun:
        sheet = code_sheets.begin_sheet(caller, code_sheets.Origin.ROSTER, job.id)
        order = {"by": caller.actor.own_id(), "after": 0, "sheet": sheet.id, "checked": few}
        job.settings = {**job.settings, "entering": order}
        job.counts = {**job.counts, "entered": 0, "added": 0, "left": 0}
    session.flush()
    if few:
        _enter_whole(caller, job, seal)
    return job


def _refuse_doubtful(caller: Caller, job: ImportJob) -> None:
    check = roster_parts.RosterCheck(caller, job)
    while check.look_on(caller.session):
        pass
    if check.doubtful:
        raise RuleBroken("file", "roster_has_troubles", count=len(check.doubtful))


def _enter_whole(caller: Caller, job: ImportJob, seal: Seal) -> None:
    session, now = caller.session, caller.now
    while True:
        part = roster_parts.next_part(session, now, job.id)
        if part is None or part.is_last:
            break
        roster_parts.enter_part(session, now, seal, part)
    ordered = roster_parts.codes_in_order(session, now, job.id)
    roster_parts.place_codes(session, job.id, ordered)
    roster_parts.finish(session, now, job.id)


def sheet_of_roster(caller: Caller, public_id: str) -> CodeSheet:
    """The sheet of a roster that was brought in. Raises NotFound."""
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.ROSTER)
    sheet = code_queries.sheet_of_job(caller.session, job.id)
    if sheet is None or job.state != JobState.DONE:
        raise NotFound("codes_unknown")
    return sheet
