"""Unit tests against one changed module: each trial is a process of its own that imports the change
instead of the file, so that the checkout itself is never touched."""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType

import pytest

from tests.mutants.changes import ROOT, Change

# What tests import beside the code under trial; each trial starts with it in memory.
_PRELOADED = (
    "hypothesis.strategies", "sqlalchemy", "lxml.etree", "docx", "openpyxl", "pypinyin", "zxcvbn",
    "fsrs", "chinese_calendar", "yaml", "rapidfuzz", "xlsxwriter", "python_calamine", "markdown_it",
    "nh3", "PIL.Image", "pygments", "psycopg",
)  # fmt: skip
# Files that start processes, or read whole files by the thousand: their subject is not a rule.
_NOT_TRIED = {
    "test_fuzz", "test_limited", "test_hostile_files", "test_real_banks", "test_library",
    "test_quality", "test_interchange", "test_command_line", "test_fair_papers", "test_qti",
    "test_containers",
}  # fmt: skip
_MOST_TESTS_S = 20.0  # of tests that cover one change, the fastest first
_CPU_S = 20  # beside three times what the tests take unchanged: a change may never end
_MEMORY = 4 << 30  # bytes


@dataclass(frozen=True)
class Covered:
    """Which tests run which lines: `lines` by module path and line, `seconds` by test."""

    lines: dict[str, dict[int, frozenset[str]]]
    seconds: dict[str, float]

    def tests_of(self, change: Change) -> list[str]:
        """The tests that run the change, those of the file named after its module first, then the
        fastest; for a line that runs at import, all tests of the files that run anything of it."""
        lines = self.lines.get(change.path, {})
        own = f"/test_{Path(change.path).stem}.py::"
        tests = frozenset().union(*(lines.get(number, frozenset()) for number in change.lines))
        if not tests:
            files = {_file(test) for tests in lines.values() for test in tests}
            tests = frozenset(test for test in self.seconds if _file(test) in files or own in test)
        ranked = sorted(tests, key=lambda each: (own not in each, self.seconds[each], each))
        chosen, total = [], 0.0
        for each in ranked:
            total += self.seconds[each]
            if chosen and total > _MOST_TESTS_S:
                break
            chosen.append(each)
        return chosen


def _file(test: str) -> str:
    return test.partition("::")[0]


def test_files(paths: Sequence[str]) -> list[str]:
    """The files whose tests are tried on modules with these paths."""
    folders = {path.partition("/")[0] for path in paths}
    found: list[Path] = []
    if "learnapp" in folders:
        found += sorted((ROOT / "tests/unit/domain").rglob("test_*.py"))
    if "question_bank" in folders:
        found += sorted((ROOT / "tests/unit/question_bank").rglob("test_*.py"))
    return [str(each.relative_to(ROOT)) for each in found if each.stem not in _NOT_TRIED]


def preload() -> None:
    """Import what every trial needs."""
    for each in _PRELOADED:
        importlib.import_module(each)


def cover(paths: Sequence[str], kept: Path) -> Covered:
    """Run the tests unchanged, in a process of its own, and record which lines each of them runs.

    Raises SystemExit when a test fails as it is.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    child = os.fork()
    if child == 0:
        os._exit(_record(paths, kept))
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise SystemExit("tests fail as they are: see build/mutants/trial.log")
    raw = json.loads(kept.read_text())
    lines = {
        path: {int(number): frozenset(tests) for number, tests in by_line.items()}
        for path, by_line in raw["lines"].items()
    }
    return Covered(lines, raw["seconds"])


def _record(paths: Sequence[str], kept: Path) -> int:
    import coverage

    cover = coverage.Coverage(
        data_file=None, config_file=False, include=[str(ROOT / each) for each in paths]
    )
    recorder = _Recorder(cover)
    _silence(kept.with_name("trial.log"))
    cover.start()
    code = pytest.main([*_OPTIONS, *test_files(paths)], plugins=[recorder])
    cover.stop()
    data = cover.get_data()
    found: dict[str, dict[int, list[str]]] = {}
    for path in paths:
        by_line = data.contexts_by_lineno(str(ROOT / path))
        found[path] = {line: sorted({*tests} - {""}) for line, tests in by_line.items()}
    kept.write_text(json.dumps({"lines": found, "seconds": recorder.seconds}))
    return int(code)


_OPTIONS = ("-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider", "--no-header", "--tb=line")


class _Recorder:
    """Name the test that runs to the coverage, and keep how long it took."""

    def __init__(self, cover: object) -> None:
        self._cover = cover
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._cover.switch_context(item.nodeid)  # type: ignore[attr-defined]
        result = yield
        self._cover.switch_context("")  # type: ignore[attr-defined]
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


class _Only:
    """Keep the given tests, in their order, and those whose parameters the change has renamed."""

    def __init__(self, tests: Sequence[str], known: Collection[str]) -> None:
        self._place = {test: number for number, test in enumerate(tests)}
        self._functions = {test.partition("[")[0] for test in tests}
        self._known = known

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(filter(self._wanted, items), key=self._order)

    def _wanted(self, item: pytest.Item) -> bool:
        renamed = item.nodeid not in self._known
        return item.nodeid in self._place or (
            renamed and item.nodeid.partition("[")[0] in self._functions
        )

    def _order(self, item: pytest.Item) -> int:
        return self._place.get(item.nodeid, -1)


class _Changed(SourceFileLoader):
    """Load a module from its changed text."""

    def __init__(self, name: str, path: str, source: bytes) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._source, self.path)


class _Finder:
    """Find the one changed module before the file is found."""

    def __init__(self, change: Change) -> None:
        self._path = str(ROOT / change.path)
        self._name = change.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self._source = change.changed

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self._name:
            return None
        package = self._path.endswith("__init__.py")
        loader = _Changed(name, self._path, self._source)
        spec = spec_from_loader(name, loader, is_package=package)
        if spec is not None:
            spec.origin, spec.has_location = self._path, True
        return spec


def _silence(log: Path) -> None:
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(target, 1)
    os.dup2(target, 2)


def _try(change: Change, tests: Sequence[str], covered: Covered, log: Path) -> int:
    """Run the tests with the change in this process: 0 when all of them pass."""
    _silence(log)
    cpu = _CPU_S + int(3 * sum(covered.seconds[each] for each in tests))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.meta_path.insert(0, _Finder(change))  # type: ignore[arg-type]
    files = list(dict.fromkeys(map(_file, tests)))
    return int(pytest.main([*_OPTIONS, *files], plugins=[_Only(tests, covered.seconds)]))


def survivors(
    changes: Iterable[Change], covered: Covered, workers: int, logs: Path
) -> Iterator[tuple[Change, bool]]:
    """Try each change, so many at a time; gives it with whether every test passed all the same."""
    waiting: dict[int, Change] = {}
    for change in changes:
        tests = covered.tests_of(change)
        if not tests:
            yield change, True
            continue
        while len(waiting) >= workers:
            yield _ended(waiting)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = _try(change, tests, covered, logs / f"trial-{os.getpid() % workers}.log")
            finally:
                os._exit(code)
        waiting[child] = change
    while waiting:
        yield _ended(waiting)


def _ended(waiting: dict[int, Change]) -> tuple[Change, bool]:
    child, status = os.wait()
    return waiting.pop(child), os.waitstatus_to_exitcode(status) == 0
