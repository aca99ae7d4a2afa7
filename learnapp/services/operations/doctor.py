"""Looks an installation over: what is well, what is not, each as a finding with its figures.

The sentences, and what to do about each, are in learnapp/wording/doctor.py.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import ssl
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from learnapp import __version__
from learnapp.db.core.engine import Database
from learnapp.db.operations import conditions, query_statistics
from learnapp.db.operations.backup_runs import newest_good
from learnapp.domain.operations import doctor as rules
from learnapp.domain.operations.backups import BackupTarget
from learnapp.domain.operations.doctor import Finding, Level
from learnapp.services.operations import backups, retention
from learnapp.services.operations.health import Health

_MB = 1024 * 1024
_PATIENCE_S = 5


@dataclass(frozen=True)
class Examined:
    """What is looked at: the installation, its backups, the machine's wall clock, and how far that
    is off the time the installation kept."""

    database: Database
    database_url: str
    home: Path
    backups: BackupTarget | None
    read_wall: Callable[[], datetime]
    jump: timedelta | None = None


def findings(what: Examined, now: datetime) -> list[Finding]:
    """All findings, the database's only where it answers."""
    parts = Health(what.database_url, what.home).report().parts
    found = [_part(name, state) for name, state in parts.items()]
    found += [_version(), _space(what.home), *_permissions(what.home)]
    if parts["database"] == "well":
        with what.database.reading() as session:
            found += _of_database(session, what, now)
    return found


def _part(name: str, state: str) -> Finding:
    level = Level.GOOD if state == "well" else Level.BAD
    return Finding(f"part_{name}", level, {"words": state.removeprefix("ill: ")})


def _version() -> Finding:
    return Finding(
        "version", Level.GOOD, {"version": __version__, "python": platform.python_version()}
    )


def _space(home: Path) -> Finding:
    usage = shutil.disk_usage(home)
    return rules.of_space(usage.free // _MB, usage.total // _MB)


def _permissions(home: Path) -> list[Finding]:
    """The home and what signs: for their owner alone, and the owner is who asks."""
    open_ones = []
    for path in (home, home / "secret.key", home / "files", home / "learnapp.sqlite3"):
        if not path.exists():
            continue
        status = path.stat()
        if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.geteuid():
            open_ones.append(path.name)
    if open_ones:
        return [Finding("permissions", Level.BAD, {"names": ", ".join(open_ones)})]
    return [Finding("permissions_good", Level.GOOD)]


def _of_database(session: Session, what: Examined, now: datetime) -> list[Finding]:
    found = [rules.of_database_version(*conditions.version(session))]
    theirs = conditions.clock(session)
    apart = timedelta() if theirs is None else theirs - what.read_wall()
    found += rules.of_clock(apart, what.jump)
    found += _of_backups(session, what, now)
    if late := retention.days_late(session, now):
        found.append(Finding("retention_late", Level.BAD, {"days": late}))
    if long := conditions.long_statements(session, rules.LONG_STATEMENT):
        found.append(Finding("long_statements", Level.WARNING, {"count": long}))
    if (ahead := conditions.written_ahead(session) // _MB) > rules.MOST_WAL:
        found.append(Finding("written_ahead", Level.WARNING, {"mb": ahead}))
    if query_statistics.is_old(session, now):
        found.append(Finding("statistics_old", Level.WARNING))
    return found


def _of_backups(session: Session, what: Examined, now: datetime) -> list[Finding]:
    if what.backups is None:
        return [Finding("backup_elsewhere", Level.WARNING)]
    last = newest_good(session)
    folder = what.backups.folder
    return rules.of_backups(
        backups.days_late(session, now),
        None if last is None else last.begun_at.isoformat(),
        last is not None and bool(last.detail.get("sealed")),
        not folder.exists() or folder.stat().st_dev == what.home.stat().st_dev,
    )


def certificate(address: str, wall: datetime) -> Finding:
    """The certificate that an address (https://host:port) shows, as a browser would judge it.

    `wall` is the machine's wall clock, as a browser reads its own.
    """
    parts = urlsplit(address)
    place = (parts.hostname or "", parts.port or 443)
    try:
        with (
            socket.create_connection(place, timeout=_PATIENCE_S) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=place[0]) as secure,
        ):
            shown = secure.getpeercert() or {}
    except (OSError, ValueError) as error:
        words = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or ""
        return Finding("certificate_refused", Level.BAD, {"words": words or type(error).__name__})
    ends = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return rules.of_certificate((ends - wall.timestamp()) / 86400)
