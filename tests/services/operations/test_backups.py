"""A backup made beside saves holds every answer acknowledged before it, and comes back byte-true."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.attempt_models import AnswerEventRow
from learnapp.db.files.store import FileStore
from learnapp.db.operations import snapshots
from learnapp.db.progress import counters
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.operations.backups import BackupFault, BackupTarget, Rotation
from learnapp.jobs import backups as nightly
from learnapp.services.exams import attempts
from learnapp.services.operations import backups, restoring, verify
from learnapp.services.operations.restoring import RestorePlace
from tests.guard import PATIENCE_S
from tests.services.conftest import EARLY, ExamFixture
from tests.services.refusals import refused
from tests.small_office import NOW

SECRET = b"a secret of more than twenty characters"
BEFORE = 60  # answers that are acknowledged when the backup begins


class Saving:
    """A phone that saves one answer after the other, and notes which were acknowledged."""

    def __init__(self, ground: ExamFixture) -> None:
        self._ground = ground
        self._officer = ground.officer()
        with ground.database.writing() as session:
            counters.refresh(session, EARLY, [self._officer.own_id()])
        self._attempt = ground.start(self._officer, EARLY)
        self._ends = threading.Event()
        self._grew = threading.Condition()
        self.acknowledged: list[str] = []

    @contextmanager
    def going_on(self) -> Iterator[None]:
        thread = threading.Thread(target=self._save, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ends.set()
            thread.join(PATIENCE_S)

    def wait_for(self, count: int) -> None:
        with self._grew:
            assert self._grew.wait_for(lambda: len(self.acknowledged) >= count, PATIENCE_S)

    def _save(self) -> None:
        seq = 0
        while not self._ends.is_set() and seq < 5000:
            seq += 1
            made = AnswerEvent(str(uuid.UUID(int=seq)), seq, 9, {"text": f"依法 {seq}"})
            with self._ground.database.writing() as session:
                caller = Caller(session, self._officer, EARLY)
                attempts.receive(caller, self._attempt, [made])
            with self._grew:
                self.acknowledged.append(made.event_id)
                self._grew.notify_all()


def _place(url: str, folder: Path, database: Database) -> RestorePlace:
    """Elsewhere: another home, and another database of the same kind."""
    if database.engine.dialect.name == "sqlite":
        path = folder / "learnapp.sqlite3"
        return RestorePlace(folder, f"sqlite:///{path}", path)
    return RestorePlace(folder, url, None)


def test_a_backup_beside_saves_has_all_that_was_acknowledged_before_it(
    ground, request, tmp_path, record_property
):
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    (home / "secret.key").write_bytes(b"5" * 64)
    files = FileStore(home / "files")
    names = [files.put(f"文件 {n}".encode() * n) for n in range(1, 6)]
    target = BackupTarget(tmp_path / "backups", SECRET, Rotation())
    saving = Saving(ground)
    with saving.going_on():
        saving.wait_for(BEFORE)
        before = list(saving.acknowledged)
        taken = backups.take(ground.database, home, target, EARLY)
        saving.wait_for(len(saving.acknowledged) + 20)  # nobody was held up for good
    empty = request.getfixturevalue("empty_for_ground")
    place = _place(empty, elsewhere, ground.database)
    contents = restoring.restore(taken.path, SECRET, place)
    assert contents.files == taken.files == 5
    restored = Database(make_engine(place.database_url))
    with restored.reading() as session:
        held = set(session.scalars(select(AnswerEventRow.event_id)))
        assert set(before) <= held <= set(saving.acknowledged)
        assert verify.differences(session, EARLY) == []
    restored.engine.dispose()
    store = FileStore(elsewhere / "files")
    assert sorted(store.names()) == sorted(names) and all(map(store.is_whole, names))
    assert (elsewhere / "secret.key").read_bytes() == b"5" * 64
    record_property("tried", f"backup beside saves: {len(before)} before it, {len(held)} in it")


@pytest.fixture
def empty_for_ground(ground: ExamFixture, request: pytest.FixtureRequest) -> str:
    """An empty database of the kind that `ground` has."""
    kind = make_url(str(ground.database.engine.url)).get_backend_name()
    return request.getfixturevalue(kind).new_empty_url()


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """An installation without anybody in it."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret.key").write_bytes(b"5" * 64)
    database = Database(make_engine(sqlite_url))
    yield database, home
    database.engine.dispose()


