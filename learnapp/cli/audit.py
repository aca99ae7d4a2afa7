"""The commands of the audit: its proof, its anchor, and its export to a file or a log server."""

from __future__ import annotations

import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import click

from learnapp.cli.opening import open_existing
from learnapp.cli.speaking import BadSetting
from learnapp.clock import make_clock
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database
from learnapp.db.operations import audit_blocks
from learnapp.domain.core.calendar import end_of, start_of
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.operations import audit_chain as rules
from learnapp.services.operations import audit_chain, audit_export
from learnapp.services.operations.audit_export import RecordedSpan

DAY = click.DateTime(["%Y-%m-%d"])
_PATIENCE_S = 10


@click.group()
def audit() -> None:
    """The audit: prove it, print its anchor, export it."""


@audit.command("verify")
@click.option("--anchor", "anchors", multiple=True, help="NUMBER:HASH as it was printed.")
def verify(anchors: tuple[str, ...]) -> None:
    """Prove that no entry was changed, added or removed since it was sealed.

    An anchor that was printed or stored elsewhere proves it against whoever owns the database too.
    Exit 1 and say where if not.
    """
    wanted: dict[int, bytes] = {}
    for text in anchors:
        found = rules.read_anchor(text)
        if found is None:
            raise click.BadParameter(f"{text} is no anchor", param_hint="--anchor")
        wanted[found[0]] = found[1]
    config, database = open_existing()
    with database.reading() as session:
        proof = audit_chain.prove(session, make_clock(config.clock_file).now(), wanted)
    for line in proof.faults:
        click.echo(line)
    click.echo(f"{proof.blocks} blocks, {proof.entries} entries, {len(proof.faults)} faults")
    sys.exit(1 if proof.faults else 0)


@audit.command("anchor")
@click.option("--days", type=click.IntRange(1, 3660), default=1, show_default=True)
def anchor(days: int) -> None:
    """Print the anchor of each of the last days: the number and the hash of its last block."""
    _, database = open_existing()
    with database.reading() as session:
        blocks = audit_blocks.last_blocks_of_days(session, days)
    for block in reversed(blocks):
        click.echo(f"{block.sealed_at.isoformat(timespec='seconds')}  {rules.anchor(block)}")


@audit.command("export")
@click.option("--since", type=DAY, help="From this day on (Beijing).")
@click.option("--until", type=DAY, help="To this day, it included.")
@click.option("--format", "form", type=click.Choice(["csv", "syslog"]), default="csv")
@click.option("--out", type=click.File("wb"), default="-", help="A file; default: what is printed.")
@click.option("--to", "server", help="Send to tcp://host:port or tls://host:port instead.")
@click.option("--new", is_flag=True, help="Only what was not sent yet; for a timer.")
def export(out: BinaryIO, server: str | None, form: str, new: bool, **days: Any) -> None:
    """Export entries as a table, or as messages of syslog (RFC 5424)."""
    if (server is not None or new) and form != "syslog":
        raise BadSetting("--to and --new are for --format syslog")
    span = RecordedSpan(_start(days["since"]), _end(days["until"]))
    config, database = open_existing()
    clock = make_clock(config.clock_file)
    with database.reading() as session:
        after = audit_export.last_sent(session) if new else 0
    count = 0
    with _target(server, out) as target:
        for last, data, size in _written(database, span, after, form):
            target.write(data)
            count += size
            if new:
                _note_sent(database, clock.now(), last)
    if not new:
        with database.writing("audit exported") as session:
            caller = Caller(session, SYSTEM, clock.now())
            audit_export.note_exported(caller, form, count)
    click.echo(f"{count} entries", err=True)


def _written(
    database: Database, span: RecordedSpan, after: int, form: str
) -> Iterator[tuple[int, bytes, int]]:
    """(last entry, bytes, entries) of each part; each is read in a transaction of its own."""
    host, head = socket.gethostname() or "-", True
    while True:
        with database.reading() as session:
            part = next(audit_export.parts(session, span, after), None)
        if part is None:
            return
        if form == "csv":
            data = audit_export.table(part, head)
        else:
            data = b"".join(audit_export.framed(audit_export.message(e, host)) for e in part)
        head, after = False, part[-1].id
        yield after, data, len(part)


def _note_sent(database: Database, now: datetime, entry_id: int) -> None:
    with database.writing("audit sent") as session:
        audit_export.note_sent(Caller(session, SYSTEM, now), entry_id)


@contextmanager
def _target(server: str | None, out: BinaryIO) -> Iterator[BinaryIO]:
    """Where the bytes go; a server's certificate is checked as a browser would."""
    if server is None:
        yield out
        return
    parts = urlsplit(server)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname or not parts.port:
        raise BadSetting(f"{server} is not like tcp://host:port or tls://host:port")
    with socket.create_connection((parts.hostname, parts.port), timeout=_PATIENCE_S) as plain:
        wire = plain
        if parts.scheme == "tls":
            context = ssl.create_default_context()
            wire = context.wrap_socket(plain, server_hostname=parts.hostname)
        with wire, wire.makefile("wb") as target:
            yield target


def _start(day: datetime | None) -> datetime | None:
    return None if day is None else start_of(day.date())


def _end(day: datetime | None) -> datetime | None:
    return None if day is None else end_of(day.date())
