"""The commands: migrate, serve, and the groups of the other modules."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from learnapp.cli.address import Listen, listen_at
from learnapp.cli.admin import admin
from learnapp.cli.audit import audit
from learnapp.cli.backup import backup, restore
from learnapp.cli.clock import clock
from learnapp.cli.content import content
from learnapp.cli.demo import demo, load_if_empty, say_logins
from learnapp.cli.doctor import doctor
from learnapp.cli.opening import open_or_make
from learnapp.cli.paper import paper
from learnapp.cli.person import person
from learnapp.cli.policy import policy
from learnapp.cli.port import held
from learnapp.cli.quality import quality
from learnapp.cli.retention import retention
from learnapp.cli.serving import Served, run
from learnapp.cli.spare import spare
from learnapp.cli.speaking import BadSetting, SpeakingGroup
from learnapp.cli.tls import checked_pair
from learnapp.cli.verify import verify
from learnapp.config import Config, leads_scheduler
from learnapp.db.operations import roles

PORTS = click.IntRange(1, 65535)
PEM = click.Path(exists=True, dir_okay=False, path_type=Path)
WORKERS = click.IntRange(1, 64)


@click.group(
    cls=SpeakingGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="learnapp", prog_name="learnapp")
def cli() -> None:
    """learnapp, 日学周测月考: study daily, test weekly, examine monthly.

    \b
    Everything an installation keeps lies in one folder, LEARNAPP_HOME (default: ./var):
      learnapp.sqlite3   the database, unless LEARNAPP_DATABASE_URL names a PostgreSQL one
      files/             uploaded files
      secret.key         signs the cookies; readable by its owner alone
      backups/           an archive a night, unless LEARNAPP_BACKUP_DIR names another folder

    \b
    A first start without the demonstration:
      learnapp migrate
      learnapp admin create --unit 云岭市委政法委 --name 王管理 --login admin
      learnapp serve
    Then open the address it prints, choose 用启用码设密码, and use the one-time code.
    """


COMMANDS = (
    *(admin, audit, backup, clock, content, demo, doctor),
    *(paper, person, policy, quality, restore, retention, spare, verify),
)
for command in COMMANDS:
    cli.add_command(command)


@cli.command()
@click.option("--serving-role", help="PostgreSQL: let this role serve, and not alter the audit.")
def migrate(serving_role: str | None) -> None:
    """Bring the database to the current schema; does nothing when it is."""
    config, database = open_or_make()
    if serving_role is not None:
        if config.sqlite_path is not None:
            raise BadSetting("--serving-role is for PostgreSQL: SQLite has no roles")
        with database.engine.begin() as connection:
            roles.grant_serving(connection, serving_role)
    click.echo("the database is current")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORTS, help="Port; default LEARNAPP_PORT or 8000.")
@click.option("--workers", type=WORKERS, default=2, show_default=True, help="Processes.")
@click.option("--tls-cert", type=PEM, help="A certificate with its chain (PEM): serve https.")
@click.option("--tls-key", type=PEM, help="The key of the certificate (PEM).")
@click.option("--demo/--no-demo", "with_demo", help="Load the demonstration if empty.")
def serve(host: str, port: int | None, workers: int, with_demo: bool, **tls: Path | None) -> None:
    """Migrate, then start the pages and the scheduler, until stopped by SIGTERM or Ctrl-C."""
    certificate = checked_pair(tls["tls_cert"], tls["tls_key"])
    wanted = listen_at(host, port or Config.from_env().port)
    leads_scheduler()
    with held(host, wanted.port) as address:
        config, database = open_or_make()
        config.secret_key()
        if with_demo:
            load_if_empty(config, database)
        click.echo(Listen(address, wanted.port, secure=certificate is not None).url)
        say_logins(database)
        database.engine.dispose()
        os.environ["LEARNAPP_HOME"] = str(Path(config.home))
        sys.exit(run(Served(address, wanted.port, workers, certificate), database))
