"""Files by content: a folder in which a file's name is the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from learnapp.domain.core.errors import NotFound


class FileStore:
    """Puts bytes and gets them again; the same bytes are kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store the bytes on disk and give their SHA-256; safe to repeat and to interrupt."""
        name = hashlib.sha256(data).hexdigest()
        path = FileStore.path(self, name)
        if path.exists():
            return name
        for folder in (self._folder, path.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)  # a full disk must not fill up with halves
            raise
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound when a row names a file that lacks: `learnapp verify` says which."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError as lacking:
            raise NotFound("file_missing") from lacking

    def names(self) -> Iterator[str]:
        """The names of all files that are kept, whatever is in them."""
        for _folder, _folders, names in os.walk(self._folder):
            yield from names

    def is_whole(self, sha256: str) -> bool:
        """Whether the file's bytes are those that its name says. Raises FileNotFoundError."""
        with FileStore.path(self, sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def path(self, name: str) -> Path:
        """Where a file of this SHA-256 lies, or would."""
        return self._folder / name[:2] / name
