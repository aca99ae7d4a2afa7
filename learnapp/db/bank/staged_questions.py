"""Named queries of question imports: files that wait to be read, and the records staged from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import BankQuestion
from learnapp.db.files.models import ImportRow
from question_bank.formats import Outcome

_SHOWN_OUTCOMES = tuple(map(str, Outcome))
_TWIN_IS_SAME = ImportRow.twin["same"].as_boolean()
_TWIN_NAMES = {None: "", True: "same", False: "near"}


@dataclass(frozen=True)
class RowFilter:
    """Which rows are meant: by outcome, type, twins and decision; empty means any."""

    outcome: str = ""
    type: str = ""
    twin: str = ""
    decision: str = ""

    def where(self, job_id: int) -> list[ColumnElement[bool]]:
        """The conditions, as SQL."""
        wanted: list[ColumnElement[bool]] = [ImportRow.job_id == job_id]
        if self.outcome in _SHOWN_OUTCOMES:
            wanted.append(ImportRow.outcome == self.outcome)
        if self.type == "none":
            wanted.append(ImportRow.type.is_(None))
        elif self.type:
            wanted.append(ImportRow.type == self.type)
        if self.decision in ("take", "leave"):
            wanted.append(ImportRow.decision == self.decision)
        if self.twin == "same":
            wanted.append(_TWIN_IS_SAME.is_(True))
        elif self.twin == "near":
            wanted.append(_TWIN_IS_SAME.is_(False))
        return wanted


def rows_of(
    session: Session, job_id: int, wanted: RowFilter, page: int, size: int
) -> tuple[list[ImportRow], int]:
    """A page of the rows that are meant, in file order, and how many there are."""
    where = wanted.where(job_id)
    total = session.scalar(select(func.count()).select_from(ImportRow).where(*where)) or 0
    statement = select(ImportRow).where(*where).order_by(ImportRow.ordinal)
    return list(session.scalars(statement.limit(size).offset((page - 1) * size))), total


def all_rows(session: Session, job_id: int, wanted: RowFilter) -> Iterator[ImportRow]:
    """Every row that is meant, one after the other, in no order."""
    yield from session.scalars(select(ImportRow).where(*wanted.where(job_id)))


def rows_at(session: Session, job_id: int, ordinals: Collection[int]) -> Sequence[ImportRow]:
    """The rows at these places of a file; `ordinals` are those of one page."""
    statement = select(ImportRow).where(ImportRow.job_id == job_id, ImportRow.ordinal.in_(ordinals))
    return session.scalars(statement).all()


def left_in_doubt(session: Session, job_id: int) -> Sequence[ImportRow]:
    """The rows that are not ready and not taken, in file order."""
    statement = select(ImportRow).where(
        ImportRow.job_id == job_id,
        ImportRow.decision == "leave",
        ImportRow.outcome != Outcome.READY,
    )
    return session.scalars(statement.order_by(ImportRow.ordinal)).all()


def count_taken(session: Session, job_id: int) -> int:
    """How many records of an import are taken."""
    statement = select(func.count()).where(ImportRow.job_id == job_id, ImportRow.decision == "take")
    return session.scalar(statement) or 0


def taken_after(session: Session, job_id: int, ordinal: int, most: int) -> list[tuple[int, Any]]:
    """(ordinal, question as JSON data) of the records taken that come next in the file."""
    statement = select(ImportRow.ordinal, ImportRow.record).where(
        ImportRow.job_id == job_id, ImportRow.decision == "take", ImportRow.ordinal > ordinal
    )
    rows = session.execute(statement.order_by(ImportRow.ordinal).limit(most))
    return [(number, record) for number, record in rows]


def counts_by_outcome(session: Session, job_id: int) -> dict[str, int]:
    """How many rows there are of each outcome."""
    rows = session.execute(
        select(ImportRow.outcome, func.count())
        .where(ImportRow.job_id == job_id)
        .group_by(ImportRow.outcome)
    )
    return {outcome: count for outcome, count in rows}


def counts_of(session: Session, job_id: int) -> dict[tuple[str, str | None, str, str], int]:
    """How many rows there are by outcome, type, decision and twin ("", "same" or "near")."""
    rows = session.execute(
        select(ImportRow.outcome, ImportRow.type, ImportRow.decision, _TWIN_IS_SAME, func.count())
        .where(ImportRow.job_id == job_id)
        .group_by(ImportRow.outcome, ImportRow.type, ImportRow.decision, _TWIN_IS_SAME)
    )
    return {
        (outcome, kind, decision, _TWIN_NAMES[twin]): count
        for outcome, kind, decision, twin, count in rows
    }


def with_fingerprint(session: Session, bank_id: int | None, fingerprint: str) -> set[int]:
    """The ids of the questions of a bank with this fingerprint: one, or none."""
    statement = select(BankQuestion.id).where(
        BankQuestion.bank_id == bank_id, BankQuestion.fingerprint == fingerprint
    )
    return set(session.scalars(statement))
