"""Opening the installation that the environment names, for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from learnapp.cli.home import check_home
from learnapp.cli.speaking import BadSetting
from learnapp.config import Config
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.files.database_store import DatabaseFiles
from learnapp.db.migrate import state, upgrade
from learnapp.db.operations.shared_key import is_the_key
from learnapp.services.operations.spare import is_spare


def open_or_make() -> tuple[Config, Database]:
    """The installation, made and migrated if need be: for commands that set one up.

    Raises ConfigError, NewerDatabase, ClickException where who starts it does not own the home or the
    home is a cold spare.
    """
    config = Config.from_env()
    check_home(config.home)
    if is_spare(config.home):  # or an empty installation would come up in its place
        raise BadSetting(f"{config.home} is a cold spare: run learnapp spare switch first")
    config.prepare()
    engine = make_engine(config.database_url)
    with _disposed_on_failure(engine):
        upgrade(engine)
        config.prepare()  # the migration made the database's files
        if config.files_in_database:
            _share(config, Database(engine))
    return config, Database(engine)


def _share(config: Config, database: Database) -> None:
    """See to it that this machine can take its part: the same key, and its files where all have them."""
    if not is_the_key(database, config.secret_key()):
        raise BadSetting(
            f"{config.store / 'secret.key'} is not the key of the other machines over this database: "
            "copy the file from one of them"
        )
    DatabaseFiles(config.store / "files", database).bring_in()


def open_existing() -> tuple[Config, Database]:
    """The installation as it is: for commands that look at it. Nothing is made or migrated.

    Raises BadSetting when there is none, ConfigError, NewerDatabase.
    """
    config = Config.from_env()
    path = config.sqlite_path
    if path is not None and not (path.is_file() and path.stat().st_size):
        raise BadSetting(f"there is no database {path}; see LEARNAPP_HOME")
    engine = make_engine(config.database_url)
    with _disposed_on_failure(engine):
        found = state(engine)
        if found == "empty":
            raise BadSetting("the database holds no installation of learnapp")
        if found == "older":
            raise BadSetting(
                "the database is of an older version; stop the service and run: learnapp migrate"
            )
    return config, Database(engine)


@contextmanager
def _disposed_on_failure(engine: Engine) -> Iterator[None]:
    """A database that is refused is let go."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise
