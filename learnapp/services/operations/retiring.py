"""What was made by mistake is put away while nothing depends on it: an empty bank, an unasked reading."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import BankQuestion
from learnapp.db.bank.reach import bank_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import BlueprintRow
from learnapp.db.files.models import ImportJob
from learnapp.db.operations import audit_log
from learnapp.db.study.models import Completion, Item, Portion, Reading, Requirement
from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import JobState
from learnapp.services.study import readings


def retire_bank(caller: Caller, bank_id: int) -> None:
    """Put a bank away that has no question, no blueprint and no import that waits to fill it.

    Raises NotFound, also for one that is put away, Conflict("bank_in_use").
    """
    session = caller.session
    found = bank_in_reach(caller, bank_id, Permission.BANK_EDIT)
    session.refresh(found, with_for_update=True)
    planned = select(BlueprintRow.id).where(BlueprintRow.bank_id == bank_id)
    coming = select(ImportJob.id).where(
        ImportJob.bank_id == bank_id, ImportJob.state.in_((JobState.READING, JobState.STAGED))
    )
    used = any(session.scalar(each.limit(1)) is not None for each in (planned, coming))
    if used or not is_empty(session, bank_id):
        raise Conflict("bank_in_use")
    found.retired_at = caller.now
    audit_log.record(caller, "bank.retired", ("bank", bank_id))


def is_empty(session: Session, bank_id: int) -> bool:
    """Whether a bank never had a question."""
    wanted = select(BankQuestion.id).where(BankQuestion.bank_id == bank_id).limit(1)
    return session.scalar(wanted) is None


def retire_reading(caller: Caller, reading_id: int) -> None:
    """Put a reading away that no plan asks or asked, and nobody completed.

    Raises NotFound, also for one that is put away, Conflict("reading_in_use").
    """
    readings.reading_in_reach(caller, reading_id)
    if is_used(caller.session, reading_id):
        raise Conflict("reading_in_use")
    caller.session.get_one(Reading, reading_id, with_for_update=True).retired_at = caller.now
    audit_log.record(caller, "reading.retired", ("reading", reading_id))


def is_used(session: Session, reading_id: int) -> bool:
    """Whether a plan, a draft among them, asks a portion of a reading, or somebody completed one."""
    items = (
        select(Item.id)
        .join(Portion, Portion.id == Item.portion_id)
        .where(Portion.reading_id == reading_id)
    )
    asked = select(Requirement.id).where(Requirement.item_id.in_(items))
    done = select(Completion.id).where(Completion.item_id.in_(items))
    return any(session.scalar(each.limit(1)) is not None for each in (asked, done))
