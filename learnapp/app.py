"""The composition root: wires configuration, clock, database, pages, commands; the only place that does."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from learnapp import logs
from learnapp.clock import Clock, make_clock
from learnapp.config import MOST_UPLOAD, Config, leads_scheduler
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.core.sealing import Seal
from learnapp.db.files.database_store import files_of
from learnapp.db.operations.demo_folder import DemoFolder
from learnapp.jobs import scheduler
from learnapp.jobs.backups import NightlyBackups
from learnapp.jobs.channels import Channels
from learnapp.randomness import MachineRandomness, Randomness
from learnapp.services.operations import demonstration
from learnapp.services.operations.health import Health
from learnapp.serving.parent import end_with_parent
from learnapp.serving.rsgi import Application
from learnapp.web import routes
from learnapp.web.accounts.providers import Providers
from learnapp.web.core import (
    assets,
    content_html,
    errors,
    language,
    layout,
    page_environment,
    record_access,
    security,
    visits,
)
from learnapp.web.core import request_context as req
from learnapp.web.core.bodies import allowance_of
from learnapp.web.core.metrics import Measures
from learnapp.web.core.outermost import Outermost
from learnapp.web.exams.attempt_news import NewsShortcut
from learnapp.web.exams.fast_save import FastSave

if TYPE_CHECKING:
    from datetime import datetime

    from learnapp.demo.loader import Loader

_PACKAGE = Path(__file__).parent


def _folder(name: str, checkout: str = "") -> str:
    """Pages, assets, guides: inside the package in a wheel, beside it in a checkout."""
    inside = _PACKAGE / name
    return str(inside if inside.is_dir() else _PACKAGE.parent / (checkout or name))


def create_app(
    config: Config, clock: Clock | None = None, randomness: Randomness | None = None
) -> Flask:
    """The web application over the configured database."""
    app = Flask(
        "learnapp",
        template_folder=_folder("templates"),
        static_folder=_folder("static"),
        root_path=str(_PACKAGE),
    )
    page_environment.install(app)
    app.config.update(
        SECRET_KEY=config.secret_key(),
        MAX_CONTENT_LENGTH=MOST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=5_000_000,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=9,
        COMPRESS_MIMETYPES=["text/html"],
    )
    database = Database(make_engine(config.database_url))
    app.extensions["learnapp.config"] = config
    app.extensions["learnapp.measures"] = Measures()
    app.extensions["learnapp.database"] = database
    app.extensions["learnapp.guides"] = Path(_folder("guide", "docs/guide"))
    _keep_what_is_stored(app, config)
    app.extensions["learnapp.health"] = Health(config.database_url, config.home, config.store)
    app.extensions["learnapp.clock"] = clock or make_clock(config.clock_file)
    app.extensions["learnapp.randomness"] = randomness or MachineRandomness()
    _show_demonstration(app, config, database)
    record_access.install_before(app)
    for part in (visits, req, record_access, language, layout, content_html, errors, security):
        part.install(app)
    Compress(app)
    assets.install(app)
    routes.install(app)
    for layer in (FastSave, NewsShortcut, Outermost):
        app.wsgi_app = layer(app)  # type: ignore[method-assign]
    if config.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    return app


def _keep_what_is_stored(app: Flask, config: Config) -> None:
    """What lies in the home folder beside the database."""
    database = app.extensions["learnapp.database"]
    files = files_of(config.store / "files", database, config.files_in_database)
    app.extensions["learnapp.files"] = files
    app.extensions["learnapp.seal"] = Seal(app.config["SECRET_KEY"])
    app.extensions["learnapp.providers"] = Providers(config.home / "identity.toml")
    app.extensions["learnapp.channels"] = Channels(config.home / "channels.toml")


def _show_demonstration(app: Flask, config: Config, database: Database) -> None:
    """Whether this is a demonstration, and the folder by which a program shows it, if one does."""
    shown = config.demonstration
    app.extensions["learnapp.demo_folder"] = None if shown is None else DemoFolder(shown)
    app.extensions["learnapp.demo"] = _once_true(lambda: _is_demo(database))


def _is_demo(database: Database) -> bool:
    with database.reading() as session:
        return demonstration.is_there(session)


def _once_true(ask: Callable[[], bool]) -> Callable[[], bool]:
    """Asks once and remembers: whether an installation is a demonstration never changes."""
    known: list[bool] = []

    def answer() -> bool:
        if not known:
            known.append(ask())
        return known[0]

    return answer


def _nightly(config: Config, app: Flask) -> NightlyBackups | None:
    """The backups that the scheduler makes; None where another program makes them."""
    if config.backups is None:
        return None
    parts = app.extensions["learnapp.database"], app.extensions["learnapp.clock"].now
    return NightlyBackups(*parts, config.store, config.backups)


def make_served_app() -> Application:
    """What the server's processes load: the pages behind whole bodies, the scheduler where it leads."""
    end_with_parent()
    logs.configure()
    config = Config.from_env()
    app = create_app(config)
    if leads_scheduler():
        app.extensions["learnapp.nightly"] = _nightly(config, app)
        parts = ("database", "clock", "files", "randomness", "seal", "channels", "nightly")
        machine = scheduler.Machine(*(app.extensions[f"learnapp.{each}"] for each in parts))
        scheduler.start(machine, config.home / "scheduler.lock")
    served = Application(app, allowance_of(app))
    # What is there now stays: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    return served


def main() -> None:
    """The console entry point; commands get the demonstration's loader handed in."""
    from learnapp.cli.commands import cli

    logs.configure()

    cli(obj=make_loader())


def make_loader() -> Loader:
    """The demonstration's loader, with the scheduler's rounds by which its history is made."""
    from learnapp.demo.loader import Loader
    from learnapp.jobs.instant import rounds_at

    randomness = MachineRandomness()

    def rounds(database: Database, now: datetime, windows_alone: bool) -> None:
        rounds_at(database, now, randomness, windows_alone)

    return Loader(rounds)
