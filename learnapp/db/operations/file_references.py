"""Which stored files rows name."""

from __future__ import annotations

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from learnapp.db.bank.models import VersionMedia
from learnapp.db.files.models import ImportMedia, StoredFile


def referenced_files(session: Session) -> set[str]:
    """The SHA-256 of every file that a row names."""
    every = union(*(select(kind.sha256) for kind in (StoredFile, VersionMedia, ImportMedia)))
    return set(session.scalars(every))
