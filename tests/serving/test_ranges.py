"""A player asks a recording part by part: what the real server, its adapter and its file threads send."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sqlalchemy import select

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.files.models import StoredFile
from learnapp.db.files.store import FileStore
from learnapp.db.study.models import Portion, ReadingAttachment
from tests.bench.client import Client
from tests.server import Server
from tests.small_office import NOW, PASSWORD, build

pytestmark = pytest.mark.slow
SOUND = b"ID3\x04" + bytes(n * n % 251 for n in range(400_000))
FILE_ID = "A" * 22


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server with a recording beside a reading that is asked of the officer; their cookie."""
    server = Server(tmp_path_factory.mktemp("ranges"), now=NOW, workers=1).start()
    database = Database(make_engine(f"sqlite:///{server.home}/learnapp.sqlite3"))
    with database.writing() as session:
        people, *_ = build(session)
        _attach(session, people, FileStore(server.home / "files").put(SOUND))
    database.engine.dispose()
    client = Client(server.port)
    client.get("/sign-in")
    client.post("/sign-in", login_name="officer", password=PASSWORD)
    yield server, client.cookie
    server.stop()


def _attach(session, people: dict[str, int], sha256: str) -> None:
    portion = session.scalars(select(Portion)).one()
    file = StoredFile(
        public_id=FILE_ID,
        sha256=sha256,
        size=len(SOUND),
        media_type="audio/mpeg",
        name="讲座.mp3",
        owner_unit_id=1,
        recorded_at=NOW,
        recorded_by=people["admin"],
    )
    session.add(file)
    session.flush()
    session.add(
        ReadingAttachment(
            reading_id=portion.reading_id,
            file_id=file.id,
            title="讲座",
            transcript="",
            recorded_at=NOW,
            recorded_by=people["admin"],
        )
    )


def _ask(listening: tuple[Server, str], **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    server, cookie = listening
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", f"/portions/1/files/{FILE_ID}", headers={"Cookie": cookie, **headers})
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply, body


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-", 0, len(SOUND)),
        ("bytes=4-7", 4, 8),
        ("bytes=100000-300000", 100_000, 300_001),
        ("bytes=-5", len(SOUND) - 5, len(SOUND)),
        ("bytes=399000-999999999", 399_000, len(SOUND)),
    ],
)
def test_the_part_that_is_asked_for_comes_whole_with_its_place(listening, asked, first, end):
    reply, body = _ask(listening, Range=asked)
    assert (reply.status, body) == (206, SOUND[first:end])
    assert reply.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(SOUND)}"
    assert reply.headers["Content-Length"] == str(end - first)


def test_a_part_beyond_the_end_is_refused_and_an_old_one_is_sent_anew(listening):
    assert _ask(listening, Range=f"bytes={len(SOUND)}-")[0].status == 416
    whole, body = _ask(listening)
    assert (whole.status, body) == (200, SOUND) and whole.headers["Accept-Ranges"] == "bytes"
    kept, nothing = _ask(listening, **{"If-None-Match": whole.headers["ETag"]})
    assert (kept.status, nothing) == (304, b"")
    same = _ask(listening, Range="bytes=4-7", **{"If-Range": whole.headers["ETag"]})
    other = _ask(listening, Range="bytes=4-7", **{"If-Range": '"another"'})
    assert (same[0].status, other[0].status, other[1]) == (206, 200, SOUND)
    assert quote("讲座.mp3") in whole.headers["Content-Disposition"]
