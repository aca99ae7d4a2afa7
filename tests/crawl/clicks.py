"""Every form pressed by a real click: what came of it lies in view, and has the focus."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask
from playwright.sync_api import Error, Locator

from tests.browser import reads
from tests.crawl.discovery import Seen
from tests.crawl.eyes import Eyes, Screen

# Pressing these ends the walk, or changes the page for all that follow.
_NEVER = {"sign_in.leave", "me.end_session", "me.end_others", "me.change_password", "clock.confirm"}
# Where the page asks first, what says yes.
_ASKED = {"attempts.submit": "#ask-yes"}

_FILL = """form => {
  for (let at = form; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  for (const each of form.elements) {
    const wanted = each.required && !each.value;
    if (each.type === "checkbox" && each.required) each.checked = true;
    else if (each.type === "radio" && !form.querySelector(`[name="${each.name}"]:checked`)) each.checked = true;
    else if (!wanted) continue;
    else if (each.type === "number") each.value = each.min || 1;
    else if (each.type === "date") each.value = "2026-12-01";
    else if (each.type === "datetime-local") each.value = "2026-12-01T09:00";
    else if (["textarea", "text", "search", "password"].includes(each.type)) each.value = "测试";
  }
}"""
_LOOK = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  return {
    focus: at !== document.body && at !== document.documentElement,
    what: `${at.tagName.toLowerCase()}${at.id ? `#${at.id}` : ""}`,
    seen: box.top >= 0 && box.top < innerHeight && box.bottom > 0 && box.width > 0,
    top: scrollY === 0,
    path: location.pathname,
  };
}"""


@dataclass
class Pressed:
    """How many forms were pressed, and where what came of it was not seen."""

    count: int = 0
    faults: list[str] = field(default_factory=list)


class Fingers:
    """Presses the forms of pages, each route once."""

    def __init__(self, app: Flask, eyes: Eyes, url: str, screen: Screen) -> None:
        self._adapter = app.url_map.bind("localhost")
        self._eyes, self._url, self._screen = eyes, url, screen
        self._done: set[str] = set()
        self.pressed = Pressed()

    def press_all(self, pages: list[Seen]) -> Pressed:
        """Press one form for each route that posts, on the first page that has it."""
        page = self._eyes.page
        page.set_viewport_size({"width": self._screen.width, "height": self._screen.height})
        for seen in pages:
            if seen.posted is None and seen.status == 200:
                page.goto(self._url + seen.path)
                number, forms = 0, page.locator("form[method=post]")
                while number < reads.number(forms):  # pressing one may take others away
                    self._press(seen, number)
                    number += 1
        return self.pressed

    def _press(self, seen: Seen, number: int) -> None:
        page = self._eyes.page
        form = page.locator("form[method=post]").nth(number)
        endpoint = self._endpoint(form)
        if endpoint is None or endpoint in self._done or endpoint in _NEVER:
            return
        self._done.add(endpoint)
        form.evaluate(_FILL)
        button = form.locator("button:not([type=button])").first
        if not reads.visible(button):
            return
        try:
            with page.expect_navigation(timeout=reads.PATIENCE_S * 1000):
                button.click(timeout=reads.PATIENCE_S * 500)
                if endpoint in _ASKED:
                    page.locator(_ASKED[endpoint]).click(timeout=reads.PATIENCE_S * 500)
        except Error as error:
            self._say(seen, endpoint, f"the click led nowhere ({str(error).splitlines()[0]})")
        else:
            self.pressed.count += 1
            self._judge(seen, endpoint)
        page.goto(self._url + seen.path)

    def _judge(self, seen: Seen, endpoint: str) -> None:
        # The module that moves the focus runs once the page stands.
        self._eyes.page.wait_for_load_state("networkidle")
        found = self._eyes.page.evaluate(_LOOK)
        elsewhere = found["path"] != seen.path.partition("?")[0]
        if found["focus"] and found["seen"]:
            return
        if elsewhere and found["top"]:  # a page of its own is the answer
            return
        where = "out of view" if found["focus"] else "without focus"
        self._say(seen, endpoint, f"what came of it is {where} ({found['what']})")

    def _say(self, seen: Seen, endpoint: str, text: str) -> None:
        self.pressed.faults.append(
            f"{endpoint} as {seen.walker} on {seen.path}, {self._screen.name}: {text}"
        )

    def _endpoint(self, form: Locator) -> str | None:
        action = str(form.evaluate("each => each.getAttribute('action') || ''")).partition("?")[0]
        try:
            endpoint, _ = self._adapter.match(action, method="POST")
        except Exception:  # werkzeug raises one of several
            return None
        return str(endpoint)
