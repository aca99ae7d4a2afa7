"""Named queries of staged imports: a job within reach, its rows and pictures, those not ended."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.files.models import ImportJob, ImportMedia, ImportRow
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


def count_rows(session: Session, job_id: int) -> int:
    """How many rows a job has."""
    return (
        session.scalar(
            select(func.count()).select_from(ImportRow).where(ImportRow.job_id == job_id)
        )
        or 0
    )


def rows_after(session: Session, job_id: int, ordinal: int, most: int) -> list[ImportRow]:
    """The rows of a job that come next in the file."""
    wanted = select(ImportRow).where(ImportRow.job_id == job_id, ImportRow.ordinal > ordinal)
    return list(session.scalars(wanted.order_by(ImportRow.ordinal).limit(most)))


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
