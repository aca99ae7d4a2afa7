"""Bodies are whole before a thread is taken, answers never hold one: the adapter behind a real Granian."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from learnapp.serving.rsgi import FILE_THREADS
from tests.guard import PATIENCE_S, Guarded, let_pass, wait_until
from tests.loopback import free_port
from tests.missing import not_tested
from tests.server import fetch
from tests.serving.echo import DEADLINE_S, LONG, MOST

pytestmark = pytest.mark.slow
HASTY_S = 1.0
HEAD = "POST {path} HTTP/1.1\r\nHost: test\r\n{more}\r\n"


class Raw:
    """One connection that sends what it is given, byte by byte if need be."""

    def __init__(self, port: int, path: str, *headers: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        more = "".join(f"{header}\r\n" for header in headers)
        self.send(HEAD.format(path=path, more=more).encode())

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def reply(self) -> tuple[int, bytes]:
        found = http.client.HTTPResponse(self.socket)
        found.begin()
        return found.status, found.read()

    def json(self) -> dict[str, Any]:
        status, body = self.reply()
        assert status == 200
        return json.loads(body)


def _started(
    folder: Path, host: str = "127.0.0.1", deadline_s: float = DEADLINE_S
) -> tuple[int, Guarded]:
    """The port and the program of a Granian before the small application."""
    number = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--factory", "--no-ws"]
    command += ["--http", "1", "--host", host, "--port", str(number), "tests.serving.echo:make"]
    env = os.environ | {"ECHO_DEADLINE_S": str(deadline_s)}
    program = Guarded(command, folder / "log", env=env)
    address = f"http://{f'[{host}]' if ':' in host else host}:{number}/calls"
    wait_until(lambda: fetch(address)[0] == 200, "the adapter did not start", program)
    return number, program


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    number, program = _started(tmp_path_factory.mktemp("echo"))
    yield number
    program.stop()


@pytest.fixture(scope="module")
def hasty_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The same with a deadline that a test can wait for."""
    number, program = _started(tmp_path_factory.mktemp("hasty"), deadline_s=HASTY_S)
    yield number
    program.stop()


def _calls(port: int) -> list[str]:
    return json.loads(fetch(f"http://127.0.0.1:{port}/calls")[1])


def test_a_body_with_its_length_arrives_whole_with_the_names_wsgi_gives(port: int):
    sent = Raw(
        port,
        "/a%20b?x=%20y",
        "Content-Length: 3",
        "Content-Type: text/plain",
        "Cookie: a=1",
        "Cookie: b=2",
        "X_Forwarded_For: 9.9.9.9",
        "X-Twice: 1",
        "X-Twice: 2",
    )
    sent.send(b"abc")
    got = sent.json()
    assert (got["length"], got["CONTENT_LENGTH"], got["CONTENT_TYPE"]) == (3, "3", "text/plain")
    assert (got["PATH_INFO"], got["QUERY_STRING"]) == ("/a b", "x=%20y")
    assert (got["HTTP_COOKIE"], got["HTTP_X_TWICE"]) == ("a=1; b=2", "1,2")
    assert (got["REMOTE_ADDR"], got["wsgi.url_scheme"]) == ("127.0.0.1", "http")
    assert "HTTP_X_FORWARDED_FOR" not in got


def test_a_path_of_chinese_reaches_the_application_as_wsgi_wants_it(port: int):
    sent = Raw(port, "/%E4%B8%AD", "Content-Length: 0")
    assert sent.json()["PATH_INFO"].encode("latin-1").decode() == "/中"


def test_a_chunked_body_arrives_whole_with_its_length(port: int):
    sent = Raw(port, "/chunked", "Transfer-Encoding: chunked")
    sent.send(b"3\r\nabc\r\n")
    sent.send(b"2\r\nde\r\n0\r\n\r\n")
    got = sent.json()
    assert (got["length"], got["CONTENT_LENGTH"]) == (5, "5")
    assert "HTTP_TRANSFER_ENCODING" not in got


def test_a_post_without_any_length_has_no_body(port: int):
    assert Raw(port, "/none").json()["length"] == 0


def test_expect_100_continue_is_answered_before_the_body_comes(port: int):
    sent = Raw(port, "/expect", "Expect: 100-continue", "Content-Length: 3")
    assert sent.socket.recv(100).startswith(b"HTTP/1.1 100")
    sent.send(b"abc")
    assert sent.json()["length"] == 3


