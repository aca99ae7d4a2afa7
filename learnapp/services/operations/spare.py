"""A cold spare: the newest archive restored aside, in a home where nothing is in place, until it is wanted.

In the home lies `spare/` with a folder for each archive that was restored, and `spare/current.json`,
which names the one that was found whole. docs/operations/backup.md says how it is used.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations import backups as rules
from learnapp.domain.operations.backups import BackupFault
from learnapp.services.operations import restoring
from learnapp.services.operations.backup_archive import KEY
from learnapp.services.operations.restoring import RestorePlace

_FOLDER, _CURRENT, _DATABASE = "spare", "current.json", "learnapp.sqlite3"


@dataclass(frozen=True)
class SpareCopy:
    """An archive that was restored and found whole: its name, of which instant, when, and in how many
    seconds with all comparisons."""

    archive: str
    instant: str
    restored_at: str
    seconds: float

    @property
    def at(self) -> datetime:
        """The instant of the backup: what was acknowledged later is not in it."""
        return datetime.fromisoformat(self.instant)


@dataclass(frozen=True)
class Spare:
    """A home in which nothing is in place, and the file that its database is to be."""

    home: Path
    database_file: Path

    def copy(self) -> SpareCopy | None:
        """What could be switched to; None when nothing was restored yet."""
        try:
            return SpareCopy(**json.loads(self._current.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def place_of(self, archive: str) -> RestorePlace:
        """Where an archive is restored aside, as an installation of its own."""
        folder = self.home / _FOLDER / archive
        return RestorePlace(folder, f"sqlite:///{folder / _DATABASE}", folder / _DATABASE)

    def restore(self, archive: Path, secret: bytes | None) -> str:
        """Restore an archive aside, afresh; the instant of the backup. Raises Conflict."""
        self._require_spare()
        place = self.place_of(archive.name)
        shutil.rmtree(place.home, ignore_errors=True)
        try:
            return restoring.restore(archive, secret, place).instant
        except BaseException:
            shutil.rmtree(place.home, ignore_errors=True)
            raise

    def adopt(self, copy: SpareCopy) -> None:
        """From now on this is what is switched to; what was before is removed."""
        fresh = self._current.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as out:
            out.write(json.dumps(asdict(copy)))
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, self._current)
        for each in (self.home / _FOLDER).iterdir():
            if each.is_dir() and each.name != copy.archive:
                shutil.rmtree(each, ignore_errors=True)

    def give_up(self, archive: str) -> None:
        """Remove an archive that was restored and is not whole; what was before stays."""
        shutil.rmtree(self.place_of(archive).home, ignore_errors=True)

    def switch(self) -> SpareCopy:
        """Put what was restored in place, the database last; what was broken off is gone on with.

        Raises Conflict when there is nothing, or an installation is in place.
        """
        copy = self.copy()
        if copy is None:
            raise Conflict(BackupFault.NO_COPY)
        place = self.place_of(copy.archive)
        moves = (
            (place.home / "files", self.home / "files"),
            (place.home / KEY, self.home / KEY),
            (place.home / _DATABASE, self.database_file),
        )
        if any(source.exists() and _is_something(target) for source, target in moves):
            raise Conflict(BackupFault.NO_SPARE, home=str(self.home))
        self.database_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for source, target in moves:
            if source.exists():
                shutil.move(source, target)
        shutil.rmtree(self.home / _FOLDER)
        return copy

    @property
    def _current(self) -> Path:
        return self.home / _FOLDER / _CURRENT

    def _require_spare(self) -> None:
        if any(map(_is_something, (self.home / KEY, self.database_file, self.home / "files"))):
            raise Conflict(BackupFault.NO_SPARE, home=str(self.home))


def is_spare(home: Path) -> bool:
    """Whether in this home an archive waits that was restored and is not in place."""
    return (home / _FOLDER / _CURRENT).exists()


def newest_archive(folder: Path) -> Path:
    """The newest archive in a folder. Raises Conflict when there is none."""
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    found = rules.newest(names)
    if found is None:
        raise Conflict(BackupFault.NO_ARCHIVE, folder=str(folder))
    return folder / found


def _is_something(path: Path) -> bool:
    """Whether a file or a folder with something in it lies there; an empty folder is removed."""
    if not path.is_dir():
        return path.exists()
    try:
        path.rmdir()
    except OSError:
        return True
    return False
