"""No test is decided by the speed of the machine: reads of a page wait, nothing sleeps to be in order."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest
from hypothesis import settings

from tests.architecture.test_layers import ROOT, SOURCES

# What answers at once, whether or not the page has come.
AT_ONCE = {
    "all_inner_texts", "all_text_contents", "get_attribute", "inner_html", "inner_text",
    "input_value", "is_checked", "is_disabled", "is_editable", "is_enabled", "is_hidden",
    "is_visible", "bounding_box", "query_selector", "query_selector_all", "text_content",
    "wait_for_timeout",
}  # fmt: skip
# Also methods of other things than a page: forbidden where a page is read.
OF_A_LOCATOR = {"all", "count"}
INSTEAD = (
    "answers at once, whatever has come so far: use expect(...), which waits, "
    "or for a value a function of tests/browser/reads.py"
)
NO_PROMISE = "takes a promise for true: ask by page.evaluate in until of tests/browser/reads.py"
NO_SLEEP = (
    "sleeping does not make the other side ready: wait for what it does, by wait_until or "
    "holds_within of tests/guard.py, in a browser by until of tests/browser/reads.py"
)
WATCHED = ("tests/browser", "tests/reliability", "tests/serving", "tests/cli", "tests/services",
           "tests/web", "tests/install", "tests/crawl")  # fmt: skip
# The one place that reads at once, after it waited; a program that is slow on purpose; a program that
# runs in an emptied environment, without this project.
LEFT_ALONE = {
    ROOT / path
    for path in ("tests/browser/reads.py", "tests/serving/echo.py", "tests/install/inside.py")
}
BROWSER = sorted((ROOT / "tests" / "browser").glob("*.py"))
FILES = [
    path
    for path in SOURCES
    if path.relative_to(ROOT).as_posix().startswith(WATCHED) and path not in LEFT_ALONE
]


def hasty(text: str, reads_pages: bool = True) -> list[str]:
    """The calls in a module's text that read a page at once, or sleep; each with its line and a way out."""
    tree = ast.parse(text)
    sleeps = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if alias.name == "sleep"
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if isinstance(node.func, ast.Name) and node.func.id in sleeps:
            name = "sleep"
        if name == "sleep":
            found.append(f"line {node.lineno}: {name}() {NO_SLEEP}")
        elif reads_pages and (name in AT_ONCE or (name in OF_A_LOCATOR and _of_a_locator(node))):
            found.append(f"line {node.lineno}: .{name}() {INSTEAD}")
    return found


def promised(text: str) -> list[str]:
    """The calls of wait_for_function in a module's text whose script gives a promise."""
    tree = ast.parse(text)
    named = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr != "wait_for_function" or not node.args:
            continue
        given = node.args[0]
        script = named.get(given.id) if isinstance(given, ast.Name) else ast.unparse(given)
        if re.search(r"\basync\b|\bPromise\b|\.then\(", str(script)):
            found.append(f"line {node.lineno}: wait_for_function {NO_PROMISE}")
    return found


def _of_a_locator(call: ast.Call) -> bool:
    """`func.count()`, `itertools.count()` and `text.count("x")` are none; `rows.count()` is."""
    assert isinstance(call.func, ast.Attribute)
    of = call.func.value
    return not call.args and not (isinstance(of, ast.Name) and of.id in ("func", "itertools"))


def test_each_run_draws_the_same_examples():
    assert settings.default.derandomize != ("LEARNAPP_FUZZ" in os.environ)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_reads_of_a_page_wait_and_nothing_sleeps_to_be_in_order(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not hasty(text, "browser" in path.parts or "playwright" in text)


@pytest.mark.parametrize(
    "line",
    [
        "rows = page.locator('tr').all_inner_texts()",
        "assert page.locator('#a').is_visible()",
        "if page.locator('#a').count(): pass",
        "for row in rows.all(): pass",
        "page.wait_for_timeout(200)",
        "time.sleep(1)",
        "from time import sleep as wait\nwait(1)",
    ],
)
def test_a_hasty_read_is_found(line: str):
    (said,) = hasty(line)
    assert "reads.py" in said


@pytest.mark.parametrize(
    "line",
    [
        "expect(rows).to_have_count(3)",
        "n = func.count()",
        "'aa'.count('a')",
        "numbers = itertools.count()",
    ],
)
def test_what_waits_or_reads_no_page_is_left_alone(line: str):
    assert not hasty(line)


@pytest.mark.parametrize("path", BROWSER, ids=lambda path: path.name)
def test_nothing_waits_for_a_promise_that_is_taken_for_true(path: Path):
    assert not promised(path.read_text(encoding="utf-8"))


def test_a_promise_is_found_where_it_is_named_and_where_it_is_written():
    assert promised("A = 'async () => false'\npage.wait_for_function(A)")
    assert promised("page.wait_for_function('() => fetch(1).then(Boolean)')")
    assert not promised("A = '() => document.title'\npage.wait_for_function(A)")
