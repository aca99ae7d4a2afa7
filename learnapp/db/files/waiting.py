"""Imports that wait: staged and left, records in doubt, files that could not be read."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from learnapp.db.core.caller import Caller
from learnapp.db.core.waiting import Waiting
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


def _jobs(caller: Caller, permission: Permission, kind: str, *states: str) -> Select[str]:
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    return select(ImportJob.public_id).where(
        ImportJob.kind == kind, ImportJob.state.in_(states), ImportJob.owner_unit_id.in_(reach)
    )


def _counted(caller: Caller, found: Select[str]) -> Waiting:
    count = caller.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    if not count:
        return Waiting(0)
    return Waiting(count, caller.session.scalar(found.order_by(ImportJob.id).limit(1)))


def open_imports(caller: Caller, permission: Permission, kind: str) -> Waiting:
    """Imports of the kind within reach that were begun and neither confirmed nor given up."""
    return _counted(caller, _jobs(caller, permission, kind, "reading", "staged", "entering"))


def refused_imports(caller: Caller, permission: Permission, kind: str) -> Waiting:
    """Files of the kind that could not be read, and that nobody has put away."""
    return _counted(caller, _jobs(caller, permission, kind, "refused"))


def doubtful_records(caller: Caller, permission: Permission, kind: str) -> Waiting:
    """Records of open imports of the kind that are in doubt and left out so far."""
    jobs = _jobs(caller, permission, kind, "staged").subquery()
    found = (
        select(ImportJob.public_id, func.count())
        .join(ImportRow, ImportRow.job_id == ImportJob.id)
        .where(
            ImportJob.public_id.in_(select(jobs.c.public_id)),
            ImportRow.outcome != "ready",
            ImportRow.decision == "leave",
        )
        .group_by(ImportJob.id, ImportJob.public_id)
        .order_by(ImportJob.id)
    )
    rows = caller.session.execute(found).all()
    return Waiting(sum(row[1] for row in rows), rows[0][0]) if rows else Waiting(0)
