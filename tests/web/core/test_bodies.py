"""No lock waits for a phone: on any WSGI server a body is read to its end before the writers' queue."""

from __future__ import annotations

import inspect
import io
import re
from contextlib import contextmanager

import pytest

from learnapp.config import MOST_UPLOAD
from learnapp.db.core.engine import Database
from learnapp.serving.bodies import SMALL, Allowed
from learnapp.serving.rsgi import REFUSED
from learnapp.web.core.access import MOST_FORM, rule_of
from learnapp.web.core.bodies import allowance_of

KINDS = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
BODIES = {
    KINDS[0]: b'{"events": []}',
    KINDS[1]: b"csrf_token=&answer=1",
    KINDS[
        2
    ]: b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc\r\n--b--\r\n',
}


class Watched(io.BytesIO):
    """A body that notes whether somebody holds the write lock while it is being read."""

    def __init__(self, data: bytes, held: list[bool]) -> None:
        super().__init__(data)
        self._held = held
        self.reads: list[bool] = []

    def read(self, *size: int) -> bytes:
        self.reads.append(bool(self._held))
        return super().read(*size)

    def readline(self, *size: int) -> bytes:
        self.reads.append(bool(self._held))
        return super().readline(*size)

    def readinto(self, buffer) -> int:
        self.reads.append(bool(self._held))
        return super().readinto(buffer)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """True inside while a writing transaction is open."""
    open_now: list[bool] = []

    def watch(name: str) -> None:
        ordinary = getattr(Database, name)

        @contextmanager
        def watched(self):
            with ordinary(self) as opened:
                open_now.append(True)
                try:
                    yield opened
                finally:
                    open_now.pop()

        monkeypatch.setattr(Database, name, watched)

    watch("writing")
    watch("saving")
    return open_now


def _post_paths(app) -> list[str]:
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            path = re.sub(r"<int:[^>]+>", "1", rule.rule)
            found.append(re.sub(r"<[^>]+>", "x", path))
    return found


def test_every_route_that_writes_reads_the_whole_body_before_the_lock(home, held):
    home.enter("admin")
    app, token = home.client.application, home.token("/me")
    late, read = [], 0
    for path in _post_paths(app):
        if path in ("/sign-out", "/me/password"):
            continue
        for kind in KINDS:
            body = Watched(BODIES[kind], held)
            headers = {"X-CSRFToken": token, "Accept": "application/json"}
            length = len(BODIES[kind])
            home.client.post(
                path, input_stream=body, content_type=kind, content_length=length, headers=headers
            )
            read += bool(body.reads)
            if any(body.reads):
                late.append((path, kind))
    assert not late
    assert read > 100, "the walk read hardly any body"


def test_a_stream_without_a_length_is_read_before_the_lock_too(home, held):
    home.enter("officer")
    body = Watched(BODIES[KINDS[0]], held)
    home.client.post(
        "/attempts/x/answers",
        input_stream=body,
        content_type=KINDS[0],
        headers={"X-CSRFToken": home.token("/me"), "Accept": "application/json"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert body.reads and not any(body.reads)


def test_a_form_over_its_length_is_refused_before_anything_is_done(home):
    home.enter("officer")
    token = home.token("/me")
    reply = home.client.post("/language", data={"csrf_token": token, "x": "x" * (MOST_FORM + 1)})
    assert reply.status_code == 413


def test_only_who_is_signed_in_may_send_much_and_uploads_only_where_files_are_taken(home):
    app = home.client.application
    allowed = allowance_of(app)

    def most(method: str, path: str, cookie: str) -> int:
        return allowed(method, path, cookie).most

    upload, form = "/banks/1/import", "/language"
    assert most("POST", upload, "") == SMALL
    assert most("POST", upload, "learnapp=forged.cookie.value") == SMALL
    anonymous = f"learnapp={home.client.get_cookie('learnapp').value}" if home.token() else ""
    assert most("POST", upload, anonymous) == SMALL
    home.enter("admin")
    cookie = f"learnapp={home.client.get_cookie('learnapp').value}"
    assert most("POST", upload, cookie) == MOST_UPLOAD
    assert most("POST", form, cookie) == MOST_FORM
    assert most("POST", "/nowhere", cookie) == SMALL
    assert most("GET", upload, cookie) == SMALL


def _cookie(home) -> str:
    return f"learnapp={home.client.get_cookie('learnapp').value}"


def test_long_bodies_are_those_of_a_person_who_may_send_them_now(home):
    allowed, upload = allowance_of(home.client.application), "/banks/1/import"
    home.enter("admin")
    first = _cookie(home)
    home.enter("admin")
    second = _cookie(home)
    whose = {allowed("POST", upload, each).who for each in (first, second)}
    assert whose == {str(home.people["admin"])}  # two sign-ins are one sender
    home.post("/sign-out")
    assert allowed("POST", upload, second) == Allowed(SMALL)
    assert allowed("POST", upload, first).most == MOST_UPLOAD
    home.enter("officer")
    refused = allowed("POST", upload, _cookie(home))
    assert (refused.most, refused.beyond) == (SMALL, 403)


def test_whatever_view_takes_a_file_says_so_in_its_rule(home):
    app = home.client.application
    for name, view in app.view_functions.items():
        code = inspect.getsource(inspect.unwrap(view))
        takes = "uploads.taken(" in code or "request.files" in code
        rule = rule_of(view)
        assert not takes or (rule and rule.most_bytes == MOST_UPLOAD), name


@pytest.mark.parametrize("status, said", [(413, "没有上传"), (503, "稍后再试")])
def test_a_body_that_the_server_did_not_take_is_told_on_a_page_and_nothing_is_done(
    home, held, status: int, said: str
):
    home.enter("admin")
    token, refused = home.token("/me"), {REFUSED: status}
    reply = home.client.post("/language", data={"csrf_token": token}, environ_overrides=refused)
    assert (reply.status_code, said in reply.text) == (status, True)
