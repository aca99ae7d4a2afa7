"""Draws the pages as pictures, in both sizes, light and dark, into build/pictures."""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import launch_options
from tests.crawl.uploads import MESSY
from tests.server import Server

SCREENS = {"390x844": (390, 844), "1440x900": (1440, 900)}
PASSWORD = "demo-learn-2026"
FOLDER = Path("build/pictures")


def _enter(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(re.compile("/(week|desk)$"))


def _officer(page: Page, url: str, name: str) -> None:
    """An officer's week, a portion, and the exam at each step."""
    _enter(page, url, "officer")
    _draw(page, f"{name}-week")
    page.goto(f"{url}/exams")
    _draw(page, f"{name}-exams")
    begin = page.locator("main a:has-text('准备作答')")
    if begin.count():  # at the first size; afterwards the attempt is gone on with
        begin.first.click()
        page.wait_for_url("**/windows/*")
        _draw(page, f"{name}-exam-before")
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
    total = page.locator("section.q").count()
    for step, number in (("fill", total - 1), ("write", total)):
        page.goto(f"{page.url.partition('#')[0]}#{number}")
        page.locator(f"section.q#q{number}").wait_for()
        _draw(page, f"{name}-exam-{step}")
    if page.locator("#open-card").is_visible():
        page.click("#open-card")
        _draw(page, f"{name}-exam-card")
    page.click("#hand-in")
    page.locator("#ask-yes").wait_for()
    _draw(page, f"{name}-exam-ask")


def _learn(page: Page, url: str, name: str) -> None:
    """What an officer learns from it: the notebook, a question practised, and the way back."""
    _enter(page, url, "officer")
    page.goto(f"{url}/notebook")
    _draw(page, f"{name}-notebook")
    page.goto(f"{url}/practice")
    _draw(page, f"{name}-practice")
    page.locator("main ul.rows a").last.click()  # the first bank is in this week's exam
    page.locator("main form button").first.wait_for()
    _draw(page, f"{name}-practice-question")
    if page.locator("label.option").count():
        page.locator("label.option").first.click()
    page.locator("main form button").first.click()
    page.locator("main .actions").first.wait_for()
    _draw(page, f"{name}-practice-told")


def _marker(page: Page, url: str, name: str) -> None:
    """A short answer to be marked by point."""
    _enter(page, url, "marker")
    page.goto(f"{url}/marking")
    _draw(page, f"{name}-marking")


def _hand_in(page: Page, url: str, name: str) -> None:
    """Nobody can go on with the attempt after this: once, when all have drawn it."""
    _enter(page, url, "officer")
    page.goto(f"{url}/exams")
    page.click("main form button >> nth=0")
    page.locator("#count").wait_for()
    if page.locator("#open-card").is_visible():
        page.click("#open-card")
    page.click("#hand-in")
    page.click("#ask-yes")
    page.wait_for_url("**/result")


def _results(page: Page, url: str, name: str) -> None:
    """What was handed in just now, what was released long ago, and the way back from the first."""
    _enter(page, url, "officer")
    page.goto(f"{url}/exams")
    results = [each.get_attribute("href") for each in page.locator("a[href$='/result']").all()]
    for step, href in (("handed-in", results[0]), ("result", results[-1])):
        page.goto(f"{url}{href}")
        _draw(page, f"{name}-exam-{step}")
    page.goto(f"{url}/exams")
    page.locator("a[href$='/way-back']").first.click()
    page.wait_for_url("**/way-back")
    _draw(page, f"{name}-way-back")
    section = page.locator("main ul.rows a")
    if section.count():
        section.first.click()
        page.locator("article.text").wait_for()
        _draw(page, f"{name}-way-back-section")


def _head(page: Page, url: str, name: str) -> None:
    """A unit head's figures and the people behind them."""
    _enter(page, url, "head")
    page.goto(f"{url}/progress")
    _draw(page, f"{name}-progress")
    page.goto(page.url + "/people")
    _draw(page, f"{name}-people")


def _admin(page: Page, url: str, name: str) -> None:
    """An import with its doubts, one of them as a form, a question of the bank, an exam's room."""
    _enter(page, url, "admin")
    page.goto(f"{url}/banks/1")
    messy = {"name": "练习题.txt", "mimeType": "text/plain", "buffer": MESSY.encode()}
    page.set_input_files("#file", messy)
    page.click("main form button >> nth=0")
    page.locator(".tabs-line").wait_for()
    _draw(page, f"{name}-import")
    page.goto(f"{page.url}?outcome=to_confirm")
    _draw(page, f"{name}-import-doubts")
    page.locator(".record-actions a").first.click()
    page.locator("#stem").wait_for()
    _draw(page, f"{name}-import-edit")
    page.goto(f"{url}/questions/1")
    _draw(page, f"{name}-question")
    page.goto(f"{url}/rooms")
    _draw(page, f"{name}-rooms")
    page.locator("main ul.rows a").first.click()
    page.locator("table").first.wait_for()
    _draw(page, f"{name}-room")
    page.goto(f"{page.url}/signals")
    _draw(page, f"{name}-signals")
    page.goto(f"{url}/banks/1/blueprints")
    _draw(page, f"{name}-blueprints")


def _draw(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")
    print(FOLDER / f"{name}.png")


def _walk(browser: Browser, url: str) -> None:
    screens = [(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")]
    steps = [
        (walk, each) for each in screens for walk in (_officer, _learn, _marker, _head, _admin)
    ]
    steps += [(_hand_in, screens[0]), *((_results, each) for each in screens)]
    for walk, (screen, scheme) in steps:
        width, height = SCREENS[screen]
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
