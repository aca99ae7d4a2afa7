"""Files in the database: what one machine puts another shows, and what a folder held before comes along."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.files.database_store import DatabaseFiles, files_of
from learnapp.db.files.models import FileBytes
from learnapp.db.files.store import FileStore
from tests.services.refusals import refused

PICTURE = b"\x89PNG\x00 a picture" * 1000


@pytest.fixture
def database(postgres_url: str):
    """One database of several machines."""
    made = Database(make_engine(postgres_url))
    yield made
    made.engine.dispose()


@pytest.fixture
def machines(database, tmp_path):
    """The stores of two machines, with nothing in common but the database."""
    return [files_of(tmp_path / name, database, in_database=True) for name in ("one", "two")]


def test_what_one_machine_puts_another_shows(machines):
    one, two = machines
    name = one.put(PICTURE)
    assert one.put(PICTURE) == name
    assert two.get(name) == PICTURE and two.path(name).read_bytes() == PICTURE
    assert list(two.names()) == [name] and two.is_whole(name)


def test_a_file_that_nobody_put_is_missing_everywhere(machines):
    with refused("file_missing"):
        machines[1].get("a" * 64)
    with pytest.raises(FileNotFoundError):
        machines[1].is_whole("a" * 64)


def test_verifying_reads_what_is_in_the_database_not_what_is_at_hand(machines, database):
    name = machines[0].put(PICTURE)
    with database.writing() as session:
        session.execute(update(FileBytes).values(data=b"others"))
    assert not machines[0].is_whole(name)


def test_what_the_folder_held_before_is_brought_in_once_and_halves_are_not(database, tmp_path):
    folder = tmp_path / "files"
    name = FileStore(folder).put(PICTURE)
    broken = FileStore(folder).put(b"whole")
    FileStore(folder).path(broken).write_bytes(b"half")
    store = DatabaseFiles(folder, database)
    assert (store.bring_in(), store.bring_in()) == (1, 0)
    assert DatabaseFiles(tmp_path / "elsewhere", database).get(name) == PICTURE
