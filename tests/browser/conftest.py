"""A real server and a real browser: each test gets its own installation and its own screens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import chromium
from tests.browser.exam_stub import ExamStub
from tests.browser.reads import PATIENCE_S
from tests.missing import not_tested
from tests.server import Server

# A Wednesday in the middle of a month without holidays, 09:00 in Shanghai.
WEDNESDAY = datetime(2026, 11, 11, 1, 0, tzinfo=UTC)

PATIENCE_MS = PATIENCE_S * 1000
# A long way: with `make soak`, for the time of `make test` is spent.
collect_ignore = [] if "LEARNAPP_SOAK" in os.environ else ["test_first_week.py"]
expect.set_options(timeout=PATIENCE_MS)


@pytest.hookimpl(tryfirst=True)  # the mark is needed when tests/conftest.py sorts
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are slow ones: they start first."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this worker."""
    if chromium.find() is None:
        not_tested(chromium.MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**chromium.launch_options())
        try:
            yield started
        finally:
            started.close()


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Makes installations (see tests.server.Server); all are stopped at the end."""
    servers: list[Server] = []

    def make(**options: object) -> Server:
        folder = tmp_path / f"server_{len(servers)}"
        folder.mkdir()
        servers.append(Server(folder, **options))  # type: ignore[arg-type]
        return servers[-1].start()

    try:
        yield make
    finally:
        for server in servers:
            server.stop()


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    """A running installation with an empty database; `server.set_clock(instant)` moves its time."""
    return make_server(now=WEDNESDAY)


@pytest.fixture
def page_errors() -> list[str]:
    """What went wrong inside pages; a test that expects an error empties it."""
    return []


@pytest.fixture
def open_page(
    browser: Browser, page_errors: list[str], request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """Opens a page of its own device: `open_page("mobile")`, `open_page("desktop", dark=True)`."""
    contexts: list[BrowserContext] = []

    def open_one(screen: str = "mobile", dark: bool = False, language: str = "zh-CN") -> Page:
        context = browser.new_context(**chromium.context_options(screen, dark, language))
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.on("weberror", lambda error: page_errors.append(str(error.error)))
        context.on("console", lambda message: _note_violation(page_errors, message.text))
        return context.new_page()

    yield open_one
    for number, page in enumerate(page for context in contexts for page in context.pages):
        if getattr(request.node, "failed", False):
            page.screenshot(path=tmp_path / f"failed_{number}.png", full_page=True)
    for context in contexts:
        context.close()
    assert not page_errors, f"errors inside the page: {page_errors}"


def _note_violation(errors: list[str], text: str) -> None:
    """A script or style that the Content-Security-Policy refused is a fault of ours."""
    if "Content Security Policy" in text:
        errors.append(text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know that the test failed, so that they can keep a picture."""
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report


@pytest.fixture
def mobile_page(open_page: Callable[..., Page]) -> Page:
    """A page on a phone of 390 by 844."""
    return open_page("mobile")


@pytest.fixture
def desktop_page(open_page: Callable[..., Page]) -> Page:
    """A page on a desktop of 1440 by 900."""
    return open_page("desktop")


@pytest.fixture(params=["mobile", "desktop"])
def page(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Page:
    """A page; the test runs once on each screen."""
    return open_page(request.param)


@pytest.fixture
def stub() -> Iterator[ExamStub]:
    """One attempt on a loopback address."""
    started = ExamStub()
    yield started
    started.stop()
