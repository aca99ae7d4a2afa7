"""Real failures, and a log that names them once, with an id that the reader has too, and nobody's data."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from learnapp import logs
from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.core.engine import make_engine
from learnapp.jobs.tick import tick
from learnapp.randomness import MachineRandomness
from learnapp.services.operations import schedule
from learnapp.services.operations.schedule import Work
from tests.small_office import NOW, PASSWORD

SECRET = "张三的答案 s3cr3t-t0ken-777"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the process would write to standard error."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.Lines(logs.SERVER["formatters"]["lines"]["fmt"]))
    root, ours = logging.getLogger(), logging.getLogger("learnapp")
    levels = root.level, ours.level
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    ours.setLevel(levels[1])


def _lines(log: io.StringIO) -> list[str]:
    """The lines that open an entry."""
    return [line for line in log.getvalue().splitlines() if re.match(r"\d{4}-\d\d-\d\dT", line)]


def _clean(log: io.StringIO) -> None:
    for piece in ("张三", "s3cr3t", PASSWORD, "officer甲"):
        assert piece not in log.getvalue()


def _broken(kind: type[Exception]):
    def view(**_values: object) -> str:
        raise kind(SECRET)

    return view


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError])
def test_a_fault_is_logged_once_under_the_id_on_the_page_without_its_values(home, log, kind):
    home.enter("officer")
    views = home.client.application.view_functions
    broken = _broken(kind)
    broken.rule = views["week.index"].rule  # type: ignore[attr-defined]
    views["week.index"] = broken
    reply = home.client.get("/week?q=" + SECRET)
    assert reply.status_code == 500
    (line,) = [each for each in _lines(log) if " ERROR " in each]
    reference = reply.headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{8}", reference)
    assert reference in reply.text and reference in line
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4} ERROR learnapp\.web", line)
    assert kind.__name__ in line and "week.index" in line
    assert log.getvalue().count("in view") == 1, "the traceback once"
    _clean(log)


def test_a_refusal_of_the_database_is_logged_without_what_it_refused(home, log):
    """PostgreSQL's detail repeats the values, SQLAlchemy's message the parameters."""
    home.enter("officer")
    views = home.client.application.view_functions

    def view() -> str:
        from learnapp.web.core import request_context as req

        with req.writing() as opened:
            for _ in range(2):
                opened.execute(
                    text("INSERT INTO settings (name, value) VALUES (:name, '1')"),
                    {"name": "张三 s3cr3t"},
                )
        return ""

    view.rule = views["week.index"].rule  # type: ignore[attr-defined]
    views["week.index"] = view
    reply = home.client.get("/week")
    assert reply.status_code == 409 and reply.headers["X-Request-ID"] in reply.text
    (line,) = [each for each in _lines(log) if " ERROR " in each]
    assert "IntegrityError" in line and "settings" in line
    _clean(log)


def test_engines_hide_parameters(database_url):
    engine = make_engine(database_url)
    try:
        assert engine.hide_parameters
    finally:
        engine.dispose()


def test_with_the_database_away_every_page_is_the_plain_one_with_an_id(tmp_path: Path, log):
    """Neither the frame, the rights nor the demonstration's mark may be asked for."""
    gone = tmp_path / "gone" / "x.sqlite3"
    app = create_app(Config(tmp_path / "home", f"sqlite:///{gone}"))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    for path in ("/", "/sign-in", "/week", "/nowhere"):
        reply = client.get(path)
        assert reply.status_code == 503, path
        assert "系统出错" in reply.text and reply.headers["X-Request-ID"] in reply.text
    as_json = client.get("/week", headers={"Accept": "application/json"})
    assert as_json.json == {"error": "failed", "reference": as_json.headers["X-Request-ID"]}
    errors = [line for line in _lines(log) if " ERROR " in line]
    assert len(errors) == 5


def test_a_save_that_fails_before_any_page_is_logged_and_answered_alike(home, log):
    """The short way of a save is outside of the pages' own handling of errors."""
    app = home.client.application

    def fails(environ, start):
        raise ValueError(SECRET)

    app.wsgi_app._inner = fails
    reply = home.client.get("/week")
    assert reply.status_code == 500
    assert reply.headers["X-Request-ID"] in reply.text and "系统出错" in reply.text
    (line,) = _lines(log)
    assert reply.headers["X-Request-ID"] in line
    _clean(log)