def test_a_long_body_of_somebody_signed_in_arrives_whole(port: int):
    data = b"0123456789" * (MOST // 10)
    sent = Raw(port, "/upload", f"Content-Length: {len(data)}", "Cookie: in=1")
    sent.send(data)
    got = sent.json()
    assert (got["length"], got["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("cookie, length", [("Cookie: in=0", 70_000), ("Cookie: in=1", MOST + 1)])
def test_a_body_over_the_callers_length_is_refused(port: int, cookie: str, length: int):
    sent = Raw(port, "/refused", f"Content-Length: {length}", cookie)
    with contextlib.suppress(ConnectionError):
        sent.send(b"x" * length)
    status, body = sent.reply()
    assert (status, json.loads(body)["length"]) == (413, 0)


def test_a_chunked_body_is_cut_at_the_length_too(port: int):
    sent = Raw(port, "/chunks", "Transfer-Encoding: chunked")
    with contextlib.suppress(ConnectionError):
        for _ in range(20):
            sent.send(b"2000\r\n" + b"x" * 8192 + b"\r\n")
    assert sent.reply()[0] == 413


def test_chunks_beside_a_length_are_counted_or_refused(port: int):
    sent = Raw(port, "/both", "Content-Length: 3", "Transfer-Encoding: chunked")
    with contextlib.suppress(ConnectionError):
        for _ in range(20):
            sent.send(b"2000\r\n" + b"x" * 8192 + b"\r\n")
        sent.send(b"0\r\n\r\n")
    assert sent.reply()[0] in (400, 413)


@pytest.mark.parametrize("how", ["Content-Length: 30", "Transfer-Encoding: chunked"])
def test_a_body_that_breaks_off_never_reaches_the_application(port: int, how: str):
    path = f"/broken-{how[:7].lower()}"
    sent = Raw(port, path, how)
    sent.send(b"3\r\nabc\r\n")
    sent.socket.close()
    late = Raw(port, f"{path}-after", "Content-Length: 0")
    late.json()
    assert path not in _calls(port)


def test_whoever_stalls_gets_408_and_the_connection_ends(hasty_port: int):
    sent = Raw(hasty_port, "/stalled", "Content-Length: 30")
    sent.send(b"abc")
    assert sent.reply()[0] == 408
    assert sent.socket.recv(1) == b""
    assert "/stalled" not in _calls(hasty_port)


def test_a_long_body_that_trickles_is_given_up_too(hasty_port: int):
    sent = Raw(hasty_port, "/trickled", "Content-Length: 2000000", "Cookie: in=1")
    end = time.monotonic() + PATIENCE_S
    with contextlib.suppress(ConnectionError):
        while time.monotonic() < end:
            sent.send(b"x" * 10)
            let_pass(HASTY_S / 20)  # the sender's pace
        pytest.fail("a sender of 200 bytes a second was waited for")
    assert "/trickled" not in _calls(hasty_port)


def test_hundreds_of_stalled_bodies_take_no_thread(port: int):
    with contextlib.ExitStack() as stack:
        for number in range(200):
            sent = Raw(port, f"/many-{number}", "Content-Length: 120")
            stack.enter_context(sent.socket)
            sent.send(b"{")
        assert Raw(port, "/beside", "Content-Length: 0").json()["length"] == 0


def test_a_long_answer_arrives_whole(port: int):
    status, body = fetch(f"http://127.0.0.1:{port}/long")
    assert (status, len(body)) == (200, LONG)


def test_downloads_that_nobody_reads_take_no_thread(port: int):
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect(("127.0.0.1", port))
            reader.sendall(b"GET /long HTTP/1.1\r\nHost: test\r\n\r\n")
        assert Raw(port, "/beside", "Content-Length: 0").json()["length"] == 0


def test_head_is_answered_without_a_body_and_an_exception_with_500(port: int):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    client.request("HEAD", "/head")
    reply = client.getresponse()
    assert (reply.status, reply.read()) == (200, b"")
    assert int(reply.headers["Content-Length"]) > 100
    client.request("GET", "/fails")
    assert client.getresponse().status == 500


def test_many_at_once_get_each_their_own(port: int):
    wrong: list[str] = []

    def ask(number: int) -> None:
        for turn in range(20):
            sent = Raw(port, f"/own-{number}-{turn}", f"Content-Length: {number}")
            sent.send(b"x" * number)
            got = sent.json()
            if (got["PATH_INFO"], got["length"]) != (f"/own-{number}-{turn}", number):
                wrong.append(got["PATH_INFO"])

    crowd = [threading.Thread(target=ask, args=(number,)) for number in range(1, 9)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert not wrong


def test_a_request_that_was_begun_is_answered_before_the_server_stops(tmp_path: Path):
    number, program = _started(tmp_path)
    try:
        sent = Raw(number, "/slow", "Content-Length: 3")
        sent.send(b"abc")
        wait_until(lambda: "/slow" in _calls(number), "it was never begun", program)
        program.process.send_signal(signal.SIGTERM)
        assert sent.json()["length"] == 3
        assert program.process.wait(PATIENCE_S) == 0
    finally:
        program.stop()


def test_a_reader_by_ipv6_is_known_by_the_bare_address(tmp_path: Path):
    if not socket.has_ipv6 or not _has_ipv6_loopback():
        not_tested("IPv6 was not tested: this machine has no ::1")
    number, program = _started(tmp_path, "::1")
    try:
        got = json.loads(fetch(f"http://[::1]:{number}/six")[1])
        assert (got["REMOTE_ADDR"], got["SERVER_PORT"]) == ("::1", str(number))
    finally:
        program.stop()


def _sent_file(number: int, sender: str) -> Raw:
    """A small file on its way to an address that holds whoever works for it."""
    kind = "Content-Type: multipart/form-data; boundary=x"
    sent = Raw(number, "/held", kind, f"Cookie: in={sender}", "Content-Length: 3")
    sent.send(b"abc")
    return sent


def test_pages_are_answered_while_more_files_are_read_than_there_are_threads(tmp_path: Path):
    number, program = _started(tmp_path)
    try:
        files = [_sent_file(number, sender) for sender in ("1", "1", "2", "2", "3", "3")]
        wait_until(
            lambda: _calls(number).count("/held") == FILE_THREADS, "no file is read", program
        )
        assert _sent_file(number, "3").reply()[0] == 503  # a third of one sender is not taken
        assert _calls(number).count("/held") == FILE_THREADS + 1
        Raw(number, "/let-go", "Content-Length: 0").json()
        assert [each.json()["length"] for each in files] == [3] * 6
        assert _sent_file(number, "3").json()["length"] == 3
    finally:
        program.stop()


def _has_ipv6_loopback() -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True
