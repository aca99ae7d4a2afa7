"""A copy of a whole database at one instant, while it is used, and the way back: SQLite's backup
interface, or PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, text
from sqlalchemy.engine import URL, make_url

from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations.backups import BackupFault

_HOMES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
_PATIENCE_S = 6 * 3600


def size_of(engine: Engine) -> int:
    """Bytes that the database takes, about."""
    if engine.dialect.name == "sqlite":
        path = engine.url.database or ""
        ends = ("", "-wal")
        return sum(os.path.getsize(path + end) for end in ends if os.path.exists(path + end))
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def copy_out(url: str, target: Path) -> None:
    """Write all that was committed before now into a file of its own; writers go on meanwhile.

    Raises Conflict with a BackupFault.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        _run("pg_dump", parsed, "--format=custom", "--compress=0", f"--file={target}")
        return
    try:
        _copy_file(parsed, target)
    except sqlite3.Error as error:  # a full disk, too
        raise Conflict(BackupFault.FAILED, words=str(error)) from error


def _copy_file(parsed: URL, target: Path) -> None:
    address = f"file:{quote(parsed.database or '')}?mode=rw"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=30)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # One step is one read of the whole: in parts it would begin again after each foreign commit.
        source.backup(copy, pages=-1)


def copy_in(url: str, dump: Path) -> None:
    """Fill an empty PostgreSQL database from what `copy_out` wrote, or leave it empty.

    Raises Conflict with a BackupFault.
    """
    options = ("--single-transaction", "--no-owner", "--no-privileges", "--exit-on-error")
    _run("pg_restore", make_url(url), *options, str(dump))


def _run(program: str, url: URL, *options: str) -> None:
    """Run a program of PostgreSQL on the database; the password goes by the environment."""
    found = _newest(program)
    if found is None:
        raise Conflict(BackupFault.PROGRAM_MISSING, program=program)
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    env = dict(os.environ) | ({"PGPASSWORD": str(url.password)} if url.password else {})
    try:
        done = subprocess.run(
            [found, f"--dbname={plain}", *options],
            env=env,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = {"program": program, "words": type(error).__name__}
        raise Conflict(BackupFault.PROGRAM_FAILED, **why) from error
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise Conflict(
            BackupFault.PROGRAM_FAILED, program=program, words=lines[0] if lines else "no words"
        )


def _newest(program: str) -> str | None:
    """The program of the newest PostgreSQL: an older one refuses a newer server."""
    found = [path for home in _HOMES for path in Path("/").glob(f"{home[1:]}/{program}")]
    found.sort(key=lambda path: int("".join(filter(str.isdigit, path.parts[-3])) or 0))
    return str(found[-1]) if found else shutil.which(program)
