"""Backups: one archive of all that an installation keeps, made while it is used, with its rotation.

docs/operations/backup.md says how they are used.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from learnapp import __version__
from learnapp.db.core.engine import Database
from learnapp.db.files.store import FileStore
from learnapp.db.operations import backup_runs, retention, snapshots
from learnapp.db.operations.models import BackupRun
from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations import backups as rules
from learnapp.domain.operations.backups import BackupFault, BackupHistory, BackupState, BackupTarget
from learnapp.services.operations import backup_archive
from learnapp.services.operations.backup_archive import Contents

_LEAST_LEFT = 100 * 1024 * 1024  # bytes that a backup leaves free
_CONTENT_NAME = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Taken:
    """An archive that was made: of which instant, where, its bytes, SHA-256 and uploaded files."""

    instant: datetime
    path: Path
    size: int
    sha256: str
    files: int
    sealed: bool
    rotation: str = ""  # why old archives could not be removed; empty where they were


def take(database: Database, home: Path, target: BackupTarget, now: datetime) -> Taken:
    """Make an archive of all that was committed before now; nobody waits for it.

    Files are put down before the rows that name them, so the files are read after the database.
    Raises Conflict with a BackupFault, and leaves nothing behind then.
    """
    with _alone(target.folder):
        name = rules.archive_name(now, target.secret is not None)
        partial, copy = target.folder / f"{name}.partial", target.folder / f"{name}.database"
        path, rests = target.folder / name, [partial, copy]
        try:
            _require_space(database, home, target.folder)
            url = database.engine.url.render_as_string(hide_password=False)
            snapshots.copy_out(url, copy)
            contents = _write(home, copy, partial, target.secret, now)
            digest, size = _digest(partial), partial.stat().st_size
            os.replace(partial, path)
            rests += [path, _digest_file(path)]
            _note_digest(path, digest)
            rests = [copy]
        except OSError as error:
            raise Conflict(BackupFault.UNWRITABLE, words=error.strerror or "") from error
        finally:
            _remove(rests)
        return Taken(
            now, path, size, digest, contents.files, target.secret is not None, _rotate(target)
        )


def _remove(paths: Iterable[Path]) -> None:
    """Remove files of ours; a folder that lets nothing be removed keeps them."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _write(
    home: Path, database: Path, partial: Path, secret: bytes | None, now: datetime
) -> Contents:
    contents = Contents(now.isoformat(timespec="seconds"), __version__)
    with database.open("rb") as head:
        is_file = head.read(6) == b"SQLite"
    with partial.open("wb") as out:
        with backup_archive.writing(out, contents, secret) as archive:
            archive.add(backup_archive.SQLITE if is_file else backup_archive.DUMP, database)
            archive.add(backup_archive.KEY, home / "secret.key")
            store = FileStore(home / "files")
            for each in sorted(filter(_CONTENT_NAME.fullmatch, store.names())):
                archive.add(f"files/{each[:2]}/{each}", store.path(each))
        out.flush()
        os.fsync(out.fileno())
    return contents


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time in a folder, for its owner alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Conflict(BackupFault.UNWRITABLE, words=error.strerror or "") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(BackupFault.RUNNING) from error
        # Of a backup that a power cut ended:
        _remove((*folder.glob("learnapp-*.partial"), *folder.glob("learnapp-*.database*")))
        yield
    finally:
        os.close(handle)


def _require_space(database: Database, home: Path, folder: Path) -> None:
    """Refuse beforehand what would fill the disk: the copy of the database, and the archive."""
    files = home / "files"
    stored = sum(map(_size, files.rglob("*")))
    needed = 2 * snapshots.size_of(database.engine) + stored + _LEAST_LEFT
    free = shutil.disk_usage(folder).free
    if free < needed:
        mb = 1024 * 1024
        raise Conflict(BackupFault.NO_SPACE, free=free // mb, needed=needed // mb)


def _size(path: Path) -> int:
    """Bytes of a file; 0 for a folder, and for what is removed meanwhile."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _note_digest(path: Path, digest: str) -> None:
    """A line beside the archive, as `sha256sum -c` reads it."""
    with _digest_file(path).open("w", encoding="ascii") as out:
        out.write(f"{digest}  {path.name}\n")
        out.flush()
        os.fsync(out.fileno())
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _rotate(target: BackupTarget) -> str:
    """Remove the archives that the rotation does not keep; other files are left alone. Why that could
    not be done; empty where it was: the new archive is good all the same."""
    try:
        _remove_old(target)
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _remove_old(target: BackupTarget) -> None:
    found = {path: rules.instant_of(path.name) for path in target.folder.iterdir()}
    named = {path: at for path, at in found.items() if at is not None}
    stay = rules.retained(list(named.values()), target.rotation)
    for path, at in named.items():
        if at not in stay:
            path.unlink(missing_ok=True)
            _digest_file(path).unlink(missing_ok=True)


def note_good(session: Session, taken: Taken, ended_at: datetime) -> None:
    """Record a backup that was made."""
    session.add(
        BackupRun(
            begun_at=taken.instant,
            ended_at=ended_at,
            state=BackupState.GOOD,
            name=taken.path.name,
            folder=str(taken.path.parent)[:200],
            size=taken.size,
            sha256=taken.sha256,
            detail={
                "files": taken.files,
                "sealed": taken.sealed,
                "rotation": taken.rotation,
            },
        )
    )


def note_failed(session: Session, begun_at: datetime, ended_at: datetime, why: Conflict) -> None:
    """Record a backup that failed, with the code of why and its parameters."""
    detail = {"fault": why.code, "params": why.params}
    session.add(
        BackupRun(begun_at=begun_at, ended_at=ended_at, state=BackupState.FAILED, detail=detail)
    )


def history(session: Session) -> BackupHistory:
    """What is known of this installation's backups."""
    found = backup_runs.last_ones(session)
    return BackupHistory(*found, retention.first_entry_at(session))


def is_due(session: Session, now: datetime) -> bool:
    """Whether a backup is to be made now."""
    return rules.is_due(now, history(session))


def days_late(session: Session, now: datetime) -> int:
    """For how many days there has been no good backup although there should be; 0 in time."""
    return rules.days_late(now, history(session))