def test_a_commit_that_fails_is_the_plain_page_and_one_line(home, log, monkeypatch):
    home.enter("officer")
    from sqlalchemy.orm import Session

    def fails(self: Session) -> None:
        raise RuntimeError(SECRET)

    token = home.token()
    monkeypatch.setattr(Session, "commit", fails)
    reply = home.client.post("/language", data={"language": "en", "csrf_token": token})
    assert reply.status_code == 500 and reply.headers["X-Request-ID"] in reply.text
    assert len([line for line in _lines(log) if " ERROR " in line]) == 1
    _clean(log)


def test_a_refusal_shows_the_id_that_the_log_has_and_the_log_no_path(home, log):
    home.enter("officer")
    reply = home.client.get("/people?q=" + SECRET)
    assert reply.status_code == 403
    assert reply.headers["X-Request-ID"] in reply.text
    assert any(reply.headers["X-Request-ID"] in line and " INFO " in line for line in _lines(log))
    _clean(log)


def test_refused_sign_ins_and_wrong_codes_leave_no_trace_of_what_was_typed(home, log):
    home.post("/sign-in", login_name="officer", password=SECRET)
    home.post("/activate", code="s3cr3t-code", password=SECRET, again=SECRET)
    home.client.post("/sign-in", data={"password": SECRET})
    _clean(log)


def test_work_that_fails_is_named_by_job_and_period_once_and_not_every_round(
    home, log, monkeypatch
):
    work = Work("close_window", "17")
    monkeypatch.setattr(schedule, "due", lambda session, now: [work])

    def fails(*_given):
        raise ValueError(SECRET)

    monkeypatch.setattr(schedule, "carry_out", fails)
    for _ in range(5):
        assert tick(home.database, NOW, MachineRandomness()) == 0
    (line,) = _lines(log)
    assert "job close_window period 17" in line and "ValueError" in line
    monkeypatch.setattr(schedule, "carry_out", lambda *_given: True)
    assert tick(home.database, NOW, MachineRandomness()) == 1
    assert "works again" in _lines(log)[-1]
    _clean(log)


def test_health_needs_no_session_and_no_database(tmp_path: Path):
    gone = tmp_path / "gone" / "x.sqlite3"
    app = create_app(Config(tmp_path / "home", f"sqlite:///{gone}"))
    reply = app.test_client().get("/healthz", headers={"Cookie": "learnapp=\x00odd; language=xx"})
    assert reply.status_code == 503
    assert json.loads(reply.data)["parts"]["database"].startswith("ill")


def test_what_nothing_caught_is_logged_in_the_same_form():
    script = (
        "import threading, warnings; from learnapp import logs; logs.configure()\n"
        "def fails(): raise ValueError('s3cr3t')\n"
        "thread = threading.Thread(target=fails, name='worker'); thread.start(); thread.join()\n"
        "warnings.warn('odd'); fails()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    levels = re.findall(r"^\d{4}-\S+ (\w+) ", done.stderr, re.MULTILINE)
    assert levels == ["CRITICAL", "WARNING", "CRITICAL"], done.stderr
    assert done.returncode == 1
    entries = done.stderr.replace("raise ValueError('s3cr3t')", "")
    assert "worker: ValueError" in entries and "ValueError: s3cr3t" not in entries


def test_lines_for_programs_are_json_objects_without_the_values_of_a_failure():
    typed = "王小明 110101199001011234"
    try:
        raise ValueError(typed)
    except ValueError:
        record = logging.LogRecord("learnapp.web", 40, "", 1, "failed", (), sys.exc_info())
    line = json.loads(logs.JsonLines().format(record))
    assert line.keys() == {"time", "level", "logger", "request", "message", "places"}
    assert (line["level"], line["message"]) == ("ERROR", "failed")
    assert "ValueError" in line["places"] and typed not in line["places"]
