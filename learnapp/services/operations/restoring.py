"""A backup brought back into an empty home: everything is read and compared before anything is in place."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from learnapp.db.operations import snapshots
from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations.backups import BackupFault
from learnapp.services.operations import backup_archive
from learnapp.services.operations.backup_archive import DUMP, KEY, SQLITE, Contents


@dataclass(frozen=True)
class RestorePlace:
    """Where an installation is to be: its home, the database's address, and its file with SQLite."""

    home: Path
    database_url: str
    database_file: Path | None


def check(archive: Path, secret: bytes | None) -> Contents:
    """Read an archive to its end and compare every part; nothing is written. Raises Conflict."""
    return backup_archive.read(archive, secret, lambda _name, part: backup_archive.read_on(part))


def restore(archive: Path, secret: bytes | None, place: RestorePlace) -> Contents:
    """Bring an archive back into an empty home, whole or not at all.

    All parts are written aside, compared, and only then moved into place, the database last. The
    PostgreSQL database of the address must be empty: the caller sees to that. Raises Conflict with a
    BackupFault.
    """
    _require_empty(place)
    place.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = Path(tempfile.mkdtemp(prefix=".restoring-", dir=place.home))
    try:
        contents = backup_archive.read(archive, secret, _keeper(aside))
        wanted = SQLITE if place.database_file is not None else DUMP
        if contents.database != wanted:
            raise Conflict(BackupFault.OTHER_DATABASE)
        _move_in(aside, place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return contents


def _require_empty(place: RestorePlace) -> None:
    """Nothing of an installation may be there: what is overwritten cannot be had back."""
    lying = [place.home / KEY, *([place.database_file] if place.database_file else [])]
    files = place.home / "files"
    if any(each.exists() for each in lying) or (files.is_dir() and any(files.iterdir())):
        raise Conflict(BackupFault.NOT_EMPTY)


def _keeper(aside: Path) -> backup_archive.Take:
    """Writes each part under its name, which the archive's reader has found to be one of ours."""

    def keep(name: str, part: IO[bytes]) -> None:
        path = aside / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as out:
            os.chmod(path, 0o600)
            backup_archive.copy_on(part, out)
            out.flush()
            os.fsync(out.fileno())

    return keep


def _move_in(aside: Path, place: RestorePlace) -> None:
    """Move all parts into place, or none: what was moved before a part that cannot be is removed."""
    try:
        _move_parts(aside, place)
    except BaseException:
        shutil.rmtree(place.home / "files", ignore_errors=True)
        for path in (place.home / KEY, place.database_file):
            if path is not None:
                path.unlink(missing_ok=True)
        raise


def _move_parts(aside: Path, place: RestorePlace) -> None:
    (aside / "files").mkdir(exist_ok=True, mode=0o700)
    if (place.home / "files").is_dir():
        (place.home / "files").rmdir()
    os.replace(aside / "files", place.home / "files")
    os.replace(aside / KEY, place.home / KEY)
    if place.database_file is None:
        snapshots.copy_in(place.database_url, aside / DUMP)
        return
    place.database_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.move(aside / SQLITE, place.database_file)
