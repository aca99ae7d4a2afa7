"""How browser tests read a page: every read waits, first, for the state in which its value is final.

`expect(...)` is enough where a test says what it expects. These are for what it needs as a value.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

# Waiting costs a fast machine nothing; only a test that fails anyway takes so long.
PATIENCE_S = 60.0
_SOMETHING = re.compile(".")
_LAID_OUT = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
_KEPT_BY_THE_DEVICE = """([question, count]) => new Promise((resolve) => {
  const opening = indexedDB.open("learnapp");
  opening.onerror = () => resolve(false);
  opening.onsuccess = () => {
    const db = opening.result;
    const done = (found) => { db.close(); resolve(found); };
    if (!db.objectStoreNames.contains("entries")) { done(false); return; }
    const asking = db.transaction("entries").objectStore("entries").getAll();
    asking.onerror = () => done(false);
    asking.onsuccess = () => done(
      asking.result.filter((each) => each.event_id && each.question === question).length >= count);
  };
})"""


def until(
    page: Page,
    holds: Callable[[], bool],
    what: str | Callable[[], str],
    patience: float = PATIENCE_S,
) -> None:
    """Let the page live on until something holds outside it, on the server for example."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, what if isinstance(what, str) else what()
        page.wait_for_timeout(50)  # the page's own events are handled while this waits


def alive(page: Page) -> Page:
    """Wait until the exam page's script listens; before that the page is a plain form."""
    expect(page.locator("html.is-live")).to_be_attached()
    return page


def kept_by_the_device(page: Page, question: int, count: int = 1) -> None:
    """Wait until the device itself holds so many unsent answers to a question."""
    until(
        page,
        lambda: page.evaluate(_KEPT_BY_THE_DEVICE, [question, count]),
        "the device holds the answers",
    )


def texts(cells: Locator, count: int) -> list[str]:
    """What each of exactly `count` elements says, once there are so many."""
    expect(cells).to_have_count(count)
    return cells.all_inner_texts()


def text(element: Locator) -> str:
    """What one element says, once it is there and says anything."""
    expect(element).to_have_text(_SOMETHING)
    return element.inner_text().strip()


def each(rows: Locator, at_least: int = 1) -> list[Locator]:
    """Every element of a page that has come whole; there must be some."""
    _whole(rows.page)
    expect(rows.nth(at_least - 1)).to_be_attached()
    return rows.all()


def visible(element: Locator) -> bool:
    """Whether an element of a page that has come whole is seen."""
    _whole(element.page)
    return element.is_visible()


def number(rows: Locator) -> int:
    """How many elements a page has that has come whole; may be none."""
    _whole(rows.page)
    return rows.count()


def attribute(element: Locator, name: str) -> str:
    """The value of an attribute that the element has, or gets."""
    expect(element).to_have_attribute(name, _SOMETHING)
    return element.get_attribute(name) or ""


def box(element: Locator) -> dict[str, float]:
    """Where an element that is seen stands: x, y, width and height in CSS pixels."""
    expect(element).to_be_visible()
    found = element.bounding_box()
    assert found is not None
    return dict(found)


def shown(*choices: Locator) -> int:
    """Which of several elements is seen, from 0, once one of them is."""
    found: list[int] = []

    def one() -> bool:
        found[:] = [n for n, choice in enumerate(choices) if choice.first.is_visible()]
        return bool(found)

    until(choices[0].page, one, "none of the choices is seen")
    return found[0]


def revisited(page: Page, url: str, holds: Callable[[str], bool], what: str) -> str:
    """Load a page again until the text of its main part is as wanted; that text."""
    text = ""

    def one() -> bool:
        nonlocal text
        page.goto(url)
        text = page.locator("main").inner_text()
        return holds(text)

    until(page, one, lambda: f"{what}\n{text}")
    return text


def measured(page: Page, script: str) -> Any:
    """What a function in the page gives once its styles and fonts are there and it is laid out."""
    _whole(page)
    page.evaluate(_LAID_OUT)
    return page.evaluate(script)


def _whole(page: Page) -> None:
    page.wait_for_load_state("load")
