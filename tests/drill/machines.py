"""Machines of their own in one: each has a network namespace with one address on a common bridge.

All of it lives in namespaces that `python -m tests.drill` makes for itself, and goes with it: no
packet, process or mounted folder is ever outside. The addresses are those kept for documentation.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.guard import holds_within

_HERE = "192.0.2.1"  # the phones'
_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def prepare() -> None:
    """Make the common bridge. The process is alone in its network namespace."""
    _ip("link add hall type bridge")
    _ip(f"addr add {_HERE}/24 dev hall")
    _ip("link set hall up")


def _ip(words: str) -> None:
    subprocess.run(["ip", *words.split()], check=True, capture_output=True)


class Machine:
    """One machine: programs are started on it; it can be killed, frozen, cut off and filled."""

    def __init__(self, name: str, number: int, folder: Path) -> None:
        self.name, self.address = name, f"192.0.2.{number}"
        self.folder = folder / name
        self.folder.mkdir(mode=0o755)
        self._holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], **_QUIET)
        here = os.readlink("/proc/self/ns/net")
        apart = holds_within(10, lambda: self._space() not in ("", here))
        assert apart, f"{name} has no network of its own"
        _ip(f"link add {name} type veth peer name eth0 netns {self._holder.pid}")
        self.join()
        _ip(f"link set {name} up")
        for words in ("link set lo up", f"addr add {self.address}/24 dev eth0", "link set eth0 up"):
            subprocess.run([*self._inside(), "ip", *words.split()], check=True)

    def _space(self, pid: int | str = "") -> str:
        try:
            return os.readlink(f"/proc/{pid or self._holder.pid}/ns/net")
        except OSError:
            return ""

    def _inside(self) -> list[str]:
        return ["nsenter", f"--net=/proc/{self._holder.pid}/ns/net"]

    def give_disk(self, megabytes: int, owner: int) -> Path:
        """A small disk of the machine's own, which can be filled: its folder."""
        disk = self.folder / "disk"
        disk.mkdir()
        options = f"size={megabytes}m,mode=0700,uid={owner}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], check=True)
        return disk

    def start(
        self, name: str, command: Sequence[str], env: Mapping[str, str], user: str = ""
    ) -> subprocess.Popen[bytes]:
        """Start a program on the machine, which writes into `name.log` in its folder."""
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        with (self.folder / f"{name}.log").open("ab") as out:
            return subprocess.Popen(
                [*self._inside(), *as_user, *command],
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.folder,
            )

    def programs(self, *named: str) -> Iterator[int]:
        """The processes on the machine; only those of these names, where any is named."""
        mine = self._space()
        for each in Path("/proc").iterdir():
            if not each.name.isdecimal() or int(each.name) == self._holder.pid:
                continue
            if self._space(each.name) == mine and (not named or _command(each) in named):
                yield int(each.name)

    def _signal(self, number: int, *named: str) -> int:
        """Send a signal; to how many processes."""
        found = list(self.programs(*named))
        for pid in found:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        return len(found)

    def kill(self, *named: str) -> None:
        """End the programs (of these names) with SIGKILL, and those that they start meanwhile."""
        gone = holds_within(20, lambda: not self._signal(signal.SIGKILL, *named))
        assert gone, f"{self.name}: {named} cannot be killed"

    def freeze(self, *named: str) -> None:
        """SIGSTOP."""
        assert self._signal(signal.SIGSTOP, *named), f"{self.name}: nothing to freeze"

    def thaw(self, *named: str) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT, *named)

    def cut(self) -> None:
        """Cut the machine off: what is sent to it or by it vanishes, and nobody is told."""
        _ip(f"link set {self.name} nomaster")

    def join(self) -> None:
        """Connect the machine to the others."""
        _ip(f"link set {self.name} master hall")

    def last_words(self) -> str:
        """The ends of its logs."""
        parts = []
        for log in sorted(self.folder.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
            parts.append("\n".join([f"--- {self.name} {log.name}", *lines]))
        return "\n".join(parts)


def _command(process: Path) -> str:
    """The name of a process's program; a script has that of its file."""
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return ""
    except OSError:
        return ""
    names = [Path(os.fsdecode(each)).name for each in words[:2]]
    if names and names[0].startswith("python") and len(names) > 1:
        return names[1]
    return names[0].partition(":")[0] if names else ""
