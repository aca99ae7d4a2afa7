"""What a run of tests compiles once instead of once for each test: statements, and the builders of
addresses.

Each test has an engine and an application of its own, of which each would compile all it uses anew: two
fifths of the processor time of a test of pages. Nothing of a test is shared by it: what is compiled
depends on the statement and the dialect, or on the rule of a route, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, create_engine
from werkzeug.routing.rules import Rule

from learnapp.db.core import engine as engines

_FIRST: dict[tuple[str, ...], Engine] = {}
_BUILDERS: dict[tuple[Any, ...], Callable[..., Any]] = {}
_build = Rule._compile_builder


def install() -> None:
    """Let engines of one kind share what they compiled, and applications their builders."""
    engines.create_engine = _engine
    Rule._compile_builder = _builder


def _engine(url: Any, **options: Any) -> Engine:
    """An engine that reads and writes what the first of its kind has compiled.

    The first one lends its dialect once it has asked its server for the version.
    """
    engine = create_engine(url, **options)
    kind = (engine.dialect.name, *sorted(f"{name}={value}" for name, value in options.items()))
    first = _FIRST.setdefault(kind, engine)
    if first is not engine and getattr(first.dialect, "server_version_info", None):
        engine.dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
    return engine


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """The function that builds the address of a rule, compiled once for each way to write one."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    way = (rule.rule, tuple(rule._trace), defaults, append_unknown)
    if way not in _BUILDERS:
        _BUILDERS[way] = _build(rule, append_unknown)
    return _BUILDERS[way]
