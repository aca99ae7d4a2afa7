"""What every test may ask for: a fresh database on either backend; and the report of what was not
tested."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from tests import compiled_once, loopback, suite_seconds
from tests.missing import not_tested
from tests.postgres import MISSING, Cluster, binaries

BACKENDS = ["sqlite", "postgresql"]

loopback.install()
compiled_once.install()
# Databases and a loaded machine make single examples slow. Each run draws the same examples, so that no
# run fails by chance; `make fuzz` draws others, and more of them.
settings.register_profile(
    "same", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile(
    "fuzz", settings.get_profile("same"), derandomize=False, max_examples=2000
)
settings.load_profile("fuzz" if "LEARNAPP_FUZZ" in os.environ else "same")


@dataclass
class Migrated:
    """Databases of one backend, copied for each test that wants one: without tables, with empty
    tables, with the small office of tests/small_office.py."""

    new_empty_url: Callable[[], str]
    new_url: Callable[[], str]
    new_office_url: Callable[[], str]


def _migrate(url: str) -> None:
    from learnapp.db.core.engine import make_engine
    from learnapp.db.migrate import upgrade

    engine = make_engine(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


def _fill(url: str) -> None:
    from learnapp.db.core.engine import Database, make_engine
    from tests.small_office import build

    database = Database(make_engine(url))
    with database.writing() as session:
        build(session)
    database.fold()
    database.engine.dispose()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    """SQLite databases as files; closing the template folds its log into the file."""
    folder = tmp_path_factory.mktemp("sqlite")
    numbers = itertools.count(1)

    def new_empty_url() -> str:
        return f"sqlite:///{folder / f'test_{next(numbers)}.sqlite3'}"

    def copied(template: str) -> str:
        url = new_empty_url()
        shutil.copyfile(template.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
        return url

    return _copies(new_empty_url, copied)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this worker's own, stopped at the end."""
    if binaries() is None:
        not_tested(MISSING)
    cluster = Cluster()
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def postgresql(postgres_cluster: Cluster) -> Migrated:
    """PostgreSQL databases, copied from a migrated one by the server itself."""

    def new_empty_url() -> str:
        return postgres_cluster.url(postgres_cluster.new_database())

    def copied(template: str) -> str:
        name = make_url(template).database or ""
        return postgres_cluster.url(postgres_cluster.new_database(name))

    return _copies(new_empty_url, copied)


def _copies(new_empty_url: Callable[[], str], copied: Callable[[str], str]) -> Migrated:
    """Make each template when it is first wanted."""

    @cache
    def migrated() -> str:
        url = new_empty_url()
        _migrate(url)
        return url

    @cache
    def office() -> str:
        url = copied(migrated())
        _fill(url)
        return url

    return Migrated(new_empty_url, lambda: copied(migrated()), lambda: copied(office()))


def _migrated(request: pytest.FixtureRequest, backend: str) -> Migrated:
    migrated: Migrated = request.getfixturevalue(backend)
    return migrated


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated SQLite database."""
    return _migrated(request, "sqlite").new_url()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated PostgreSQL database."""
    return _migrated(request, "postgresql").new_url()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database; the test runs once on each backend."""
    return _migrated(request, request.param).new_url()


@pytest.fixture(params=BACKENDS)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database without any table, on each backend: for tests of the migrations."""
    return _migrated(request, request.param).new_empty_url()


@pytest.fixture(params=BACKENDS)
def office_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with the small office, on each backend."""
    return _migrated(request, request.param).new_office_url()


@pytest.fixture(scope="session", params=BACKENDS)
def new_office_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Gives a fresh database with the small office at each call."""
    return _migrated(request, request.param).new_office_url


@pytest.fixture(scope="module", params=BACKENDS)
def module_database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database that the tests of one file share, on each backend."""
    return _migrated(request, request.param).new_url()


@pytest.fixture(scope="session", params=BACKENDS)
def new_database_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Gives a fresh migrated database at each call: for state machines, one per example."""
    return _migrated(request, request.param).new_url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slow ones first; each file stays on one worker (see the Makefile)."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


_SPENT: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add what a test took to its folder's seconds; workers report to the process that started them."""
    _SPENT[suite_seconds.suite_of(report.nodeid)] += report.duration


def _is_whole(config: pytest.Config) -> bool:
    """Whether every test was asked for."""
    chosen = config.option.keyword or config.option.markexpr or getattr(config.option, "lf", False)
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where the machine is known to be quiet, fail for a folder over its seconds."""
    if hasattr(session.config, "workerinput") or not _is_whole(session.config):
        return
    over = suite_seconds.over_budget(_SPENT, suite_seconds.budgets())
    if over and exitstatus == 0 and "LEARNAPP_STRICT_SECONDS" in os.environ:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say, a line each, what was tried and how often, what was not tested and how to get it, and
    how long each folder of a whole run took."""
    passed = terminalreporter.stats.get("passed", [])
    tried = [text for report in passed for name, text in report.user_properties if name == "tried"]
    if tried:
        terminalreporter.section("tried")
    for line in tried:
        terminalreporter.write_line(line)
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple):
            reasons[report.longrepr[2].removeprefix("Skipped: ")] += 1
    if reasons:
        terminalreporter.section("not tested")
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{reason} (tests: {count})", yellow=True)
    if _is_whole(terminalreporter.config):
        terminalreporter.section("seconds")
        for line in suite_seconds.lines(_SPENT, suite_seconds.budgets()):
            terminalreporter.write_line(line)
