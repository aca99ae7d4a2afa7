"""Where this installation stores its data and how it is reached, read from the environment."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from learnapp.db.core import private_files
from learnapp.domain.accounts.certificates import Network, networks
from learnapp.domain.operations.backups import BackupTarget, Rotation

MOST_UPLOAD = 60 * 1024 * 1024
LEAST_SECRET = 20  # characters of a secret that an office chooses


_BACKENDS = {"sqlite", "postgresql"}


class ConfigError(Exception):
    """A setting that cannot be used; the text is a sentence for the operator."""


@dataclass(frozen=True)
class Config:
    """Settings of one installation."""

    home: Path
    database_url: str
    port: int = 8000
    clock_file: Path | None = None
    behind_proxy: bool = False
    backups: BackupTarget | None = None
    metrics_token: str | None = None
    shared: Path | None = None
    certificate_proxies: tuple[Network, ...] = ()
    demonstration: Path | None = None
    files_in_database: bool = False

    @classmethod
    def from_env(cls) -> Config:
        """LEARNAPP_HOME, LEARNAPP_DATABASE_URL, LEARNAPP_PORT, LEARNAPP_BEHIND_PROXY,
        LEARNAPP_SHARED, LEARNAPP_FILES, LEARNAPP_METRICS_TOKEN, those of backups (`backup_target`), and
        for tests LEARNAPP_CLOCK_FILE; LEARNAPP_DEMONSTRATION is set by `learnapp demo`. Raises ConfigError."""
        home = Path(os.environ.get("LEARNAPP_HOME") or "var").resolve()
        url = os.environ.get("LEARNAPP_DATABASE_URL") or f"sqlite:///{home / 'learnapp.sqlite3'}"
        return cls(
            home=home,
            database_url=_known_url(url),
            port=_port(os.environ.get("LEARNAPP_PORT") or "8000"),
            clock_file=_clock_file(os.environ.get("LEARNAPP_CLOCK_FILE")),
            behind_proxy=_switch("LEARNAPP_BEHIND_PROXY", off=True),
            backups=_nightly_backups(home),
            metrics_token=_metrics_token(),
            shared=_shared(os.environ.get("LEARNAPP_SHARED")),
            certificate_proxies=_certificate_proxies(),
            demonstration=_demonstration(os.environ.get("LEARNAPP_DEMONSTRATION")),
            files_in_database=_files_in_database(url),
        )

    @property
    def store(self) -> Path:
        """The folder of the key and the uploaded files: the home, or one that several machines share."""
        return self.shared or self.home

    @property
    def sqlite_path(self) -> Path | None:
        """The database's file; None with PostgreSQL."""
        parsed = make_url(self.database_url)
        return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None

    def prepare(self) -> None:
        """Make the home folder, and close it and its contents to all but its owner.

        Raises ConfigError when the home is no folder, or one that others share.
        """
        private_files.from_here_on()
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        except (FileExistsError, NotADirectoryError) as error:
            raise ConfigError(f"LEARNAPP_HOME {self.home} is not a folder") from error
        if self.home.stat().st_mode & stat.S_ISVTX:
            raise ConfigError(f"LEARNAPP_HOME {self.home} is shared with others; name one below it")
        private_files.close_home(self.home, self.sqlite_path)
        if self.shared is not None:
            private_files.close_home(self.shared, None)

    def secret_key(self) -> bytes:
        """The key that signs cookies: made at first start, readable by its owner alone."""
        self.prepare()
        path = self.store / "secret.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _complete(path)
        with os.fdopen(handle, "wb") as out:
            key = secrets.token_hex(32).encode()
            out.write(key)
        return key


def _complete(path: Path) -> bytes:
    """The key another process made; an empty file is one that was interrupted."""
    key = path.read_bytes()
    if len(key) < 64:
        raise ConfigError(f"{path} is damaged: remove it, and everybody signs in again")
    return key


def _known_url(url: str) -> str:
    """The URL, if it names a database of a kind that is supported."""
    wanted = "sqlite:////folder/name.sqlite3 or postgresql+psycopg://user@host/database"
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (
        ArgumentError,
        ImportError,
        ValueError,
    ) as error:  # a port that is no number: ValueError
        raise ConfigError(f"LEARNAPP_DATABASE_URL cannot be read; it is like {wanted}") from error
    backend, name = parsed.get_backend_name(), parsed.database or ""
    if backend not in _BACKENDS:
        raise ConfigError(f"LEARNAPP_DATABASE_URL names {backend}; it is like {wanted}")
    if backend == "sqlite" and (name in ("", ":memory:") or name.startswith("file:")):
        raise ConfigError(f"LEARNAPP_DATABASE_URL names no file; it is like {wanted}")
    return url


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= 65535):
        raise ConfigError(f"LEARNAPP_PORT is {text!r}; it is a number from 1 to 65535")
    return int(text)


