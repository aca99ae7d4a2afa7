"""A loopback stand-in for the exam's two addresses, told to misbehave as networks do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Page

from learnapp.web.core import content_html
from learnapp.web.core.assets import STYLE_SHEET, joined_styles
from tests.browser.reads import alive

ROOT = Path(__file__).resolve().parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
KINDS = {".js": "text/javascript", ".css": "text/css"}
HTML = "text/html; charset=utf-8"
JSON = "application/json"
ONE, MANY, BLANKS, WRITTEN = 1, 11, 16, 18  # the first question of each type in the paper
LAST = 20
TOKEN = "token"
PAGE = '{% extends "base.html" %}{% block main %}<h1>page</h1>{% endblock %}'


def _text(words: str) -> list[dict[str, Any]]:
    return [{"p": [{"t": words}]}]


def _question(ordinal: int) -> dict[str, Any]:
    kind = "single"
    stem = _text("哪一机关负责审查批准逮捕？")
    if MANY <= ordinal < BLANKS:
        kind = "multiple"
    elif BLANKS <= ordinal < WRITTEN:
        kind = "fill_blank"
        stem = [{"p": [{"t": "不少于"}, {"blank": 1}, {"t": "人，不超过"}, {"blank": 2}]}]
    elif ordinal >= WRITTEN:
        kind = "short_answer"
    options = [
        {"id": f"q{ordinal}o{n}", "letter": "ABCD"[n], "content": _text(f"选项{n}")}
        for n in range(4 if kind in ("single", "multiple") else 0)
    ]
    return {
        "ordinal": ordinal,
        "type": kind,
        "type_label": kind,
        "marks_label": "2 分",
        "passage": None,
        "stem": stem,
        "options": options,
        "blanks": 2 if kind == "fill_blank" else 0,
    }


class _Plain(BaseHTTPRequestHandler):
    """A reply in one piece, and no chatter."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_parts: Any) -> None:
        """Say nothing."""

    def send(self, status: int, kind: str, body: bytes) -> None:
        """Send one reply."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


class ExamStub:
    """One attempt: what the server holds, and how it answers (`mode`)."""

    def __init__(self) -> None:
        self.person = "person-one"
        self.mode = (
            "well"  # dropping, losing_replies, portal, holding, refusing(_second), or a status
        )
        self.let_go = threading.Event()  # a reply that is held goes out
        self.state = "open"
        self.ends = time.monotonic() + 2700
        self.fixed_left: int | None = None  # seconds that are left, however long the test takes
        self.events: dict[str, dict[str, Any]] = {}
        self.from_elsewhere: list[dict[str, Any]] = []
        self.signed_out = False  # which a page with an old token learns when it asks for news
        self.announcements: list[str] = []
        self.asked = 0  # how often a page asked for news
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.paper_url = f"{self.url}/attempts/a1"
        loader = FileSystemLoader(ROOT / "templates")
        self._pages = Environment(loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"])
        self._pages.install_gettext_callables(  # type: ignore[attr-defined]
            lambda text: text, lambda one, many, n: one, newstyle=True
        )
        self._pages.globals |= {
            "url_for": lambda _endpoint, filename="nothing": f"/static/{filename}",
            "csrf_token": lambda: TOKEN,
            "once_key": lambda: "once",
            "messages_left": list,
            "content": content_html.content,
            "answer_content": content_html.answer_content,
        }

    def stop(self) -> None:
        """Close the address."""
        self._server.shutdown()
        self._server.server_close()

    def latest(self) -> dict[int, dict[str, Any]]:
        """Per question the event that counts."""
        best: dict[int, dict[str, Any]] = {}
        for event in sorted(self.events.values(), key=lambda each: (each["seq"], each["event_id"])):
            if event["state"] == "held":
                best[event["question"]] = event
        return best

    def answers(self) -> dict[int, Any]:
        """Per question the response that counts."""
        return {question: event["response"] for question, event in self.latest().items()}

    def highest(self) -> int:
        """The highest sequence held."""
        return max((each["seq"] for each in self.events.values()), default=0)

    def left(self) -> int:
        """Whole seconds until the deadline."""
        return max(
            0, int(self.ends - time.monotonic()) if self.fixed_left is None else self.fixed_left
        )

    def page(self, path: str) -> str | None:
        """The page at an address."""
        frame = {"person_key": self.person, "lang": "zh"}
        if path == "/page":
            return self._pages.from_string(PAGE).render(frame)
        if path != "/attempts/a1":
            return None
        held = self.latest()
        empty = {"response": None, "flagged": False, "seq": 0}
        questions = [
            _question(n) | {key: held.get(n, empty)[key] for key in empty}
            for n in range(1, LAST + 1)
        ]
        paper = {
            "exam_title": "月考",
            "attempt": "a1",
            "person_key": self.person,
            "deadline_remaining_s": self.left(),
            "answers_url": "/attempts/a1/answers",
            "submit_url": "/attempts/a1/submit",
            "questions": questions,
            "max_seq": self.highest(),
            "announced": len(self.announcements),
            "announcements": self.announcements[-1:],
        }
        return self._pages.get_template("exams/attempts/paper.html").render(frame, paper=paper)

    def news(self, token: str | None, query: str) -> tuple[int, str] | None:
        """What an open page is told when it asks; None is a connection that breaks."""
        self.asked += 1
        if self.signed_out:
            return 401, "{}"
        if self.mode in ("dropping", "portal"):
            return None
        if self.mode.isdigit():
            return int(self.mode), "{}"
        told: dict[str, Any] = {
            "attempt_state": self.state,
            "remaining_s": self.left(),
            "announced": len(self.announcements),
        }
        if query != f"seen={len(self.announcements)}":
            told["announcements"] = self.announcements[-1:]
        return 200, json.dumps(told if token == TOKEN else told | {"csrf_token": TOKEN})

    def receive(self, events: list[dict[str, Any]], submit: bool) -> dict[str, Any]:
        """Hold what is new and acknowledge everything, as the real one does."""
        state = "held" if self.state == "open" else "after_submit"
        for event in events:
            self.events.setdefault(event["event_id"], {**event, "state": state})
        if submit:
            self.state = "submitted"
        return {
            "acknowledged": [
                {"event_id": each["event_id"], "state": self.events[each["event_id"]]["state"]}
                for each in events
            ],
            "max_seq": self.highest(),
            "remaining_s": self.left(),
            "attempt_state": self.state,
            "answers": self.from_elsewhere,
            "result_url": "/page?result",
        }

    def reply(self, path: str, token: str | None, body: bytes) -> tuple[int, str] | None:
        """Status and text of a POST; None is a connection that breaks."""
        if self.mode == "dropping":
            return None
        if self.mode == "portal":
            return 200, "<html>Welcome to our network</html>"
        if self.mode.isdigit():
            return int(self.mode), "{}"
        if token != TOKEN:
            return 400, json.dumps({"error": "csrf"})
        events = json.loads(body)["events"]
        if self.mode == "refusing_second" and any(each["question"] == 2 for each in events):
            return 422, json.dumps({"error": "bad_event"})
        told = self.receive([] if self.mode == "refusing" else events, path.endswith("/submit"))
        if self.mode == "refusing":
            code = "response_too_long"
            told["refused"] = [{"event_id": each["event_id"], "code": code} for each in events]
        if self.mode == "holding":
            self.let_go.wait(60)
        return None if self.mode == "losing_replies" else (200, json.dumps(told))

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        stub = self

        class Handler(_Plain):
            """Turns requests into calls of the stub."""

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                stub.requests.append(path)
                if path == "/attempts/a1/news":
                    told = stub.news(self.headers.get("X-CSRFToken"), self.path.partition("?")[2])
                    if told is None:
                        self.close_connection = True
                        return
                    self.send(told[0], JSON, told[1].encode())
                    return
                if path == f"/static/{STYLE_SHEET}":
                    self.send(200, "text/css", joined_styles(ROOT / "static"))
                    return
                file = ROOT / path[1:]
                if path.startswith("/static/") and file.is_file():
                    self.send(200, KINDS.get(file.suffix, "text/plain"), file.read_bytes())
                    return
                page = stub.page(path)
                self.send(404 if page is None else 200, HTML, (page or "nothing").encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Content-Type") != JSON:
                    self.send(200, HTML, body)  # a plain post is shown as it came
                    return
                told = stub.reply(self.path, self.headers.get("X-CSRFToken"), body)
                if told is None:
                    self.close_connection = True
                    return
                self.send(told[0], JSON, told[1].encode())

        return Handler


def show(page: Page, stub: ExamStub, question: int = 1) -> Page:
    """Open the paper at a question and wait until the page is alive."""
    page.goto(f"{stub.paper_url}#{question}")
    return alive(page)


def choose(page: Page, question: int, option: int) -> None:
    """Go to a question and tap one of its rows."""
    page.evaluate(f"location.hash = '{question}'")
    page.locator(f"#q{question}.now .option").nth(option).click()
