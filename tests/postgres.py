"""A private PostgreSQL for a test run: on a Unix socket, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.guard import Guarded, wait_until

MISSING = (
    "PostgreSQL was not tested: its server was not found here "
    "(on Debian and Ubuntu: apt install postgresql)"
)
# A test database need not survive a power cut; its zone differs from UTC so that a lost zone shows.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "Asia/Shanghai",
    "lc_messages": "C",
}


@cache
def binaries() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest if there are several."""
    found = [
        *Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        *Path("/").glob("usr/pgsql-*/bin/initdb"),
    ]
    found.sort(key=lambda path: int("".join(filter(str.isdigit, path.parts[-3])) or 0))
    on_path = shutil.which("initdb")
    if on_path:
        found.insert(0, Path(on_path).resolve())
    usable = [path.parent for path in found if path.with_name("postgres").exists()]
    return usable[-1] if usable else None


def server_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: as root it runs as a user of its own."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    user = pwd.getpwnam(name)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Cluster:
    """One running server; `new_database` gives the address of a database of one's own.

    `durable` puts each commit on the disk, as an installation would: for measuring. More settings by name.
    """

    def __init__(self, durable: bool = False, **settings: str) -> None:
        programs = binaries()
        if programs is None:
            raise RuntimeError(MISSING)
        # A socket's path may have 107 characters: the short /tmp, not a deep test folder.
        self.folder = Path(tempfile.mkdtemp(prefix="learnapp-pg-", dir="/tmp"))
        self._count = 0
        lasting = ("fsync", "synchronous_commit", "full_page_writes") if durable else ()
        self._settings = {k: v for k, v in _SETTINGS.items() if k not in lasting} | settings
        try:
            self._start(programs)
        except BaseException:
            self.stop()
            raise

    def _start(self, programs: Path) -> None:
        user = server_user()
        if user:
            os.chown(self.folder, user["user"], user["group"])
        data = self.folder / "data"
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "learnapp", "-A", "trust"]
        initdb += ["-E", "UTF8", "--no-locale", "--no-sync"]
        made = subprocess.run(initdb, cwd="/", capture_output=True, text=True, **user)
        if made.returncode:
            raise RuntimeError(f"initdb failed\n{made.stdout}{made.stderr}")
        self.serve()

    def serve(self) -> None:
        """Start the server over its data, as they are, and wait until it answers."""
        programs, user, data = binaries(), server_user(), self.folder / "data"
        assert programs is not None
        command = [str(programs / "postgres"), "-D", str(data), "-k", str(self.folder)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        self.server = Guarded(command, self.folder / "log", folder=self.folder, cwd="/", **user)
        wait_until(self._answers, "PostgreSQL did not start", self.server)

    def _connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="learnapp", dbname=name, autocommit=True)

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, name: str) -> str:
        """The address of a database, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://learnapp@/{name}?host={self.folder}"

    def new_database(self, template: str = "template0") -> str:
        """Make a database like the template and give its name."""
        self._count += 1
        name = f"test_{self._count}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with self._connect() as connection:
            connection.execute(command)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self._connect() as connection:
            connection.execute(command)

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        server = getattr(self, "server", None)
        if server is not None:
            server.stop(signal.SIGQUIT)  # nothing is to be kept
        # Thousands of databases, most of a minute to remove: nobody waits for it.
        subprocess.Popen(["rm", "-rf", str(self.folder)], start_new_session=True)
