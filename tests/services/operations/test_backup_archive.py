"""An archive gives back what went in, or is refused: changed, cut off, foreign, or by another key."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from learnapp.db.core import sealed_stream
from learnapp.domain.operations.backups import BackupFault
from learnapp.services.operations import backup_archive
from learnapp.services.operations.backup_archive import KEY, SQLITE, Contents
from tests.services.refusals import refused

SECRET = b"a secret of more than twenty characters"
PARTS = {
    SQLITE: b"SQLite" + b"x" * 5000,
    KEY: b"k" * 64,
    f"files/ab/ab{'0' * 62}": bytes(range(256)),
}


@pytest.fixture(params=[None, SECRET], ids=["plain", "sealed"])
def secret(request: pytest.FixtureRequest) -> bytes | None:
    """Whether the archive is encrypted."""
    return request.param


@pytest.fixture
def archive(tmp_path: Path, secret: bytes | None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of PARTS, in several chunks where it is encrypted."""
    monkeypatch.setattr(sealed_stream, "CHUNK", 256)
    path = tmp_path / "archive"
    with (
        path.open("wb") as out,
        backup_archive.writing(out, Contents("2026-11-27", "1"), secret) as writer,
    ):
        for name, data in PARTS.items():
            (tmp_path / "part").write_bytes(data)
            writer.add(name, tmp_path / "part")
    return path


def _read(path: Path, secret: bytes | None) -> dict[str, bytes]:
    found: dict[str, bytes] = {}

    def take(name, part):
        out = io.BytesIO()
        backup_archive.copy_on(part, out)
        found[name] = out.getvalue()

    contents = backup_archive.read(path, secret, take)
    assert (contents.files, contents.database) == (1, SQLITE)
    return found


def test_an_archive_gives_back_what_went_in(archive, secret):
    assert _read(archive, secret) == PARTS
    assert (b"k" * 64 in archive.read_bytes()) is False


def test_an_archive_that_was_cut_off_anywhere_is_refused(archive, secret):
    whole = archive.read_bytes()
    for length in range(0, len(whole), len(whole) // 12):
        archive.write_bytes(whole[:length])
        with pytest.raises(backup_archive.Conflict):
            _read(archive, secret)


def test_an_archive_in_which_a_byte_changed_is_refused_or_gives_the_same(archive, secret):
    whole = archive.read_bytes()
    for at in range(0, len(whole), len(whole) // 12):
        archive.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        try:
            found = _read(archive, secret)
        except backup_archive.Conflict:
            continue
        assert secret is None and found == PARTS  # a byte of gzip's or tar's that says nothing


def test_another_key_or_none_is_said(archive, secret):
    if secret is None:
        assert _read(archive, SECRET) == PARTS
        return
    with refused(BackupFault.KEY):
        _read(archive, None)
    with refused(BackupFault.KEY_WRONG):
        _read(archive, SECRET[1:])


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "files/ab/cd", "note.txt"])
def test_a_part_that_is_none_of_ours_is_refused_before_it_is_taken(tmp_path, name):
    path = tmp_path / "foreign"
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    with refused(BackupFault.UNKNOWN):
        backup_archive.read(path, None, lambda *_: pytest.fail("taken"))
    path.write_bytes(b"no archive at all")
    with refused(BackupFault.UNKNOWN):
        _read(path, None)
