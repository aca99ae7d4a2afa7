"""What a screen reader is given of week, reading and exam, in its order: the accessibility tree of each page.

The trees stand in `trees/`. A page that is meant to be different writes its new tree to build/trees, to be
compared and taken over.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from learnapp.db.core.engine import Database, make_engine
from tests.browser.reads import alive
from tests.checks import put_check
from tests.small_office import NOW, PASSWORD, build

TREES = Path(__file__).parent / "trees"
NEW = Path("build/trees")
# Which question is drawn is chance, and time goes on.
_OPTIONS = re.compile(r'(?m)^( *)- group "[^"\n]*":\n(?:\1 +.*\n)*?\1 +- radio .*\n(?:\1 +.*\n)*')
_TIME = re.compile(r"\b\d+:\d\d(?::\d\d)?\b")


def _tree(page: Page) -> str:
    tree = page.locator("body").aria_snapshot()
    return _TIME.sub("00:00", tree).rstrip() + "\n"


@pytest.fixture
def url(server):
    """The small office, two hours on: its exam is open, its reading has a check question."""
    database = Database(make_engine(f"sqlite:///{server.home}/learnapp.sqlite3"))
    with database.writing() as session:
        build(session)
        put_check(session)
    database.engine.dispose()
    server.set_clock(NOW + timedelta(hours=2))
    return server.url


def test_the_order_and_the_names_that_are_read_aloud_are_as_they_were_agreed(url, mobile_page):
    page = mobile_page
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", "officer")
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/week")
    found = {"week": _tree(page)}
    page.goto(f"{url}/portions/1?s=2")
    found["reading"] = _tree(page)
    page.goto(f"{url}/windows/1")
    page.click("main form button >> nth=0")
    page.wait_for_url("**/attempts/*")
    found["exam"] = _OPTIONS.sub(r"\1- group: the stem, its options\n", _tree(alive(page)))
    NEW.mkdir(parents=True, exist_ok=True)
    for name, tree in found.items():
        (NEW / f"{name}.yaml").write_text(tree, encoding="utf-8")
    assert found == {path.stem: path.read_text(encoding="utf-8") for path in TREES.glob("*.yaml")}
