"""What a command says when it cannot go on: one sentence and an exit code, never a traceback."""

from __future__ import annotations

import logging
from typing import Any

import click
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from learnapp import logs
from learnapp.config import ConfigError
from learnapp.db.migrate import NewerDatabase
from learnapp.domain.core.errors import DomainError

log = logging.getLogger("learnapp.cli")

_SENTENCES = {
    "name_needed": "the name is empty",
    "unit_needed": "the unit is empty",
    "unit_unknown": "there is no unit {value}; give a unit's name as the roster has it",
    "unit_ambiguous": "several units are called {value}; make the admin on the page of people",
    "identity_card": "an identity-card number is not used as a login name",
    "login_name_shape": "the login name {value} should have 3 to 32 letters, digits or . _ -",
    "login_name_taken": "the login name {value} is taken",
    "value_too_long": "the {field} is too long: at most {most} characters",
    "policy_unknown": "there is no limit {name}",
    "policy_out_of_range": "{name} takes from {least} to {most}",
    "backup_no_space": "too little space for a backup: {free} MB free, about {needed} MB needed",
    "backup_unwritable": "the folder of backups cannot be written: {words}",
    "backup_program_missing": "{program} was not found: install the client programs of PostgreSQL",
    "backup_program_failed": "{program} failed: {words}",
    "backup_unreadable": "a file that belongs into the backup cannot be read: {words}",
    "backup_failed": "the backup failed: {words}",
    "backup_running": "a backup is being made in this folder",
    "backup_key": "the archive is encrypted: give --key-file or LEARNAPP_BACKUP_KEY_FILE",
    "backup_key_wrong": "the archive was encrypted with another key",
    "backup_damaged": "the archive is damaged or was cut off",
    "backup_unknown": "this is no archive of learnapp, or one of a newer version",
    "restore_not_empty": "an installation is there already: restore into an empty LEARNAPP_HOME",
    "restore_other_database": "the archive is of another kind of database: "
    "SQLite and PostgreSQL archives go back into their own kind",
    "spare_no_archive": "there is no archive in {folder}: see LEARNAPP_BACKUP_DIR",
    "spare_no_copy": "nothing was restored here yet: run learnapp spare refresh",
    "spare_in_use": "an installation is in place in {home}: this machine is no spare",
}


class Refusal(click.ClickException):
    """One sentence; exit code 1: something failed."""


class BadSetting(Refusal):
    """One sentence; exit code 2: the command or a setting is wrong."""

    exit_code = 2


class SpeakingGroup(click.Group):
    """A group whose commands may raise anything."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever it raises becomes a Refusal."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except ConfigError as error:
            raise BadSetting(str(error)) from error
        except Exception as error:
            raise Refusal(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, DomainError):
        return _of_rule(error)
    if isinstance(error, NewerDatabase):
        return (
            "the database was migrated by a newer version of learnapp (or by another program); "
            "install that version again, or restore the backup made before the upgrade"
        )
    if isinstance(error, SQLAlchemyError):
        return _of_database(error)
    if isinstance(error, OSError):
        return " ".join(str(each) for each in (error.strerror or error, error.filename) if each)
    log.error("failed: %s", logs.summary(error), exc_info=error)
    return f"failed unexpectedly: {logs.summary(error)}; the log above says where"


def _of_rule(error: DomainError) -> str:
    sentence = _SENTENCES.get(error.code)
    if sentence is None:
        return f"refused: {error.code}"
    return sentence.format_map(_Given(error.params | {"field": getattr(error, "field", "value")}))


class _Given(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def _of_database(error: SQLAlchemyError) -> str:
    original = error.orig if isinstance(error, DBAPIError) else None
    name = getattr(original, "sqlite_errorname", None)
    if name is not None:
        return f"the database cannot be used: {original} ({name})"
    if isinstance(error, OperationalError) and getattr(original, "sqlstate", None) is None:
        # A connection that failed: the driver says why, without the password.
        lines = [line.strip() for line in str(original).splitlines() if line.strip()]
        return f"the database cannot be reached: {lines[0] if lines else 'no answer'}"
    log.error("failed: %s", logs.summary(error), exc_info=error)
    return f"the database refused: {logs.summary(error)}"
