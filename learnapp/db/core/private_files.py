"""What an installation stores is for its owner alone: files 0600, folders 0700, also those made before."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_FILE, _FOLDER = 0o600, 0o700
_OWN = (
    "learnapp.sqlite3*",
    "secret.key",
    "scheduler.lock",
    "health",
    "backups",
    "backups/learnapp-*",
)


def from_here_on() -> None:
    """Close all that this process makes from now on to group and others."""
    os.umask(0o077)


def close_home(home: Path, database: Path | None) -> None:
    """Close the home folder, what an installation stores there, and the database wherever it is.

    Other people's files in the folder are left as they are. What belongs to another user cannot be
    closed and is left too.
    """
    for path in _private_paths(home, database):
        try:
            mode = path.lstat().st_mode
            wanted = _FOLDER if stat.S_ISDIR(mode) else _FILE
            if not stat.S_ISLNK(mode) and stat.S_IMODE(mode) & 0o077:
                path.chmod(stat.S_IMODE(mode) & wanted)
        except (FileNotFoundError, PermissionError):
            continue


def _private_paths(home: Path, database: Path | None) -> Iterator[Path]:
    yield home
    for pattern in _OWN:
        yield from home.glob(pattern)
    if database is not None:
        yield from (Path(f"{database}{end}") for end in ("", "-wal", "-shm", "-journal", ".queue"))
    for folder, _folders, names in os.walk(home / "files"):
        yield Path(folder)
        yield from (Path(folder, name) for name in names)
