"""Named queries of staged imports: a job within reach, its rows and pictures, those not ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from learnapp.db.core.bulk import table_of
from learnapp.db.core.many import one_of
from learnapp.db.files.models import ImportJob, ImportMedia, ImportRow, StoredFile
from learnapp.domain.files.imports import UNENDED, ImportKind, JobState


def job_within(
    session: Session, reach: Select[int], public_id: str, kind: ImportKind, lock: bool = False
) -> ImportJob | None:
    """The job of this address and kind, if its unit is within reach; locked where asked for."""
    wanted = select(ImportJob).where(
        ImportJob.public_id == public_id,
        ImportJob.kind == kind,
        ImportJob.owner_unit_id.in_(reach),
    )
    return session.scalar(wanted.with_for_update() if lock else wanted)


def unended_within(session: Session, reach: Select[int], kind: ImportKind) -> list[ImportJob]:
    """The jobs of a kind within reach that wait for somebody, newest first."""
    return list(
        session.scalars(
            select(ImportJob)
            .where(
                ImportJob.kind == kind,
                ImportJob.state.in_(UNENDED),
                ImportJob.owner_unit_id.in_(reach),
            )
            .order_by(ImportJob.created_at.desc())
        )
    )


def rows_of(session: Session, job: ImportJob) -> list[ImportRow]:
    """All rows of a job in file order."""
    return list(
        session.scalars(
            select(ImportRow).where(ImportRow.job_id == job.id).order_by(ImportRow.ordinal)
        )
    )


class StagedRow(NamedTuple):
    """A row of a job as it is staged, apart from any session; what it comes to, and whom it means."""

    ordinal: int
    place: Any
    record: Any
    kind: str | None = None
    decision: str = "take"
    twin: Any = None


def rows_to_enter(session: Session, job_id: int, ordinal: int, most: int) -> list[StagedRow]:
    """The rows of a job that come next in the file, without those that are left."""
    wanted = select(
        ImportRow.ordinal,
        ImportRow.place,
        ImportRow.record,
        ImportRow.type,
        ImportRow.decision,
        ImportRow.twin,
    ).where(ImportRow.job_id == job_id, ImportRow.ordinal > ordinal, ImportRow.decision != "leave")
    rows = session.execute(wanted.order_by(ImportRow.ordinal).limit(most))
    return [StagedRow(*row) for row in rows]


class RowTally(NamedTuple):
    """So many rows of a job of one kind, outcome and decision."""

    kind: str | None
    outcome: str
    decision: str
    number: int


def tally(session: Session, job_id: int) -> list[RowTally]:
    """How many rows of a job there are of each kind, outcome and decision."""
    about = (ImportRow.type, ImportRow.outcome, ImportRow.decision)
    rows = session.execute(
        select(*about, func.count()).where(ImportRow.job_id == job_id).group_by(*about)
    )
    return [RowTally(*row) for row in rows]


def rows_of_kind(session: Session, job_id: int, kind: str, page: int, size: int) -> list[ImportRow]:
    """A page of the rows of a job of one kind, in file order; what is open counts as doubtful."""
    wanted = select(ImportRow).where(ImportRow.job_id == job_id, _of_kind(kind))
    paged = wanted.order_by(ImportRow.ordinal).offset((page - 1) * size).limit(size)
    return list(session.scalars(paged))


def _of_kind(kind: str) -> ColumnElement[bool]:
    if kind == "doubtful":
        return or_(ImportRow.outcome == "to_confirm", ImportRow.type == kind)
    return and_(ImportRow.type == kind, ImportRow.outcome != "to_confirm")


def rows_about(
    session: Session, job_id: int, person_id: int, kinds: Collection[str]
) -> list[ImportRow]:
    """The rows of these kinds that are about a person who is there."""
    wanted = select(ImportRow).where(
        ImportRow.job_id == job_id,
        ImportRow.type.in_(sorted(kinds)),
        ImportRow.twin["person"].as_integer() == person_id,
    )
    return list(session.scalars(wanted))


def decide_kind(session: Session, job_id: int, kind: str, decision: str) -> None:
    """Decide every row of a kind about which there is no doubt."""
    session.execute(
        update(ImportRow)
        .where(ImportRow.job_id == job_id, ImportRow.type == kind, ImportRow.outcome == "ready")
        .values(decision=decision)
    )


def leave_open(session: Session, job_id: int) -> None:
    """Leave every row about which somebody is still to decide."""
    session.execute(
        update(ImportRow)
        .where(ImportRow.job_id == job_id, ImportRow.outcome == "to_confirm")
        .values(outcome="ready", decision="leave")
    )


def jobs_entering(session: Session, kind: ImportKind) -> list[int]:
    """The imports of a kind that were confirmed and come in in the background, oldest first."""
    wanted = select(ImportJob.id).where(
        ImportJob.kind == kind, ImportJob.state == JobState.ENTERING
    )
    return list(session.scalars(wanted.order_by(ImportJob.id)))


def pictures_of(session: Session, job: ImportJob) -> dict[str, str]:
    """The media types of the pictures that came with an import, by SHA-256."""
    rows = session.execute(
        select(ImportMedia.sha256, ImportMedia.media_type).where(ImportMedia.job_id == job.id)
    )
    return {sha256: kind for sha256, kind in rows}


def forget_pictures(session: Session, job_id: int) -> None:
    """Forget which pictures came with an import: its file is read again."""
    session.execute(delete(ImportMedia).where(ImportMedia.job_id == job_id))


class ToRead(NamedTuple):
    """A file that waits to be read; `bank_id` of an import of questions."""

    job_id: int
    bank_id: int | None
    sha256: str
    name: str
    settings: Any


def files_to_read(session: Session, kind: ImportKind) -> list[ToRead]:
    """The imports of a kind whose files wait to be read, oldest first."""
    rows = session.execute(
        select(
            ImportJob.id, ImportJob.bank_id, StoredFile.sha256, StoredFile.name, ImportJob.settings
        )
        .join(StoredFile, StoredFile.id == ImportJob.file_id)
        .where(ImportJob.kind == kind, ImportJob.state == JobState.READING)
        .order_by(ImportJob.id)
    )
    return [ToRead(*row) for row in rows]


def state_of(session: Session, job_id: int) -> str | None:
    """The state of an import as the database has it now; None for one that is not there."""
    return session.scalar(select(ImportJob.state).where(ImportJob.id == job_id))


def first_of(
    session: Session, job_id: int, outcomes: Collection[str], most: int
) -> list[ImportRow]:
    """The first rows of a job with one of these outcomes, in file order."""
    wanted = select(ImportRow).where(
        ImportRow.job_id == job_id, ImportRow.outcome.in_(sorted(outcomes))
    )
    return list(session.scalars(wanted.order_by(ImportRow.ordinal).limit(most)))


def rows_at(session: Session, job_id: int, ordinals: Collection[int]) -> list[ImportRow]:
    """These rows of a job, in file order."""
    wanted = select(ImportRow).where(
        ImportRow.job_id == job_id, one_of(ImportRow.ordinal, ordinals)
    )
    return list(session.scalars(wanted.order_by(ImportRow.ordinal)))


def change_outcome(
    session: Session, job_id: int, outcome: str, reasons: Mapping[int, list[dict[str, Any]]]
) -> None:
    """Give rows of a job, by ordinal, another outcome and the reasons for it."""
    rows = [
        {"job": job_id, "row": ordinal, "outcome": outcome, "reasons": each}
        for ordinal, each in reasons.items()
    ]
    if rows:
        session.connection().execute(_CHANGED, rows)


_CHANGED = (
    update(table_of(ImportRow))
    .where(ImportRow.job_id == bindparam("job"), ImportRow.ordinal == bindparam("row"))
    .values(outcome=bindparam("outcome"), reasons=bindparam("reasons"))
)
