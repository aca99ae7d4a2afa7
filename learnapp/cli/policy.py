"""The command that shows and sets the limits of sign-ins."""

from __future__ import annotations

from dataclasses import asdict

import click

from learnapp.cli.opening import open_existing
from learnapp.clock import make_clock
from learnapp.db.core.caller import Caller
from learnapp.domain.accounts.session_policy import BOUNDS
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.services.accounts import password_rules, policies, second_factor, separation


@click.command()
@click.option(
    "--set",
    "limits",
    type=(click.Choice(sorted(BOUNDS)), int),
    multiple=True,
    metavar="LIMIT VALUE",
    help="Set a limit for sign-ins from now on.",
)
@click.option(
    "--second-factor",
    "roles",
    metavar="ROLES",
    help="Require a second factor of these roles (admin,test_owner …), or of none (-).",
)
@click.option("--end-separation", is_flag=True, help="Let roles be held together again.")
@click.option("--open-passwords", is_flag=True, help="Let passwords hold again for all units.")
def policy(
    limits: tuple[tuple[str, int], ...],
    roles: str | None,
    open_passwords: bool,
    end_separation: bool,
) -> None:
    """Show how long sign-ins hold, without use and in all, and how many at once.

    A test is never interrupted by any of it: see docs/operations/sign-in.md.
    """
    config, database = open_existing()
    clock = make_clock(config.clock_file)
    opened = None
    if limits or roles is not None or open_passwords:
        with database.writing() as session:  # all of it, or none
            caller = Caller(session, SYSTEM, clock.now())
            for name, value in limits:
                policies.choose(caller, name, value)
            if roles is not None:
                second_factor.require(caller, _roles(roles))
            if open_passwords:
                opened = password_rules.open_everywhere(caller)
    if opened is not None:
        click.echo(f"passwords opened     {opened:5} units")
    if end_separation:
        with database.writing() as session:
            separation.switch_off(Caller(session, SYSTEM, clock.now()))
    with database.reading() as session:
        separated = separation.is_on(session)
        found = asdict(policies.in_force(session))
        required = second_factor.required_roles(session)
    for name, value in found.items():
        least, most = BOUNDS[name]
        click.echo(f"{name:20} {value:5}   ({least} to {most})")
    click.echo(f"separation of roles  {'on' if separated else 'off'}")
    click.echo(f"second factor        {', '.join(required) or '-'}")


def _roles(text: str) -> list[Role]:
    try:
        return [Role(each.strip()) for each in text.split(",") if each.strip() not in ("", "-")]
    except ValueError as error:
        raise click.BadParameter(f"the roles are {', '.join(Role)}") from error
