"""Layers and sizes: no layer imports one above it, entry points don't import each other."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = {
    "question_bank": 0,
    "learnapp.domain": 1,
    "learnapp.wording": 2,
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
# What every entry point stands on.
COMMON = {
    "learnapp.config",
    "learnapp.clock",
    "learnapp.randomness",
    "learnapp.logs",
    "learnapp.serving",
}
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_PARAMETERS = 5  # without self
SOURCES = sorted(
    path
    for folder in ("question_bank", "learnapp", "tests", "ops")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
)


def module_of(path: Path) -> str:
    """The dotted name of a module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def layer_of(module: str) -> str | None:
    """The layer of a module; None for tests and tools."""
    return next((each for each in LAYERS if module == each or module.startswith(each + ".")), None)


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """The dotted names that a module imports, wherever it does."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def test_no_layer_imports_one_above_it_and_entry_points_do_not_import_each_other():
    broken = []
    for path in SOURCES:
        module = module_of(path)
        mine = layer_of(module)
        if mine is None:
            continue
        for wanted in imports_of(path):
            other = layer_of(wanted)
            if other is None or other == mine or (other in COMMON and LAYERS[mine] >= 4):
                continue
            if LAYERS[other] >= LAYERS[mine]:
                broken.append(f"{module} imports {wanted}")
    assert not broken


def test_no_modules_import_each_other_in_a_circle():
    modules = {module_of(path): path for path in SOURCES}
    graph = {module: _imported(path, modules) - {module} for module, path in modules.items()}
    assert not _circle(graph)


def _imported(path: Path, modules: dict[str, Path]) -> set[str]:
    return {
        name if name in modules else name.rpartition(".")[0]
        for name in imports_of(path)
        if name in modules or name.rpartition(".")[0] in modules
    }


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """What is left when modules without imports are taken away again and again."""
    left = {module: set(wanted) for module, wanted in graph.items()}
    while free := [module for module, wanted in left.items() if not wanted & left.keys()]:
        for module in free:
            del left[module]
    used = set().union(*left.values()) if left else set()
    return sorted(left.keys() & used)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_opens_with_a_sentence_and_keeps_its_size(path: Path):
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        return
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no opening sentence"
    assert text.count("\n") <= MOST_LINES, "split by meaning"
    long = [
        f"{node.name} {node.end_lineno - node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno > MOST_LINES_OF_A_FUNCTION
    ]
    assert not long


def test_no_function_takes_more_than_five_parameters():
    """More is a value with a name of its own; a test's builders may take what they like."""
    many = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] != "tests"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and len(_parameters(node.args)) > MOST_PARAMETERS
    ]
    assert not many


def _parameters(args: ast.arguments) -> list[str]:
    each = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return [one.arg for one in each if one is not None and one.arg not in ("self", "cls")]


def test_only_entry_points_read_the_clock_and_the_random_source():
    broken = []
    for path in SOURCES:
        layer = layer_of(module_of(path))
        if layer is None or LAYERS[layer] >= LAYERS["learnapp.web"]:
            continue
        text = path.read_text(encoding="utf-8")
        broken += [
            f"{module_of(path)}: {call}"
            for call in ("datetime.now(", "date.today(", "time.time(", "random.random(")
            if call in text
        ]
    assert not broken


def test_the_library_and_the_domain_know_neither_flask_nor_sql():
    for path in SOURCES:
        if layer_of(module_of(path)) in ("question_bank", "learnapp.domain", "learnapp.wording"):
            outside = {name.split(".")[0] for name in imports_of(path)} & {"flask", "sqlalchemy"}
            assert not outside, path


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


def test_migrations_stand_in_one_chain():
    folder = ROOT / "learnapp" / "db" / "migrations" / "versions"
    texts = [each.read_text(encoding="utf-8") for each in folder.glob("*.py")]
    chain = {
        re.search(r'^revision = "(\w+)"', text, re.M)[1]: re.search(
            r'^down_revision = "?(\w+)"?', text, re.M
        )[1]
        for text in texts
    }
    assert len(chain) == len(texts) > 50
    heads = set(chain) - set(chain.values())
    assert len(heads) == 1, f"give one of them the other as its down_revision: {sorted(heads)}"
    assert len(set(chain.values())) == len(chain)
