"""Named queries of what depends on a bank: its questions, blueprints that draw on it, imports to come."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import BankQuestion
from learnapp.db.exams.models import BlueprintRow
from learnapp.db.files.models import ImportJob
from learnapp.domain.files.imports import JobState


def is_empty(session: Session, bank_id: int) -> bool:
    """Whether a bank never had a question."""
    wanted = select(BankQuestion.id).where(BankQuestion.bank_id == bank_id).limit(1)
    return session.scalar(wanted) is None


def is_expected(session: Session, bank_id: int) -> bool:
    """Whether a blueprint draws on a bank, or an import that has not ended would fill it."""
    planned = select(BlueprintRow.id).where(BlueprintRow.bank_id == bank_id)
    waiting = (JobState.READING, JobState.STAGED, JobState.ENTERING)
    coming = select(ImportJob.id).where(ImportJob.bank_id == bank_id, ImportJob.state.in_(waiting))
    return any(session.scalar(each.limit(1)) is not None for each in (planned, coming))
