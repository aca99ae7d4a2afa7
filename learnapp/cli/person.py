"""The commands that shut a person out or let them in, when no page can be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click
from sqlalchemy.orm import Session

from learnapp.cli.opening import open_existing
from learnapp.clock import make_clock
from learnapp.db.core.caller import Caller
from learnapp.db.people.models import Person
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import DomainError
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.services.accounts import access, activation, password_rules, second_factor

SENTENCES = {
    "person_unknown": "Nobody signs in by this name.",
    "login_name_shape": "A login name has 3 to 32 letters, digits, dots, hyphens or underscores.",
    "identity_card": "An identity card number is no login name.",
    "last_admin": "This is the last admin who can sign in there. Give the role to another first.",
    "person_disabled": "The person is disabled. Enable them first.",
    "ends_in_the_past": "A role cannot end before today.",
    "grant_unknown": "The person has no such role.",
}


@click.group()
def person() -> None:
    """One person: disable, enable, end sessions, end a role, a new one-time code."""


@contextmanager
def _transaction() -> Iterator[tuple[Session, datetime]]:
    """One writing transaction; a refusal becomes one sentence and exit code 1."""
    config, database = open_existing()
    try:
        with database.writing() as session:
            yield session, make_clock(config.clock_file).now()
    except DomainError as error:
        raise click.ClickException(SENTENCES.get(error.code, error.code)) from error
    finally:
        database.engine.dispose()


def _ask(yes: bool, name: str, happens: str) -> None:
    click.echo(f"{name}: {happens}")
    if not yes:
        click.confirm("Go on?", abort=True)


def _act(
    login: str, yes: bool, happens: str, do: Callable[[Session, datetime, Person], str]
) -> None:
    """Say what will happen, ask outside the transaction, then do it."""
    with _transaction() as (session, _):
        name = access.person_by_login(session, login).name
    _ask(yes, name, happens)
    with _transaction() as (session, now):
        text = do(session, now, access.person_by_login(session, login))
    click.echo(text)


YES = click.option("--yes", is_flag=True, help="Do not ask.")


@person.command("disable")
@click.argument("login")
@YES
def disable(login: str, yes: bool) -> None:
    """Shut LOGIN out: no sign-in, every session ends at once."""

    def do(session: Session, now: datetime, who: Person) -> str:
        done = access.disable(Caller(session, SYSTEM, now), who.id)
        return "disabled" if done else "was disabled already; nothing changed"

    happens = (
        "cannot sign in any more and is signed out everywhere. Open attempts run out by the clock "
        "and their answers count; roles and records stay."
    )
    _act(login, yes, happens, do)


@person.command("enable")
@click.argument("login")
@YES
def enable(login: str, yes: bool) -> None:
    """Let LOGIN sign in again, by the password they had."""

    def do(session: Session, now: datetime, who: Person) -> str:
        done = access.enable(Caller(session, SYSTEM, now), who.id)
        return "enabled" if done else "was not disabled; nothing changed"

    _act(login, yes, "can sign in again by the password they had.", do)


@person.command("end-sessions")
@click.argument("login")
@YES
def end_sessions(login: str, yes: bool) -> None:
    """Sign LOGIN out on every device."""

    def do(session: Session, now: datetime, who: Person) -> str:
        return f"{access.end_sessions(Caller(session, SYSTEM, now), who.id)} sessions ended"

    _act(login, yes, "is signed out on every device; the password stays.", do)


@person.command("end-grant")
@click.argument("login")
@click.argument("role", type=click.Choice([str(role) for role in Role]))
@click.option("--on", "on", help="The first day without it, as 2026-12-31; default today.")
@YES
def end_grant(login: str, role: str, on: str | None, yes: bool) -> None:
    """End every grant of ROLE that LOGIN has, at once or from a day on."""
    try:
        ends_on = date.fromisoformat(on) if on else None
    except ValueError as error:
        raise click.ClickException(f"{on} is no day; write it as 2026-12-31.") from error

    def do(session: Session, now: datetime, who: Person) -> str:
        last = ends_on or local_day(now)
        held = access.account_of(Caller(session, SYSTEM, now), who.id).grants
        done = [
            access.end_grant(Caller(session, SYSTEM, now), who.id, grant.id, last)
            for grant, _ in held
            if grant.role == role
        ]
        return f"{sum(done)} grants ended" if any(done) else "nothing to end; nothing changed"

    _act(login, yes, f"loses the role {role}; what was done with it stays.", do)


@person.command("forget-second-factor")
@click.argument("login")
@YES
def forget_second_factor(login: str, yes: bool) -> None:
    """Remove the second factor of LOGIN, whose phone and recovery codes are lost."""

    def do(session: Session, now: datetime, who: Person) -> str:
        done = second_factor.forget(Caller(session, SYSTEM, now), who.id)
        return "removed" if done else "there was none; nothing changed"

    happens = "signs in by password alone, and sets up a new one where a role requires it."
    _act(login, yes, happens, do)


@person.command("name-emergency")
@click.argument("login")
@click.option("--reason", required=True, help="Why, for the audit and the page.")
@YES
def name_emergency(login: str, reason: str, yes: bool) -> None:
    """Let LOGIN sign in by password also where passwords are closed."""

    def do(session: Session, now: datetime, who: Person) -> str:
        done = password_rules.name_emergency(Caller(session, SYSTEM, now), who.id, reason)
        return "named" if done else "was named already; nothing changed"

    _act(login, yes, "signs in by password wherever passwords are closed.", do)


@person.command("code")
@click.argument("login")
@YES
def code(login: str, yes: bool) -> None:
    """Print a new one-time code for LOGIN."""

    def do(session: Session, now: datetime, who: Person) -> str:
        return activation.issue_again(Caller(session, SYSTEM, now), who.id)

    happens = "the present password, older codes and every session end at once."
    _act(login, yes, happens, do)
