"""Three database machines: etcd, Patroni and PostgreSQL on each, by the samples of ops/cluster."""

from __future__ import annotations

import json
import pwd
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg

from tests.drill.machines import Machine
from tests.guard import holds_within
from tests.postgres import binaries

SAMPLES = Path(__file__).resolve().parents[2] / "ops/cluster"
DISK_MB = 700
OWNER = "postgres"
PASSWORDS = {"SUPERUSER": ("postgres", "s-of-the-drill"), "REPLICATION": ("replicator", "r-drill")}
PASSWORDS["REWIND"] = ("rewinder", "w-of-the-drill")
SERVING = ("learnapp", "l-of-the-drill")
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url: str, body: Any = None, timeout: float = 2) -> tuple[int, Any]:
    """Status and JSON of a small request; 0 and None when nobody answers."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with _OPENER.open(url, data, timeout=timeout) as reply:
            return reply.status, json.loads(reply.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None
    except (OSError, ValueError):
        return 0, None


class Databases:
    """The three machines; `url` is what a program that knows them all connects to."""

    def __init__(self, folder: Path) -> None:
        self.machines = [Machine(f"db{n}", 10 + n, folder) for n in (1, 2, 3)]
        hosts = "&".join(f"host={each.address}:5432" for each in self.machines)
        name, password = SERVING
        only = "target_session_attrs=read-write&connect_timeout=3"
        self.url = f"postgresql+psycopg://{name}:{password}@/learnapp?{hosts}&{only}"
        owner = pwd.getpwnam(OWNER).pw_uid
        for each in self.machines:
            each.give_disk(DISK_MB, owner)

    def start(self) -> None:
        """Start all machines and wait until they are one."""
        for each in self.machines:
            self.start_etcd(each)
        for each in self.machines:
            self.start_patroni(each)
        self.wait_whole()
        self._make_database()

    def start_etcd(self, machine: Machine) -> None:
        """Start etcd; what it wrote before is there still."""
        here = f"http://{machine.address}"
        members = ",".join(f"{each.name}=http://{each.address}:2380" for each in self.machines)
        words = {
            "name": machine.name,
            "data-dir": str(machine.folder / "etcd"),
            "listen-client-urls": f"{here}:2379",
            "advertise-client-urls": f"{here}:2379",
            "listen-peer-urls": f"{here}:2380",
            "initial-advertise-peer-urls": f"{here}:2380",
            "initial-cluster": members,
            "heartbeat-interval": "200",
            "election-timeout": "2000",
            "enable-v2": "true",
            "log-level": "error",
        }
        command = ["etcd", *(f"--{name}={value}" for name, value in words.items())]
        machine.start("etcd", command, {})

    def start_patroni(self, machine: Machine) -> None:
        """Start Patroni, which starts PostgreSQL."""
        programs = binaries()
        assert programs is not None
        here = machine.address
        env = {
            "PATRONI_NAME": machine.name,
            "PATRONI_RESTAPI_LISTEN": f"{here}:8008",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"{here}:8008",
            "PATRONI_POSTGRESQL_LISTEN": f"{here}:5432",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"{here}:5432",
            "PATRONI_POSTGRESQL_DATA_DIR": str(machine.folder / "disk/data"),
            "PATRONI_POSTGRESQL_BIN_DIR": str(programs),
            "PATRONI_POSTGRESQL_PGPASS": str(machine.folder / "disk/pgpass"),
        }
        for role, (name, password) in PASSWORDS.items():
            env[f"PATRONI_{role}_USERNAME"] = name
            env[f"PATRONI_{role}_PASSWORD"] = password
        # All machines of the drill have one /run: each has its socket on its own disk.
        sockets = f"  parameters:\n    unix_socket_directories: {machine.folder / 'disk'}\n"
        config = machine.folder / "patroni.yml"
        sample = (SAMPLES / "patroni.yml").read_text(encoding="utf-8")
        config.write_text(sample + sockets, encoding="utf-8")
        command = ["/usr/bin/patroni", str(config)]
        machine.start("patroni", command, env, OWNER)

    def _make_database(self) -> None:
        name, password = SERVING
        address, (superuser, secret) = self.primary().address, PASSWORDS["SUPERUSER"]
        where = f"host={address} user={superuser} password={secret} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
            connection.execute(f"CREATE DATABASE learnapp OWNER {name}")

    def roles(self) -> dict[str, str]:
        """What each machine is, as the first that answers knows it; only those that run."""
        for each in self.machines:
            _, found = ask(f"http://{each.address}:8008/cluster")
            if found:
                return {
                    one["name"]: one["role"]
                    for one in found["members"]
                    if one["state"] in ("running", "streaming")
                }
        return {}

    def leading(self) -> list[Machine]:
        """The machines that say now that they lead: one, or none for a while, and never two."""
        return [e for e in self.machines if ask(f"http://{e.address}:8008/primary")[0] == 200]

    def primary(self) -> Machine:
        """The machine that leads."""
        (found,) = self.leading()
        return found

    def wait_whole(self, patience: float = 180) -> None:
        """Wait until one leads, one is its synchronous replica, and the third follows."""
        wanted = ["leader", "replica", "sync_standby"]

        def whole() -> bool:
            return sorted(self.roles().values()) == wanted and len(self.leading()) == 1

        if not holds_within(patience, whole):
            words = "\n".join(each.last_words() for each in self.machines)
            raise RuntimeError(f"the databases are {self.roles()}\n{words}")

    def etcd_leader(self) -> Machine:
        """The machine whose etcd leads the three."""
        for each in self.machines:
            _, found = ask(f"http://{each.address}:2379/v3/maintenance/status", {})
            if found and found["leader"] == found["header"]["member_id"]:
                return each
        raise RuntimeError("no etcd leads")

    def etcd_is_whole(self) -> bool:
        """Whether all three etcds know the same leader."""
        told = {_leader_by(each) for each in self.machines}
        return len(told) == 1 and "0" not in told


def _leader_by(machine: Machine) -> str:
    _, found = ask(f"http://{machine.address}:2379/v3/maintenance/status", {})
    return str((found or {}).get("leader", "0"))