def _clock_file(text: str | None) -> Path | None:
    if not text:
        return None
    if not Path(text).is_file():
        raise ConfigError(f"LEARNAPP_CLOCK_FILE {text} is not a file")
    return Path(text)


def _demonstration(text: str | None) -> Path | None:
    """The folder of the demonstration that this process shows."""
    return Path(text).resolve() if text else None


def backup_target(home: Path, folder: Path | None = None) -> BackupTarget:
    """Where backups go: a folder that was named, LEARNAPP_BACKUP_DIR, or `backups` in the home; encrypted
    by the secret in LEARNAPP_BACKUP_KEY_FILE, rotated by LEARNAPP_BACKUP_KEEP (days,weeks,months).

    Raises ConfigError.
    """
    named = os.environ.get("LEARNAPP_BACKUP_DIR")
    where = folder or (Path(named) if named else home / "backups")
    key_file = os.environ.get("LEARNAPP_BACKUP_KEY_FILE")
    secret = backup_secret(Path(key_file)) if key_file else None
    return BackupTarget(where.resolve(), secret, _rotation(os.environ.get("LEARNAPP_BACKUP_KEEP")))


def backup_secret(path: Path) -> bytes:
    """The secret in a key file: a line of at least 20 characters. Raises ConfigError."""
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"the key file {path} cannot be read: {error.strerror}") from error
    if len(secret) < LEAST_SECRET:
        raise ConfigError(f"the key file {path} holds less than {LEAST_SECRET} characters")
    return secret


def _nightly_backups(home: Path) -> BackupTarget | None:
    """LEARNAPP_BACKUPS=0: another program makes them."""
    return backup_target(home) if _switch("LEARNAPP_BACKUPS", off=False) else None


def _shared(text: str | None) -> Path | None:
    """The folder that the machines over one database share; it must be there: an empty one made in its
    place, while it is not mounted, would be another installation."""
    if not text:
        return None
    path = Path(text).resolve()
    if not path.is_dir():
        raise ConfigError(f"LEARNAPP_SHARED {path} is not a folder, or is not mounted")
    return path


def _files_in_database(url: str) -> bool:
    """LEARNAPP_FILES: `database` keeps files in PostgreSQL, `folder` (or unset) in a folder."""
    text = os.environ.get("LEARNAPP_FILES") or "folder"
    if text not in ("folder", "database"):
        raise ConfigError(f"LEARNAPP_FILES is {text!r}; it is folder or database")
    if text == "folder":
        return False
    if make_url(url).get_backend_name() == "sqlite":
        raise ConfigError(
            "LEARNAPP_FILES=database is for PostgreSQL: with SQLite there is one machine"
        )
    if os.environ.get("LEARNAPP_SHARED"):
        raise ConfigError("files lie in the database or in LEARNAPP_SHARED: set one of the two")
    return True


def _certificate_proxies() -> tuple[Network, ...]:
    """LEARNAPP_CLIENT_CERT_PROXIES: whose word on a client's certificate is believed."""
    try:
        return networks(os.environ.get("LEARNAPP_CLIENT_CERT_PROXIES") or "")
    except ValueError as error:
        raise ConfigError(f"LEARNAPP_CLIENT_CERT_PROXIES: {error}") from error


def _metrics_token() -> str | None:
    """Who shows it may read /metrics from anywhere; without one the machine itself may."""
    token = os.environ.get("LEARNAPP_METRICS_TOKEN") or None
    if token is not None and len(token) < LEAST_SECRET:
        raise ConfigError(f"LEARNAPP_METRICS_TOKEN has less than {LEAST_SECRET} characters")
    return token


def _rotation(text: str | None) -> Rotation:
    if not text:
        return Rotation()
    parts = text.split(",")
    if len(parts) != 3 or not all(each.strip().isdecimal() for each in parts) or int(parts[0]) < 1:
        raise ConfigError(
            f"LEARNAPP_BACKUP_KEEP is {text!r}; it is like 7,4,6: of days, weeks and months"
        )
    return Rotation(*(int(each) for each in parts))


def leads_scheduler() -> bool:
    """LEARNAPP_SCHEDULER: whether this process may do the scheduled work. Raises ConfigError."""
    return _switch("LEARNAPP_SCHEDULER", off=False)


def _switch(name: str, off: bool) -> bool:
    """An environment variable that is 0 or 1; unset it is 0 where `off` says so, else 1."""
    text = os.environ.get(name) or ("0" if off else "1")
    if text not in ("0", "1"):
        raise ConfigError(f"{name} is {text!r}; it is 0 or 1")
    return text == "1"
