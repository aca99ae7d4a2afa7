"""Draws the pages as pictures, in both sizes, light and dark, into build/pictures."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import launch_options
from tests.server import Server

SCREENS = {"390x844": (390, 844), "1440x900": (1440, 900)}
PASSWORD = "demo-learn-2026"
FOLDER = Path("build/pictures")


def _enter(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", login)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/week")


def _officer(page: Page, url: str, name: str) -> None:
    """An officer's week, a portion, and the exam at each step."""
    _enter(page, url, "officer")
    _draw(page, f"{name}-week")
    page.goto(f"{url}/exams")
    _draw(page, f"{name}-exams")
    page.click("main form button >> nth=0")
    page.wait_for_url("**/attempts/*")
    page.locator("#count").wait_for()
    _draw(page, f"{name}-exam-first")
    page.locator("label.option:visible").first.click()
    _draw(page, f"{name}-exam-chosen")
    page.context.set_offline(True)
    page.click("#next")
    _draw(page, f"{name}-exam-offline")
    page.context.set_offline(False)


def _head(page: Page, url: str, name: str) -> None:
    """A unit head's figures and the people behind them."""
    _enter(page, url, "head")
    page.goto(f"{url}/progress")
    _draw(page, f"{name}-progress")
    page.goto(page.url + "/people")
    _draw(page, f"{name}-people")


def _draw(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")
    print(FOLDER / f"{name}.png")


def _walk(browser: Browser, url: str) -> None:
    for screen, (width, height) in SCREENS.items():
        for scheme in ("light", "dark"):
            for walk in (_officer, _head):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                walk(context.new_page(), url, f"{screen}-{scheme}")
                context.close()


def main() -> None:
    """Start a demonstration of its own, draw, and stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        server = Server(Path(folder), now=datetime.now(UTC), demo=True).start(patience=180)
        try:
            browser = driver.chromium.launch(**launch_options())
            _walk(browser, server.url)
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
