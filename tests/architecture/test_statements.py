"""Prepared statements give the rows that they name, in the words of both databases."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

import learnapp.db
from learnapp.db.core.compiled_statements import Prepared, PreparedChange

DIALECTS = {
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(),
}


def _statements(kind: type) -> dict:
    names = [each.name for each in pkgutil.walk_packages(learnapp.db.__path__, "learnapp.db.")]
    modules = [importlib.import_module(name) for name in names if ".migrations" not in name]
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, kind)
    }


STATEMENTS, CHANGES = _statements(Prepared), _statements(PreparedChange)


@pytest.mark.parametrize("backend", DIALECTS)
@pytest.mark.parametrize("name", STATEMENTS)
def test_the_columns_of_a_statement_are_the_fields_of_its_row(name: str, backend: str) -> None:
    assert STATEMENTS[name].compiled_for(DIALECTS[backend]).sql


@pytest.mark.parametrize("backend", DIALECTS)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_has_words_in_both_databases(name: str, backend: str) -> None:
    assert CHANGES[name].written_for(DIALECTS[backend]).sql


def test_a_row_with_other_fields_is_refused() -> None:
    class Other(NamedTuple):
        today: str

    asked = Prepared(Other, lambda _: select(func.now().label("now")))
    with pytest.raises(TypeError, match="Other"):
        asked.compiled_for(DIALECTS["sqlite"])


def test_an_alias_that_is_shared_is_made_whole():
    made_late = [
        f"{path.name}:{number}"
        for path in Path("learnapp").rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.match(r"_?[A-Z][\w, ]* = .*\baliased\(", line)
    ]
    assert made_late == [], "use lasting_alias of learnapp.db.core.aliases"
