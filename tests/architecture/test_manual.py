"""Tests that read as a manual: every module of rules, and every service, has a test file of its own,
named after it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOMAIN, TESTS = ROOT / "learnapp/domain", ROOT / "tests/unit/domain"
MODULES = sorted(
    each.relative_to(DOMAIN) for each in DOMAIN.rglob("*.py") if each.name != "__init__.py"
)
SERVICES, OF_SERVICES = ROOT / "learnapp/services", ROOT / "tests/services"
SERVICE_MODULES = sorted(
    each.relative_to(SERVICES) for each in SERVICES.rglob("*.py") if each.name != "__init__.py"
)
TESTED = sorted(each.relative_to(TESTS) for each in TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_domain_module_has_a_test_file_of_its_own(module: Path) -> None:
    own = module.with_name(f"test_{module.name}")
    assert own in TESTED, f"the rules of {module} belong tested in tests/unit/domain/{own}"


@pytest.mark.parametrize("file", TESTED, ids=str)
def test_every_test_file_of_the_domain_is_named_after_a_module(file: Path) -> None:
    module = file.with_name(file.name.removeprefix("test_"))
    assert module in MODULES, f"{file} tests no module of that name"
    name = "learnapp.domain." + ".".join(module.with_suffix("").parts)
    assert name in (TESTS / file).read_text(encoding="utf-8"), f"{file} does not import {name}"


@pytest.mark.parametrize("module", SERVICE_MODULES, ids=str)
def test_every_service_has_a_test_file_of_its_own(module: Path) -> None:
    own = OF_SERVICES / module.with_name(f"test_{module.name}")
    assert own.is_file(), f"the rules of {module} belong tested in {own.relative_to(ROOT)}"
    name = "learnapp.services." + ".".join(module.with_suffix("").parts)
    assert name in set(_imported(own)), f"{own.relative_to(ROOT)} does not import {name}"


def _imported(file: Path) -> Iterator[str]:
    """The dotted names that a file imports from: modules, and what it takes out of them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{each.name}" for each in node.names)
