"""Whether the home folder can be used by who starts the program; says what to do when it cannot."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import click

# What an installation keeps (README, "Backup and upgrade"); the folders of `files` are looked at too.
_STORED = (
    "learnapp.sqlite3",
    "learnapp.sqlite3-wal",
    "learnapp.sqlite3-shm",
    "learnapp.sqlite3.queue",
    "scheduler.lock",
    "secret.key",
    "files",
)


def check_home(home: Path) -> None:
    """Raise ClickException unless this user owns, and may read and write, all that is kept there.

    Two users on one home folder break each other: a start as root leaves a log or a lock file that
    the service then cannot open.
    """
    if not home.exists():
        _must_be_creatable(home)
        return
    for path in _existing(home):
        _must_be_ours(home, path)
        wanted = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
        if not os.access(path, wanted, effective_ids=True):
            raise click.ClickException(
                f"{path} cannot be read and written: its owner needs "
                f"mode {'0700' if path.is_dir() else '0600'}, on a file system that is not read-only"
            )


def _existing(home: Path) -> list[Path]:
    found = [home, *(home / name for name in _STORED)]
    if (home / "files").is_dir() and os.access(home / "files", os.R_OK | os.X_OK):
        found += sorted((home / "files").iterdir())
    return [path for path in found if path.exists()]


def _must_be_ours(home: Path, path: Path) -> None:
    owner, me = path.stat().st_uid, os.geteuid()
    if owner == me:
        return
    if me == 0:
        raise click.ClickException(
            f"{path} belongs to {_name(owner)}: run this as that user, not as root "
            f"(runuser -u {_name(owner)} -- …), or the service cannot open what is made now"
        )
    raise click.ClickException(
        f"{path} belongs to {_name(owner)}, not to {_name(me)}; "
        f"as root: chown -R {_name(me)}: {home}"
    )


def _must_be_creatable(home: Path) -> None:
    parent = next(each for each in home.parents if each.exists())
    if not os.access(parent, os.W_OK | os.X_OK, effective_ids=True):
        raise click.ClickException(
            f"{home} cannot be made: {parent} is not writable for {_name(os.geteuid())}; "
            f"as root: install -d -m 700 -o {_name(os.geteuid())} {home}"
        )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
