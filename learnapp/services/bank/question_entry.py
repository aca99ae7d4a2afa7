"""A staged question import brought into its bank: a few questions at once, many part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.bank import question_tasks, staged_questions
from learnapp.db.bank.models import Bank
from learnapp.db.core.caller import Caller
from learnapp.db.files.models import ImportJob
from learnapp.db.operations import audit_log
from learnapp.domain.bank.versions import VersionState
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.files.imports import JobState
from learnapp.services.bank import banks
from learnapp.services.bank.banks import Entering
from learnapp.services.bank.question_imports import KIND
from learnapp.services.files import staged_imports
from question_bank.model import Question, question_from_json

PART = 40  # questions of one transaction: everybody's writing waits for one part only
AT_ONCE = 80  # questions; more come in in the background


@dataclass(frozen=True)
class QuestionPart:
    """The questions of an import that come next: of the rows after one ordinal, up to another."""

    job_id: int
    after: int
    until: int
    questions: Sequence[Question]


def confirm(caller: Caller, public_id: str, to_review: bool = False) -> ImportJob:
    """Let the taken records come into the bank: staged → entering, and → done where they are few.

    A question that the bank has (same stem and options) is left as it is. `to_review`: they wait
    for a reviewer before any paper may have them; so they do in any case while a unit of the actor
    owes the bank questions. Raises Conflict as `staged_imports.take_staged`.
    """
    session = caller.session
    job = staged_imports.take_staged(caller, public_id, KIND)
    job.state = JobState.ENTERING
    job.attempts, job.total = 0, staged_questions.count_taken(session, job.id)
    owed = job.bank_id is not None and question_tasks.is_owed_by(
        session, caller.actor.own_id(), job.bank_id, local_day(caller.now)
    )
    order = {"by": caller.actor.own_id(), "to_review": to_review or owed, "after": 0}
    job.settings = {**job.settings, "entering": order}
    job.counts = {**job.counts, "added": job.counts.get("added", 0), "entered": 0}
    session.flush()
    if job.total <= AT_ONCE:
        while (part := next_part(session, job.id)) is not None:
            enter_part(session, caller.now, part)
    return job


def next_part(session: Session, job_id: int) -> QuestionPart | None:
    """The questions that come in next, none of them after the last; None when nothing is entering."""
    job = session.get(ImportJob, job_id)
    if job is None or job.state != JobState.ENTERING:
        return None
    after = job.settings["entering"]["after"]
    rows = staged_questions.taken_after(session, job_id, after, PART)
    questions = [question_from_json(record) for _, record in rows]
    return QuestionPart(job_id, after, rows[-1][0] if rows else after, questions)


def enter_part(session: Session, now: datetime, part: QuestionPart) -> None:
    """Put a part into the bank, once; the import is done with the part that has none.

    It is entered for who confirmed the import, even where that person may no longer import by now.
    """
    job = session.get_one(ImportJob, part.job_id, with_for_update=True, populate_existing=True)
    order = job.settings.get("entering", {})
    if job.state != JobState.ENTERING or order["after"] != part.after:
        return
    caller = Caller(session, Actor(order["by"]), now)
    if not part.questions:
        _end(caller, job)
        return
    into = session.get_one(Bank, job.bank_id)
    status = VersionState.IN_REVIEW if order["to_review"] else VersionState.PUBLISHED
    pictures = staged_imports.pictures_of(session, job)
    added = banks.enter(caller, into, part.questions, Entering(pictures=pictures, status=status))
    job.attempts = 0
    job.settings = {**job.settings, "entering": {**order, "after": part.until}}
    job.counts = {
        **job.counts,
        "added": job.counts["added"] + added,
        "entered": job.counts["entered"] + len(part.questions),
    }
    session.flush()


def _end(caller: Caller, job: ImportJob) -> None:
    added = job.counts["added"]
    job.counts = {**job.counts, "known": job.counts["entered"] - added}
    if added:
        audit_log.record(caller, "questions.added", ("bank", job.bank_id), count=added)
    staged_imports.end(caller, job, JobState.DONE)
