"""`learnapp retention` shows what is due, removes it when told to, and sets an office's terms."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from learnapp.db.accounts.models import SignIn
from learnapp.db.core.engine import Database, make_engine
from learnapp.services.accounts import sign_in
from learnapp.services.operations import installation
from tests.cli.commands import refused, run
from tests.small_office import NOW


def _signed_in(home: Path) -> Database:
    database = Database(make_engine(f"sqlite:///{home / 'learnapp.sqlite3'}"))
    with database.writing() as session:
        installation.create_admin(session, NOW, "云岭市委政法委", "管理员", "root")
        sign_in.succeed(session, 1, "手机", NOW)
    return database


def _clock(home: Path, days: int) -> str:
    path = home / "clock"
    at = (NOW + timedelta(days=days)).isoformat()
    path.write_text(f"{at}\n{at}\n")
    return str(path)


def _count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def test_what_is_due_is_shown_and_goes_when_it_is_applied(home: Path):
    database, file = _signed_in(home), _clock(home, 300)
    shown = run(home, "retention", LEARNAPP_CLOCK_FILE=file).stdout
    assert "sign_ins          184 days: 1 rows are due" in shown
    assert _count(database) == 1
    done = run(home, "retention", "--apply", LEARNAPP_CLOCK_FILE=file).stdout
    assert "sign_ins       1 rows removed" in done
    assert _count(database) == 0
    again = run(home, "retention", "--apply", LEARNAPP_CLOCK_FILE=file).stdout
    assert "removed" not in again
    database.engine.dispose()


def test_an_office_may_keep_longer_but_not_shorter_than_the_policy_allows(home: Path):
    database, file = _signed_in(home), _clock(home, 300)
    kept = run(home, "retention", "--set", "sign_ins", "400", LEARNAPP_CLOCK_FILE=file).stdout
    assert "sign_ins          400 days (set by this office): 0 rows are due" in kept
    refused(run(home, "retention", "--set", "sign_ins", "10"), 2, "from 184 to")
    both = ("--set", "sign_ins", "500", "--set", "sign_ins", "10")
    refused(run(home, "retention", *both), 2, "from 184 to")
    assert "sign_ins          400 days" in run(home, "retention").stdout  # all of it, or none
    database.engine.dispose()
