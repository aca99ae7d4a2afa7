"""Opening an Office file safely: bounded size, no macros, no encryption, no outside entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from question_bank.formats.records import Refused

MOST_DATA = 64 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
MOST_MEMBERS = 5_000
WORST_RATIO = 400
# Small members compress well for honest reasons; the ratio is asked of large ones only.
RATIO_FROM = 20 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1024 * 1024


def check_size(data: bytes) -> None:
    """Raise Refused for an empty file and for one that is too large to read in bounded time."""
    if not data.strip(b"\0 \t\r\n"):
        raise Refused("empty_file")
    check_length(len(data))


def check_length(length: int) -> None:
    """Raise Refused for more bytes than are read in bounded time."""
    if length > MOST_DATA:
        raise Refused("too_large", bytes=length, limit=MOST_DATA)


class Package:
    """The members of an Office file, each read within limits."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = {each.filename: each.file_size for each in archive.infolist()}

    def read(self, name: str) -> bytes | None:
        """A member's bytes; None if there is none of that name."""
        if name not in self.names:
            return None
        with _honest():
            return self._archive.read(name)

    def stream(self, name: str) -> Iterator[bytes]:
        """A member's bytes, a piece at a time; none if there is none of that name."""
        if name not in self.names:
            return
        with _honest(), self._archive.open(name) as member:
            while piece := member.read(_CHUNK):
                yield piece

    def xml(self, name: str) -> etree._Element | None:
        """A member as XML, entities and outside references unresolved; None if it is missing."""
        data = self.read(name)
        return None if data is None else parse_xml(data)


def parse_xml(data: bytes) -> etree._Element:
    """The root of an XML document; raises Refused if it is broken or declares entities."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise Refused("broken_file", part="doctype")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise Refused("broken_file", part="xml") from wrong
    if root.getroottree().docinfo.doctype:
        raise Refused("broken_file", part="doctype")
    return root


@contextmanager
def open_package(data: bytes | Path, main: str, most: int = MOST_MEMBERS) -> Iterator[Package]:
    """The package whose main part is `main`; raises Refused if it must not or cannot be read.

    `most` is how many members it may have. A path is read where it lies.
    """
    if isinstance(data, bytes) and data.startswith(OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise Refused("encrypted" if encrypted else "wrong_type")
    with _honest():
        archive = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
    with archive:
        _check_members(archive.infolist(), most)
        package = Package(archive)
        if main not in package.names:
            raise Refused("wrong_type")
        yield package


def _check_members(members: list[zipfile.ZipInfo], most: int) -> None:
    total = sum(each.file_size for each in members)
    if total > MOST_UNPACKED or len(members) > most:
        raise Refused("too_large", unpacked=total, limit=MOST_UNPACKED)
    if len({each.filename for each in members}) < len(members):
        raise Refused("broken_file", part="zip")
    for each in members:
        if each.flag_bits & 0x1:
            raise Refused("encrypted")
        if each.filename.lower().rsplit("/", 1)[-1] in ("vbaproject.bin", "vbadata.xml"):
            raise Refused("macros")
        if each.file_size > RATIO_FROM and each.file_size > WORST_RATIO * each.compress_size:
            raise Refused("too_large", part=each.filename)


@contextmanager
def _honest() -> Iterator[None]:
    """Turn whatever a broken archive raises into a refusal."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as wrong:
        raise Refused("broken_file", part="zip") from wrong
    except (RuntimeError, ValueError, KeyError) as wrong:
        raise Refused("broken_file", part="zip") from wrong
