"""The look-over finds what was made wrong, and nothing in what is well."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from learnapp.clock import read_wall
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.operations import conditions, heartbeat
from learnapp.domain.operations.backups import BackupTarget, Rotation
from learnapp.domain.operations.doctor import Level
from learnapp.services.operations import backups, doctor
from learnapp.services.operations.doctor import Examined
from tests.small_office import NOW


@pytest.fixture
def examined(database_url: str, tmp_path: Path) -> Examined:
    """An installation whose scheduler has just done a round."""
    home = tmp_path / "home"
    (home / "files").mkdir(parents=True)
    for path in (home, home / "files"):
        path.chmod(0o700)
    handle = os.open(home / "scheduler.lock", os.O_RDWR | os.O_CREAT, 0o600)
    heartbeat.beat(handle)
    os.close(handle)
    target = BackupTarget(tmp_path / "backups", b"a secret of more than twenty", Rotation())
    return Examined(Database(make_engine(database_url)), database_url, home, target, read_wall)


def _levels(examined: Examined) -> dict[str, Level]:
    return {each.check: each.level for each in doctor.findings(examined, NOW)}


def test_an_installation_that_is_well_has_nothing_to_be_seen_to(examined):
    (examined.home / "secret.key").write_bytes(b"5" * 64)
    (examined.home / "secret.key").chmod(0o600)
    assert examined.backups is not None
    taken = backups.take(examined.database, examined.home, examined.backups, NOW)
    with examined.database.writing() as session:
        backups.note_good(session, taken, NOW)
    found = _levels(examined)
    found.pop("space")  # of the machine that runs the tests
    assert Level.BAD not in found.values()
    assert {"part_database", "backup", "clock", "permissions_good", "database_version"} <= set(
        found
    )
    examined.database.engine.dispose()


def test_what_others_may_read_and_what_takes_long_is_found(examined, monkeypatch):
    (examined.home / "files").chmod(0o755)
    monkeypatch.setattr(conditions, "long_statements", lambda *_: 2)
    monkeypatch.setattr(conditions, "written_ahead", lambda *_: 1 << 30)
    found = {each.check: each for each in doctor.findings(examined, NOW)}
    assert found["permissions"].params == {"names": "files"}
    assert found["long_statements"].params == {"count": 2}
    assert found["written_ahead"].params == {"mb": 1024}
    assert found["backup_none"].level is Level.WARNING
    examined.database.engine.dispose()


def test_a_database_that_is_away_is_a_finding_and_no_failure(tmp_path):
    url = f"sqlite:///{tmp_path / 'moved away.sqlite3'}"
    examined = Examined(Database(make_engine(url)), url, tmp_path, None, read_wall)
    found = _levels(examined)
    assert found["part_database"] is Level.BAD and "backup_none" not in found


def test_an_address_that_shows_no_certificate_is_a_finding():
    found = doctor.certificate("https://localhost:1", read_wall())
    assert (found.check, found.level) == ("certificate_refused", Level.BAD)
