"""Files in the database, for several machines without a folder in common; docs/adr/0019-where-files-lie.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from learnapp.db.core.engine import Database
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.files.models import FileBytes
from learnapp.db.files.store import FileStore


class DatabaseFiles(FileStore):
    """Puts bytes into the database. What this machine has put or shown lies in its folder besides; the
    folder may be lost at any time."""

    def __init__(self, folder: Path, database: Database) -> None:
        super().__init__(folder)
        self._database = database

    def put(self, data: bytes) -> str:
        """Store the bytes in the database, in a transaction of its own; safe to repeat."""
        name = hashlib.sha256(data).hexdigest()
        with self._database.writing("file stored") as session:
            session.execute(insert_if_new(session, FileBytes).values(sha256=name, data=data))
        return self._at_hand(data)

    def path(self, name: str) -> Path:
        """Where a file of this SHA-256 lies, fetched from the database if it was not here yet."""
        local = super().path(name)
        if not local.exists() and (data := self._fetched(name)) is not None:
            self._at_hand(data)
        return local

    def names(self) -> Iterator[str]:
        """The names of all files in the database."""
        with self._database.reading() as session:
            yield from session.scalars(select(FileBytes.sha256)).all()

    def is_whole(self, sha256: str) -> bool:
        """Whether the bytes in the database are those that the name says. Raises FileNotFoundError."""
        data = self._fetched(sha256)
        if data is None:
            raise FileNotFoundError(sha256)
        return hashlib.sha256(data).hexdigest() == sha256

    def bring_in(self) -> int:
        """Put into the database what lies in the folder alone, from before files were kept there; how many."""
        lacking = set(super().names()) - set(self.names())
        found = [each for each in sorted(lacking) if FileStore.is_whole(self, each)]
        for each in found:
            self.put(super().path(each).read_bytes())
        return len(found)

    def _at_hand(self, data: bytes) -> str:
        return super().put(data)

    def _fetched(self, name: str) -> bytes | None:
        with self._database.reading() as session:
            return session.scalar(select(FileBytes.data).where(FileBytes.sha256 == name))


def files_of(folder: Path, database: Database, in_database: bool) -> FileStore:
    """The store of an installation: its folder, or its database with the folder for what is at hand."""
    return DatabaseFiles(folder, database) if in_database else FileStore(folder)