def test_the_rotation_removes_only_our_archives(house, tmp_path):
    database, home = house
    target = BackupTarget(tmp_path / "backups", None, Rotation(2, 0, 0))
    for day in range(4):
        taken = backups.take(database, home, target, NOW + timedelta(days=day))
        (target.folder / "notes.txt").write_text("说明")
    left = sorted(each.name for each in target.folder.iterdir() if each.name != ".lock")
    assert [each for each in left if each.endswith(".gz")] == [
        "learnapp-20261125T010000Z.tar.gz",
        "learnapp-20261126T010000Z.tar.gz",
    ]
    assert len(left) == 5 and "notes.txt" in left
    line = taken.path.with_name(f"{taken.path.name}.sha256").read_text()
    assert line == f"{taken.sha256}  {taken.path.name}\n"
    assert taken.path.stat().st_mode & 0o077 == 0 or target.folder.stat().st_mode & 0o077 == 0


def test_a_full_disk_is_seen_before_anything_is_written(house, tmp_path, monkeypatch):
    database, home = house
    monkeypatch.setattr(backups, "_LEAST_LEFT", 1 << 60)
    target = BackupTarget(tmp_path / "backups", None, Rotation())
    with refused(BackupFault.NO_SPACE):
        backups.take(database, home, target, NOW)
    assert [each.name for each in target.folder.iterdir()] == [".lock"]


def test_what_cannot_be_written_is_said_and_recorded_and_late_is_counted(house, tmp_path):
    database, home = house
    in_the_way = tmp_path / "in the way"
    in_the_way.write_text("")
    target = BackupTarget(in_the_way, None, Rotation())
    with refused(BackupFault.UNWRITABLE) as refusal:
        backups.take(database, home, target, NOW)
    with database.writing() as session:
        backups.note_failed(session, NOW, NOW, refusal)
        known = backups.history(session)
    assert (known.last_try, known.last_good) == (NOW, None)
    target = BackupTarget(tmp_path / "backups", None, Rotation())
    good = backups.take(database, home, target, NOW + timedelta(days=1))
    with database.writing() as session:
        backups.note_good(session, good, NOW + timedelta(days=1))
        assert backups.history(session).last_good == NOW + timedelta(days=1)
        assert not backups.is_due(session, NOW + timedelta(days=1, hours=1))
        assert backups.is_due(session, NOW + timedelta(days=3))
        assert backups.days_late(session, NOW + timedelta(days=11)) == 10


def _raises(error: Exception):
    def broken(*_args: object) -> None:
        raise error

    return broken


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ((snapshots, "_copy_file"), sqlite3.OperationalError("database or disk is full")),
        ((backups, "_note_digest"), OSError(28, "No space left on device")),
        ((backups, "_write"), RuntimeError("unforeseen")),
    ],
)
def test_a_backup_that_fails_for_whatever_reason_is_recorded_and_leaves_nothing(
    house, tmp_path, monkeypatch, where, error
):
    database, home = house
    monkeypatch.setattr(*where, _raises(error))
    target = BackupTarget(tmp_path / "backups", None, Rotation())
    assert not nightly.make(database, home, target, lambda: NOW)
    assert [each.name for each in target.folder.iterdir()] == [".lock"]
    with database.reading() as session:
        assert backups.history(session).last_try == NOW


def test_an_archive_is_good_where_old_ones_cannot_be_removed(house, tmp_path, monkeypatch):
    database, home = house
    monkeypatch.setattr(backups, "_remove_old", _raises(OSError(1, "Operation not permitted")))
    target = BackupTarget(tmp_path / "backups", None, Rotation())
    assert nightly.make(database, home, target, lambda: NOW)
    with database.reading() as session:
        assert backups.history(session).last_good == NOW


def test_a_file_that_is_not_there_any_more_is_named(house, tmp_path):
    database, home = house
    (home / "secret.key").unlink()
    with refused(BackupFault.UNREADABLE) as refusal:
        backups.take(database, home, BackupTarget(tmp_path / "backups", None, Rotation()), NOW)
    assert "secret.key" in refusal.params["words"]
