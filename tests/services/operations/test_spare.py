"""A cold spare holds what was restored and found whole, and puts it in place once."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnapp.db.core.engine import Database, make_engine
from learnapp.domain.operations.backups import BackupFault, BackupTarget, Rotation
from learnapp.services.operations import backups
from learnapp.services.operations.spare import Spare, SpareCopy, is_spare, newest_archive
from tests.services.refusals import refused
from tests.small_office import NOW


@pytest.fixture
def archive(sqlite_url: str, tmp_path: Path) -> Path:
    """A backup of an installation with one file."""
    home = tmp_path / "first"
    (home / "files/aa").mkdir(parents=True)
    (home / "files/aa" / ("a" * 64)).write_bytes(b"a picture")
    (home / "secret.key").write_bytes(b"5" * 64)
    database = Database(make_engine(sqlite_url))
    taken = backups.take(database, home, BackupTarget(tmp_path / "away", None, Rotation()), NOW)
    database.engine.dispose()
    return taken.path


@pytest.fixture
def spare(tmp_path: Path) -> Spare:
    """A second machine's home."""
    home = tmp_path / "second"
    home.mkdir()
    return Spare(home, home / "learnapp.sqlite3")


def _adopted(spare: Spare, archive: Path) -> SpareCopy:
    copy = SpareCopy(archive.name, spare.restore(archive, None), NOW.isoformat(), 1.5)
    spare.adopt(copy)
    return copy


def test_what_was_restored_is_put_in_place_whole_and_once(spare, archive):
    copy = _adopted(spare, archive)
    assert spare.copy() == copy and copy.at == NOW and is_spare(spare.home)
    assert not spare.database_file.exists()
    assert spare.switch() == copy
    assert spare.database_file.stat().st_size and not is_spare(spare.home)
    assert (spare.home / "files/aa" / ("a" * 64)).read_bytes() == b"a picture"
    assert sorted(each.name for each in spare.home.iterdir()) == [
        "files",
        "learnapp.sqlite3",
        "secret.key",
    ]
    with refused(BackupFault.NO_COPY):
        spare.switch()
    with refused(BackupFault.NO_SPARE):
        spare.restore(archive, None)


def test_a_switch_that_was_broken_off_is_gone_on_with(spare, archive):
    copy = _adopted(spare, archive)
    (spare.place_of(copy.archive).home / "secret.key").rename(spare.home / "secret.key")
    spare.switch()
    assert spare.database_file.exists() and (spare.home / "secret.key").exists()


def test_nothing_that_lies_in_place_is_overwritten(spare, archive):
    _adopted(spare, archive)
    spare.database_file.write_bytes(b"of somebody")
    with refused(BackupFault.NO_SPARE):
        spare.switch()
    assert spare.database_file.read_bytes() == b"of somebody"


def test_a_damaged_archive_leaves_what_was_restored_before(spare, archive):
    copy = _adopted(spare, archive)
    torn = archive.with_name("learnapp-20261201T170000Z.tar.gz")
    torn.write_bytes(archive.read_bytes()[:-200])
    assert newest_archive(archive.parent) == torn
    with refused(BackupFault.DAMAGED):
        spare.restore(torn, None)
    assert spare.copy() == copy and not spare.place_of(torn.name).home.exists()
    spare.switch()


def test_only_the_last_one_restored_stays(spare, archive):
    copy = _adopted(spare, archive)
    later = archive.with_name("learnapp-20261201T170000Z.tar.gz")
    later.write_bytes(archive.read_bytes())
    _adopted(spare, later)
    assert not spare.place_of(copy.archive).home.exists()
    assert spare.place_of(later.name).home.exists()


def test_a_folder_without_archives_is_said(tmp_path):
    with refused(BackupFault.NO_ARCHIVE):
        newest_archive(tmp_path)
    with refused(BackupFault.NO_ARCHIVE):
        newest_archive(tmp_path / "not mounted")
