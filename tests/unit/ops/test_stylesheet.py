"""The framework's style sheet loses unused parts and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "ops"))
from stylesheet import UNUSED, trimmed

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ("a{color:red}.grid,p{margin:0}dialog{top:0}", "a{color:red}p{margin:0}"),
        ("@media print{.grid{a:b}p{c:d}}", "@media print{p{c:d}}"),
        ("@media print{.grid{a:b}}", ""),
        ("input:not([type=range],[type=file]){a:b}", "input:not([type=range],[type=file]){a:b}"),
        ("@keyframes modal{from{a:b}}@keyframes x{to{a:b}}", "@keyframes x{to{a:b}}"),
        (":is(a,.grid) b,i{a:b}", "i{a:b}"),
    ],
)
def test_rules_of_unused_parts_go_and_all_else_stays_in_order(css, kept):
    assert trimmed(css) == kept


def test_no_page_has_what_the_sheet_leaves_out():
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").iterdir()]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for part in ("<dialog", "<hgroup", "<kbd", "data-tooltip", "aria-busy", 'type="range"'):
            assert part not in text, (page.name, part)
    assert UNUSED.search("dialog>article")
