"""Named queries of the files that go along with a reading."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.files.models import StoredFile
from learnapp.db.study.models import ReadingAttachment


@dataclass(frozen=True)
class AttachedFile:
    """An attachment with its file."""

    row: ReadingAttachment
    file: StoredFile


def attachments_of(session: Session, reading_id: int) -> list[AttachedFile]:
    """What goes along with a reading now, in the order in which it was attached."""
    rows = session.execute(
        select(ReadingAttachment, StoredFile)
        .join(StoredFile, StoredFile.id == ReadingAttachment.file_id)
        .where(ReadingAttachment.reading_id == reading_id, ReadingAttachment.removed_at.is_(None))
        .order_by(ReadingAttachment.id)
    )
    return [AttachedFile(row, file) for row, file in rows]
