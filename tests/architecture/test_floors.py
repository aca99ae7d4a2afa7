"""The law of the house: no floor imports one above it, entrances don't import each other, size."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = {
    "question_bank": 0,
    "learnapp.domain": 1,
    "learnapp.db": 2,
    "learnapp.reports": 2,
    "learnapp.services": 3,
    "learnapp.web": 4,
    "learnapp.cli": 4,
    "learnapp.jobs": 4,
    "learnapp.demo": 4,
    "learnapp.config": 4,
    "learnapp.clock": 4,
    "learnapp.randomness": 4,
    "learnapp.logs": 4,
    "learnapp.serving": 4,
    "learnapp.app": 5,
}
# What every entrance stands on.
THRESHOLD = {
    "learnapp.config",
    "learnapp.clock",
    "learnapp.randomness",
    "learnapp.logs",
    "learnapp.serving",
}
SOURCES = sorted(
    path
    for folder in ("question_bank", "learnapp", "tests", "ops")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _floor(module: str) -> str | None:
    return next((f for f in FLOORS if module == f or module.startswith(f + ".")), None)


def _imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def test_no_floor_imports_one_above_it_and_entrances_do_not_import_each_other():
    broken = []
    for path in SOURCES:
        module = _module(path)
        mine = _floor(module)
        if mine is None:
            continue
        for wanted in _imports(path):
            other = _floor(wanted)
            if other is None or other == mine or (other in THRESHOLD and FLOORS[mine] >= 4):
                continue
            if FLOORS[other] >= FLOORS[mine]:
                broken.append(f"{module} imports {wanted}")
    assert not broken


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_opens_with_a_sentence_and_keeps_its_size(path: Path):
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        return
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no opening sentence"
    assert text.count("\n") <= 410, "a module past its size wants to be parted by meaning"
    long = [
        f"{node.name} {node.end_lineno - node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 44
    ]
    assert not long


def test_only_entrances_read_the_clock_and_the_random_source():
    broken = []
    for path in SOURCES:
        floor = _floor(_module(path))
        if floor is None or FLOORS[floor] >= 3:
            continue
        text = path.read_text(encoding="utf-8")
        broken += [
            f"{_module(path)}: {call}"
            for call in ("datetime.now(", "date.today(", "time.time(", "random.random(")
            if call in text
        ]
    assert not broken


def test_the_ground_floor_knows_neither_flask_nor_sql():
    for path in (ROOT / "question_bank").rglob("*.py"):
        assert not any(
            name.split(".")[0] in ("flask", "sqlalchemy", "learnapp") for name in _imports(path)
        ), path


def test_no_shipped_code_asserts():
    """An assertion on data is a 500 for whom it meets: a state, a value or a domain error instead."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] in ("learnapp", "question_bank")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert not found
