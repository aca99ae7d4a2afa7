"""The archive of a backup: one compressed tar file, encrypted where a secret is given.

Its parts are the database, the key of the installation and the uploaded files; the last one is a list
with the size and the SHA-256 of every other, so that an archive that was cut off has none.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from learnapp.db.core.sealed_stream import MAGIC, OpeningReader, SealBroken, SealingWriter
from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations.backups import BackupFault

FORMAT = 1
SQLITE, DUMP, KEY, LIST = "database.sqlite3", "database.dump", "secret.key", "contents.json"
_PART = re.compile(
    rf"{re.escape(SQLITE)}|{re.escape(DUMP)}|{re.escape(KEY)}|files/([0-9a-f]{{2}})/\1[0-9a-f]{{62}}"
)
_SPEED = 1  # of gzip: most of it is pictures and office files, which are compressed already
_BLOCK = 1 << 20
_DAMAGE = (
    tarfile.TarError,
    zlib.error,
    EOFError,
    gzip.BadGzipFile,
    ValueError,
    KeyError,
    TypeError,
)


@dataclass(frozen=True)
class Contents:
    """What an archive holds: of which instant (ISO 8601), made by which version, and its parts as
    name → (bytes, SHA-256)."""

    instant: str
    version: str
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def database(self) -> str:
        """The name of the part that is the database."""
        return SQLITE if SQLITE in self.parts else DUMP

    @property
    def files(self) -> int:
        """How many uploaded files there are."""
        return sum(1 for name in self.parts if name.startswith("files/"))


class ArchiveWriter:
    """Adds parts to an archive that is being written, and notes what went in."""

    def __init__(self, tar: tarfile.TarFile, contents: Contents) -> None:
        self._tar = tar
        self.contents = contents

    def add(self, name: str, path: Path) -> None:
        """Add a file under a name; its bytes are read once. Raises Conflict(BackupFault.UNREADABLE)."""
        with _reading(name):
            source = path.open("rb")
        with source:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(source.fileno()).st_size
            info.mode = 0o600
            measured = _Measured(_Source(name, source))
            self._tar.addfile(info, measured)
        self.contents.parts[name] = (measured.size, measured.digest.hexdigest())

    def end(self) -> None:
        """Add the list of all parts."""
        data = json.dumps(asdict(self.contents)).encode()
        info = tarfile.TarInfo(LIST)
        info.size, info.mode = len(data), 0o600
        self._tar.addfile(info, io.BytesIO(data))


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """What goes wrong in here is the fault of the file that is read, not of the archive."""
    try:
        yield
    except OSError as error:
        words = f"{name}: {error.strerror or ''}"
        raise Conflict(BackupFault.UNREADABLE, words=words) from error


class _Source:
    """A file of the installation that goes into an archive."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._name, self._file = name, file

    def read(self, size: int = -1) -> bytes:
        with _reading(self._name):
            return self._file.read(size)


class _Measured:
    """A source whose size and digest are known once it was read."""

    def __init__(self, source: IO[bytes] | _Source) -> None:
        self._source = source
        self.size, self.digest = 0, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.size += len(data)
        self.digest.update(data)
        return data


@contextmanager
def writing(out: IO[bytes], contents: Contents, secret: bytes | None) -> Iterator[ArchiveWriter]:
    """An archive over an open file; the list of its parts is written at the end."""
    sealed = None if secret is None else SealingWriter(out, secret)
    target: Any = out if sealed is None else sealed
    with (
        gzip.GzipFile("", "wb", _SPEED, target, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        writer = ArchiveWriter(tar, contents)
        yield writer
        writer.end()
    if sealed is not None:
        sealed.end()


Take = Callable[[str, IO[bytes]], None]


def read(archive: Path, secret: bytes | None, take: Take) -> Contents:
    """Read an archive from its beginning to its end: `take` gets each part by name, and must read it.

    Every part is compared with the list. Raises Conflict with a BackupFault; what `take` did before is
    then worth nothing.
    """
    found: dict[str, tuple[int, str]] = {}
    contents: Contents | None = None
    try:
        with archive.open("rb") as source, _opened(source, secret) as tar:
            for info in tar:
                part = tar.extractfile(info)
                if part is None:
                    raise Conflict(BackupFault.UNKNOWN)
                if info.name == LIST:
                    contents = _list_of(part.read())
                elif _PART.fullmatch(info.name):
                    measured = _Measured(part)
                    take(info.name, measured)  # type: ignore[arg-type]
                    found[info.name] = (measured.size, measured.digest.hexdigest())
                else:
                    raise Conflict(BackupFault.UNKNOWN)
    except SealBroken as broken:
        raise Conflict(BackupFault.KEY_WRONG if broken.first else BackupFault.DAMAGED) from broken
    except _DAMAGE as error:
        raise Conflict(BackupFault.DAMAGED) from error
    if contents is None or contents.parts != found or contents.database not in found:
        raise Conflict(BackupFault.DAMAGED)
    return contents


def _list_of(data: bytes) -> Contents:
    read_ = json.loads(data)
    if read_["format"] != FORMAT:
        raise Conflict(BackupFault.UNKNOWN)
    parts = {name: (size, digest) for name, (size, digest) in read_["parts"].items()}
    return Contents(read_["instant"], read_["version"], parts)


@contextmanager
def _opened(source: IO[bytes], secret: bytes | None) -> Iterator[tarfile.TarFile]:
    head = source.read(len(MAGIC))
    source.seek(0)
    plain: Any = source
    if head == MAGIC:
        if secret is None:
            raise Conflict(BackupFault.KEY)
        plain = io.BufferedReader(OpeningReader(source, secret), _BLOCK)
    elif not head.startswith(b"\x1f\x8b"):
        raise Conflict(BackupFault.UNKNOWN)
    with gzip.GzipFile("", "rb", fileobj=plain) as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            yield tar
        while packed.read(_BLOCK):  # to the end, where gzip keeps its own sum
            continue


def read_on(source: IO[bytes]) -> None:
    """A `Take` that keeps nothing: to check an archive."""
    while source.read(_BLOCK):
        continue


def copy_on(source: IO[bytes], out: IO[bytes]) -> None:
    """Copy a part in blocks."""
    while data := source.read(_BLOCK):
        out.write(data)
