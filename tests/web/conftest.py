"""A small office made through the services, and the real application over it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.core.engine import Database, make_engine
from tests.determined import FixedClock, SeededRandomness
from tests.form_token import form_token
from tests.small_office import NOW, PASSWORD, build

FOLDER = Path(__file__).parent
# Pages of these are asked on both databases in every run: every address with odd input and within a
# read-only transaction, every role on every route; and the way of an answer.
ON_BOTH = {"core", "exams"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other pages on PostgreSQL to `make audit`: the services behind them are tested on both."""
    if os.environ.get("LEARNAPP_EVERY_BACKEND"):
        return
    left = [each for each in items if _is_left_to_the_audit(each)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [each for each in items if each not in set(left)]


def _is_left_to_the_audit(item: pytest.Item) -> bool:
    if FOLDER not in item.path.parents or item.path.relative_to(FOLDER).parts[0] in ON_BOTH:
        return False
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("office_url") == "postgresql"


@dataclass
class AppFixture:
    """The application, its clock, and who is in it."""

    client: FlaskClient
    clock: FixedClock
    database: Database
    people: dict[str, int]
    unit_id: int
    window_id: int
    stage_id: int
    exam_id: int
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, path: str = "/notices") -> str:
        """A form token of the session as it is; asked of a page once for each cookie."""
        return form_token(self.client, self.tokens, path)

    def seen(self, path: str) -> dict[str, str]:
        """The field by which the forms of a page say what it showed."""
        return {"seen": re.findall(r'name="seen" value="(\w+)"', self.client.get(path).text)[0]}

    def post(self, path: str, **data: str):
        """A form post with its token."""
        return self.client.post(path, data={**data, "csrf_token": self.token()})

    def enter(self, login: str, password: str = PASSWORD):
        """Sign somebody in, whoever was."""
        self.client.delete_cookie("learnapp")
        return self.post("/sign-in", login_name=login, password=password)


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all applications of a run."""
    return _ByLanguage(str(tmp_path_factory.mktemp("templates")))


class _ByLanguage(FileSystemBytecodeCache):
    """A template has its sentences in it: one for each language."""

    def get_bucket(self, environment, name, filename, source):
        return super().get_bucket(environment, f"{environment.spoken}/{name}", filename, source)


@pytest.fixture
def home(
    office_url: str, tmp_path: Path, bytecode: FileSystemBytecodeCache
) -> Iterator[AppFixture]:
    """One unit, five people, one programme with a reading and an exam that opened an hour ago."""
    database = Database(make_engine(office_url))
    clock = FixedClock(NOW + timedelta(hours=2))
    with database.writing() as session:
        made = build(session)
    app = create_app(Config(tmp_path / "home", office_url), clock, SeededRandomness())
    app.jinja_env.bytecode_cache = bytecode
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield AppFixture(app.test_client(), clock, database, *made)
    database.engine.dispose()
    app.extensions["learnapp.database"].engine.dispose()
