"""The commands: migrate, serve, admin create, demo load, verify, paper show."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from sqlalchemy import select

from learnapp import __version__
from learnapp.cli import clock
from learnapp.cli.home import check_home
from learnapp.cli.person import person
from learnapp.cli.port import held
from learnapp.cli.serving import run
from learnapp.clock import make_clock
from learnapp.config import Config
from learnapp.db.engine import Database, make_engine
from learnapp.db.exams import Attempt
from learnapp.db.migrate import upgrade
from learnapp.domain.errors import DomainError
from learnapp.services import house, progress, sittings
from learnapp.services import verify as verifying
from learnapp.services.passwords import hash_password


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="learnapp")
def cli() -> None:
    """learnapp, 日学周测月考: study daily, test weekly, examine monthly.

    \b
    Everything an installation keeps lies in one folder, LEARNAPP_HOME (default: ./var):
      learnapp.sqlite3   the database, unless LEARNAPP_DATABASE_URL names a PostgreSQL one
      files/             uploaded files
      secret.key         signs the cookies; readable by its owner alone

    \b
    A first start without the demonstration:
      learnapp migrate
      learnapp admin create --unit 云岭市委政法委 --name 王管理 --login admin
      learnapp serve
    Then open the address it prints, choose 启用账号, and use the one-time code.
    """


cli.add_command(person)


def _open() -> tuple[Config, Database]:
    config = Config.from_env()
    check_home(config.home)
    config.prepare()
    database = Database(make_engine(config.database_url))
    upgrade(database.engine)
    return config, database


@cli.command()
def migrate() -> None:
    """Bring the database to the current schema; does nothing when it is."""
    _open()
    click.echo("the database is current")


@cli.group()
def admin() -> None:
    """Admins of this installation."""


@admin.command("create")
@click.option("--unit", required=True, help="The topmost unit; made if there is none yet.")
@click.option("--name", required=True, help="The admin's name.")
@click.option("--login", required=True, help="What to sign in by (letters, digits, . _ -).")
def admin_create(unit: str, name: str, login: str) -> None:
    """Make an admin and print a one-time code for the first sign-in.

    Nothing is asked of an admin by any programme. The code is told once and is good for 30 days.
    """
    config, database = _open()
    now = make_clock(config.clock_file).now()
    try:
        with database.writing() as session:
            code = house.create_admin(session, now, unit, name, login)
    except DomainError as error:
        raise click.ClickException(f"{error.code} {error.params}") from error
    click.echo(code)


@cli.command()
def verify() -> None:
    """Prove that counters and results agree with the facts; exit 1 and say where if not."""
    config, database = _open()
    now = make_clock(config.clock_file).now()
    with database.writing() as session:
        progress.refresh_stale(session, now)
    with database.reading() as session:
        found = verifying.differences(session, now)
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} differences")
    sys.exit(1 if found else 0)


@cli.group()
def paper() -> None:
    """Drawn papers."""


@paper.command("show")
@click.argument("attempt")
def paper_show(attempt: str) -> None:
    """Draw an attempt's paper again from its seed and stored draw input, and print it."""
    _, database = _open()
    with database.reading() as session:
        attempt_id = session.scalar(select(Attempt.id).where(Attempt.public_id == attempt))
        if attempt_id is None:
            raise click.ClickException(f"no attempt {attempt}")
        for placed in sittings.redraw(session, attempt_id):
            click.echo(f"{placed.ordinal}\tversion {placed.id}\tmarks {placed.marks / 100:g}")


@cli.group("clock")
def clock_group() -> None:
    """The machine's clock, when it jumped."""


@clock_group.command("show")
def clock_show() -> None:
    """Print the machine's time and the time that is kept."""
    config, database = _open()
    clock.show(database, make_clock(config.clock_file))


@clock_group.command("confirm")
def clock_confirm() -> None:
    """The machine's clock is right as it is now: go by it, and hand in what ran out by it."""
    config, database = _open()
    clock.confirm(database, make_clock(config.clock_file))


@cli.group("demo")
def demo_group() -> None:
    """The demonstration programme."""


@demo_group.command("load")
def demo_load() -> None:
    """Load the demonstration into an empty database; does nothing in any other."""
    config, database = _open()
    _load(config, database)


def _load(config: Config, database: Database) -> None:
    now = make_clock(config.clock_file).now()
    with database.reading() as session:
        if not house.is_empty(session):
            return
    click.echo("loading the demonstration …")
    demo = click.get_current_context().obj
    demo.load(database, now, hash_password(demo.PASSWORD), click.echo)


def _say_logins(database: Database) -> None:
    demo = click.get_current_context().obj
    with database.reading() as session:
        logins = demo.logins(session)
    for login in logins:
        click.echo(f"  {login.role_zh:<8} {login.login_name:<10} {demo.PASSWORD}")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port; default LEARNAPP_PORT or 8000.")
@click.option("--workers", type=int, default=2, show_default=True, help="Processes.")
@click.option("--demo/--no-demo", "with_demo", help="Load the demonstration if empty.")
def serve(host: str, port: int | None, workers: int, with_demo: bool) -> None:
    """Migrate, then start the pages and the scheduler, until stopped by SIGTERM or Ctrl-C."""
    port = port or Config.from_env().port
    with held(host, port) as address:
        config, database = _open()
        config.secret_key()
        if with_demo:
            _load(config, database)
        click.echo(f"http://{f'[{address}]' if ':' in address else address}:{port}")
        _say_logins(database)
        database.engine.dispose()
        os.environ["LEARNAPP_HOME"] = str(Path(config.home))
        sys.exit(run(address, port, workers, database))
