"""What the scheduler does by itself, as the page of jobs lists it: what ran, how often, when next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.operations import backup_runs, window_jobs
from learnapp.db.operations.window_jobs import DoneJob
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.operations.backups import BackupState
from learnapp.domain.operations.scheduled_jobs import ScheduledJob, next_at

LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True)
class ScheduledLine:
    """A scheduled job: when it was done last and how often in the last week (of retention: how many
    rows went that day; of a backup: 1 for a good one, 0 for one that failed), and when it is due next,
    where that is known."""

    job: ScheduledJob
    done: DoneJob | None
    next_at: datetime | None


def sees_schedule(actor: Actor) -> bool:
    """Whether the actor looks after the installation."""
    return actor.may(Permission.CLOCK_CONFIRM)


def scheduled(caller: Caller) -> list[ScheduledLine]:
    """Every job of the scheduler. Four statements. Raises Forbidden."""
    caller.actor.must(Permission.CLOCK_CONFIRM)
    session, now = caller.session, caller.now
    done = window_jobs.done_jobs(session, now - LOOKED_BACK)
    ahead = window_jobs.ahead(session, now)
    if (removal := window_jobs.last_removal(session)) is not None:
        done[ScheduledJob.RETENTION] = removal
    for run in backup_runs.newest(session, 1):
        done[ScheduledJob.BACKUP] = DoneJob(run.ended_at, int(run.state == BackupState.GOOD))
    return [ScheduledLine(job, done.get(job), next_at(job, ahead, now)) for job in ScheduledJob]
