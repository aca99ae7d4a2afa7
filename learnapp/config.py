"""Where this installation keeps its things and how it is reached, read from the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

MOST_UPLOAD = 60 * 1024 * 1024


@dataclass(frozen=True)
class Config:
    """Settings of one installation."""

    home: Path
    database_url: str
    port: int = 8000
    clock_file: Path | None = None
    behind_proxy: bool = False

    @classmethod
    def from_env(cls) -> Config:
        """LEARNAPP_HOME, LEARNAPP_DATABASE_URL, LEARNAPP_PORT, LEARNAPP_BEHIND_PROXY, and for tests
        LEARNAPP_CLOCK_FILE."""
        home = Path(os.environ.get("LEARNAPP_HOME", "var")).resolve()
        url = os.environ.get("LEARNAPP_DATABASE_URL") or f"sqlite:///{home / 'learnapp.sqlite3'}"
        clock = os.environ.get("LEARNAPP_CLOCK_FILE")
        return cls(
            home=home,
            database_url=url,
            port=int(os.environ.get("LEARNAPP_PORT", "8000")),
            clock_file=Path(clock) if clock else None,
            behind_proxy=os.environ.get("LEARNAPP_BEHIND_PROXY", "") == "1",
        )

    def prepare(self) -> None:
        """Make the home folder, for its owner alone."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)

    def secret_key(self) -> bytes:
        """The key that signs cookies: made at first start, readable by its owner alone."""
        self.prepare()
        path = self.home / "secret.key"
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
        raise RuntimeError(f"{path.name} is damaged: remove it, and everybody signs in again")
    return key
