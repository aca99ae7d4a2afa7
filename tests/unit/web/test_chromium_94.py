"""Shipped scripts and styles are in the words of Chromium 94: nothing of later versions is needed.

What merely looks better in a later browser and is ignored by an earlier one (text-wrap) may stay.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "static"
# Syntax and names that came after version 94, each with its version.
SCRIPTS = {
    r"\bstructuredClone\(": 98,
    r"\.(findLast|findLastIndex)\(": 97,
    r"\.(toSorted|toReversed|toSpliced|with)\(": 110,
    r"\bArray\.fromAsync\(": 121,
    r"\b(Object|Map)\.groupBy\(": 117,
    r"\bPromise\.withResolvers\(": 119,
    r"\bAbortSignal\.(timeout|any)\(": 103,
    r"\bimport\b[^;]*\bwith\s*\{": 123,
    r"\.(isWellFormed|toWellFormed)\(": 111,
    r"\bnew Set\([^)]*\)\.(union|intersection|difference)\(": 122,
    r"\bshowPopover\(": 114,
    r"\bstartViewTransition\(": 111,
    r"/[a-z]*v[a-z]*\.test\(": 112,
}
STYLES = {
    r":has\(": 105,
    r"@container\b": 105,
    r"@layer\b": 99,
    r"@scope\b": 118,
    r"\b(color-mix|light-dark)\(": 111,
    r"\b\d+(\.\d+)?[dsl]v[hw]\b": 108,
    r"\bsubgrid\b": 117,
    r"(?m)^\s*&": 112,
    r"\bpopover\b": 114,
    r"\banimation-timeline\b": 115,
}
# The framework dresses groups of controls by :has in rules of their own, which version 94 leaves out.
_OF_THE_FRAMEWORK = re.compile(r"[^{}]*:has\([^{}]*\{")


def _plain(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"(?m)^\s*//.*$", "", text) if path.suffix == ".js" else text
    return _OF_THE_FRAMEWORK.sub("", text) if path.name == "pico.min.css" else text


def _later(text: str, words: dict[str, int]) -> list[str]:
    return [
        f"{word} (Chromium {version})" for word, version in words.items() if re.search(word, text)
    ]


FILES = sorted([*STATIC.rglob("*.js"), *STATIC.rglob("*.css")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_shipped_file_needs_nothing_later_than_chromium_94(path):
    assert _later(_plain(path), SCRIPTS if path.suffix == ".js" else STYLES) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("const a = structuredClone(b);", SCRIPTS),
        ("list.toSorted();", SCRIPTS),
        ("div:has(a){top:0}", STYLES),
        ("main { height: 100dvh }", STYLES),
        ("a {\n  &:hover { top: 0 }\n}", STYLES),
    ],
)
def test_what_came_later_is_found(text, words):
    assert len(_later(text, words)) == 1
