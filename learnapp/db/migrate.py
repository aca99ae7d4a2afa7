"""Bringing a database to the current schema, with Alembic."""

from __future__ import annotations

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, select

from learnapp.db.operations.leadership import MIGRATION


def _config() -> Config:
    config = Config()
    location = resources.files("learnapp.db").joinpath("migrations")
    config.set_main_option("script_location", str(location))
    return config


class NewerDatabase(Exception):
    """The database was migrated by a later version of the code, whose migrations this one lacks."""


def upgrade(engine: Engine) -> None:
    """Apply every migration that the database does not have yet; does nothing when it is current.

    Raises NewerDatabase.
    """
    config = _config()
    state(engine)
    with engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        if (
            engine.dialect.name != "sqlite"
        ):  # several machines that start at once: one after another
            group, number = MIGRATION
            connection.execute(select(func.pg_advisory_xact_lock(group, number)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def state(engine: Engine) -> str:
    """ "empty", "older" or "current", as the database's migrations are. Raises NewerDatabase."""
    scripts = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        return "empty"
    if found == scripts.get_current_head():
        return "current"
    if found not in {each.revision for each in scripts.walk_revisions()}:
        raise NewerDatabase(found)
    return "older"
