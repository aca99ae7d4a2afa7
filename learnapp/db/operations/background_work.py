"""What work in the background is made of: parts that are read without a lock and written in short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learnapp.db.operations.models import BackgroundRow

ROWS = 400  # of what was found, in one transaction
Write = Callable[[Session, datetime], None]


@dataclass(frozen=True)
class Part:
    """A step that was read: how much of the whole is done with it, and where the next goes on.

    `write` has its effect, in the transaction that records that it is done. A `cursor` of None says
    that nothing lasting was done: broken off, the work begins again. It is read after `write`, which
    may count into it.
    """

    done: int
    cursor: Any = None
    write: Write | None = None


class BackgroundWork(Protocol):
    """One job as it is carried out; what it remembers between its parts is lost when the program dies."""

    @property
    def total(self) -> int:
        """How much there is to do in all."""
        ...

    def read(self, session: Session) -> Part | None:
        """The next part; None when all is done. Writes nothing. Raises RuleBroken to give up."""
        ...

    def result(self, session: Session) -> dict[str, Any]:
        """What the job came to, once all parts are written; in the transaction that ends it."""
        ...


def rows_in_parts(job_id: int, rows: Sequence[dict[str, Any]]) -> Iterator[Write]:
    """Writes that keep what was found, so many rows in each, numbered from 1 in this order."""
    for start in range(0, len(rows), ROWS):
        values = [
            {"job_id": job_id, "number": number, "row": row}
            for number, row in enumerate(rows[start : start + ROWS], start + 1)
        ]
        yield lambda session, _now, values=values: _insert(session, values)  # type: ignore[misc]


def row_written(job_id: int, number: int, row: dict[str, Any]) -> Write:
    """A write that keeps one row of what was found."""
    values = [{"job_id": job_id, "number": number, "row": row}]
    return lambda session, _now: _insert(session, values)


def _insert(session: Session, values: list[dict[str, Any]]) -> None:
    session.execute(insert(BackgroundRow), values)
