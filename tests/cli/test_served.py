"""A served installation seen from outside: its health and its log."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

from tests.guard import Guarded, wait_until
from tests.server import Server, fetch

_LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4} [A-Z]+ [\w.]+ (-|[0-9a-f]{8}) .+"
)


def test_a_server_without_a_scheduler_says_so_and_logs_in_the_one_form(tmp_path: Path):
    server = Server(tmp_path, workers=1)
    command = [str(server._program), "serve", "--host", "localhost", "--port", str(server.port)]
    env = server.env | {"LEARNAPP_SCHEDULER": "0"}
    program = Guarded(command, server.log, env=env, cwd=tmp_path)
    try:
        wait_until(lambda: fetch(f"{server.url}/healthz")[0], "no answer", program)
        status, body = fetch(f"{server.url}/healthz")
        assert status == 503
        ill = {name: state for name, state in json.loads(body)["parts"].items() if state != "well"}
        assert list(ill) == ["scheduler"]
        assert fetch(f"{server.url}/nowhere")[0] == 404
    finally:
        program.stop()
    first, *lines = server.last_words().splitlines()
    assert first == server.url
    assert lines and all(_LINE.fullmatch(line) for line in lines), lines
    assert any("refused 404" in line for line in lines)
    for path in (server.home, *server.home.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
