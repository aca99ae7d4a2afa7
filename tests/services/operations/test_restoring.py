"""A backup comes back into an empty home only, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.operations import snapshots
from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations.backups import BackupFault, BackupTarget, Rotation
from learnapp.services.operations import backups, restoring
from learnapp.services.operations.restoring import RestorePlace
from tests.services.refusals import refused
from tests.small_office import NOW


@pytest.fixture
def archive(sqlite_url: str, tmp_path: Path) -> Path:
    """A backup of an empty installation."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret.key").write_bytes(b"5" * 64)
    database = Database(make_engine(sqlite_url))
    target = BackupTarget(tmp_path / "backups", None, Rotation())
    taken = backups.take(database, home, target, NOW)
    database.engine.dispose()
    return taken.path


def _place(folder: Path) -> RestorePlace:
    path = folder / "learnapp.sqlite3"
    return RestorePlace(folder, f"sqlite:///{path}", path)


def test_an_archive_is_checked_without_writing_anything(archive, tmp_path):
    assert restoring.check(archive, None).instant == NOW.isoformat()
    assert not (tmp_path / "new").exists()


def test_a_home_in_which_something_lies_is_not_touched(archive, tmp_path):
    place = _place(tmp_path / "new")
    restoring.restore(archive, None, place)
    with refused(BackupFault.NOT_EMPTY):
        restoring.restore(archive, None, place)


def test_a_damaged_archive_leaves_the_home_empty(archive, tmp_path):
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    place = _place(tmp_path / "new")
    with pytest.raises(Conflict):
        restoring.restore(archive, None, place)
    assert list(place.home.iterdir()) == []


def test_an_archive_of_sqlite_does_not_go_into_postgresql(archive, tmp_path):
    place = RestorePlace(tmp_path / "new", "postgresql+psycopg://nobody@/nothing", None)
    with refused(BackupFault.OTHER_DATABASE):
        restoring.restore(archive, None, place)
    assert list(place.home.iterdir()) == []


def test_a_database_that_cannot_be_filled_leaves_the_home_as_it_was(archive, tmp_path, monkeypatch):
    def full(source, target):
        Path(target).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    place = _place(tmp_path / "new")
    monkeypatch.setattr(restoring.shutil, "move", full)
    with pytest.raises(OSError, match="No space"):
        restoring.restore(archive, None, place)
    assert list(place.home.iterdir()) == []
    monkeypatch.undo()
    assert restoring.restore(archive, None, place).instant == NOW.isoformat()


def test_a_postgresql_database_that_is_refused_leaves_the_home_as_it_was(tmp_path, monkeypatch):
    def refuse(_url, _dump):
        raise Conflict(BackupFault.PROGRAM_FAILED, program="pg_restore", words="no")

    aside, home = tmp_path / "aside", tmp_path / "home"
    for folder in (aside, home):
        folder.mkdir()
    (aside / "secret.key").write_bytes(b"5" * 64)
    monkeypatch.setattr(snapshots, "copy_in", refuse)
    with refused(BackupFault.PROGRAM_FAILED):
        restoring._move_in(aside, RestorePlace(home, "postgresql+psycopg://nobody@/nothing", None))
    assert list(home.iterdir()) == []
