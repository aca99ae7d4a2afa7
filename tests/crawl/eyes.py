"""How a page is looked at in a real browser: sizes, what a finger can hit, console, axe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.crawl.discovery import Seen
from tests.crawl.world import Visitor

_HERE = Path(__file__).parent
_CHECKS = (_HERE / "checks.js").read_text(encoding="utf-8")
_AXE = _HERE.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
_POST = """([path, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  const token = document.querySelector('meta[name="csrf-token"]').content;
  for (const [name, value] of Object.entries({ ...fields, csrf_token: token })) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


@dataclass(frozen=True)
class Screen:
    """A screen, and how large a control must be on it."""

    width: int
    height: int
    control: int

    @property
    def name(self) -> str:
        """As it is spoken of."""
        return f"{self.width}x{self.height}"


SMALL, PHONE, DESKTOP = Screen(320, 640, 44), Screen(390, 844, 44), Screen(1440, 900, 24)
SCREENS = (SMALL, PHONE, DESKTOP)


class _Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a loopback port, in threads of this process; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Eyes:
    """A browser in which somebody is signed in; notes what the page itself complains of."""

    def __init__(self, browser: Browser) -> None:
        self.context: BrowserContext = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(60_000)
        self.complaints: list[str] = []
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("console", lambda message: self._note(message.type, message.text))
        self.page: Page = self.context.new_page()

    def _note(self, kind: str, text: str) -> None:
        # A page that answers 404 or 403 on purpose is no error of the page.
        if kind == "error" and "status of 40" not in text:
            self.complaints.append(text)

    def enter(self, app: Flask, login: str | None, url: str) -> None:
        """Take over a session made without the browser."""
        self.context.clear_cookies()
        if login is None:
            return
        cookie = Visitor(app, login).client.get_cookie("learnapp")
        assert cookie is not None
        self.context.add_cookies([{"name": "learnapp", "value": cookie.value, "url": url}])

    def open(self, url: str, seen: Seen) -> None:
        """Go to a page; one that only a post shows is posted for."""
        if seen.posted is None:
            self.page.goto(url + seen.path)
            return
        self.page.goto(f"{url}/me")
        with self.page.expect_navigation():
            self.page.evaluate(_POST, [seen.path, seen.posted])

    def dress(self, dark: bool, size: str) -> None:
        """Show the page that stands there dark or light, in one of the sizes of type."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.evaluate("size => { document.documentElement.dataset.size = size; }", size)

    def look(self, screen: Screen, axe: bool = True) -> list[str]:
        """What is wrong with the page as it stands, on one screen."""
        self.page.set_viewport_size({"width": screen.width, "height": screen.height})
        arguments = {"control": screen.control, "gap": 1}
        found = [str(each) for each in self.page.evaluate(_CHECKS, arguments)]
        if axe:
            found += self._axe()
        found += self.complaints
        self.complaints.clear()
        return found

    def _axe(self) -> list[str]:
        """What axe finds; the script comes by the debugger, past the page's own policy."""
        self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        result = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"axe {each['id']}: {each['help']} ({each['nodes'][0]['html'][:120]})"
            for each in result["violations"]
        ]

    def close(self) -> None:
        """Forget the session."""
        self.context.close()
